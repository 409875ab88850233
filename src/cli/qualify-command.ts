import { type Command, InvalidArgumentError, Option } from 'commander'
import { collect } from './collect.ts'
import { freezeAnswers } from './qualify/freeze-answers.ts'
import { registerCalibrateCommand } from './qualify/calibrate-command.ts'
import { registerGuardrailCommands } from './qualify/guardrail-command.ts'
import { planTrials } from './qualify/plan-trials.ts'
import { runTrials } from './qualify/run-trials.ts'
import { showSchedule } from './qualify/schedule/show-schedule.ts'
import { showStatus } from './qualify/show-status.ts'
import { compareTrials, showTrial, trialFormats } from './qualify/show-trial.ts'

/** Adds `holdfast qualify plan | run | …`. */
export function registerQualifyCommands(program: Command): void {
  const qualify = program
    .command('qualify')
    .description('prove by trial which fallback can take a piece of work over')
  withTargets(qualify.command('plan'))
    .description('say what a trial would register, what it takes and what its tasks can show')
    .addHelpText(
      'after',
      `
Nothing is asked and nothing is registered.

Examples:
  holdfast qualify plan
  holdfast qualify plan --workflow triage --candidate mistral/mistral-large-2411`,
    )
    .action(planTrials)
  withTargets(qualify.command('run'))
    .description('register trials, make their calls through the gateway, and decide them')
    .option('--budget <amount>', 'the most that one trial may cost, such as `5` or `5 EUR`')
    .option('--ask-again', 'ask once more for answers that were lost with a process', false)
    .option('--again', 'try again what has a verdict that stands', false)
    .option('--anew', 'end open trials without a verdict, and register others', false)
    .option('--seed <number>', 'of the order of calls (default: drawn)', wholeNumber)
    .option('--by <name>', 'who registers it (default: the user of the system)')
    .addOption(
      new Option('--fail-on <verdicts>', 'exit 1 unless all are qualified').choices([
        'unqualified',
      ]),
    )
    .addHelpText(
      'after',
      `
What is asked, how it is judged and what decides stands in the ledger before the first call. A trial that was stopped,
whatever stopped it, goes on with the same command; no answer is asked for twice. What has a verdict that stands is not
tried again unasked: each trial costs as much, and whoever tries until the answer pleases has shown nothing.

Exit codes: 0 all trials are decided, 1 --fail-on, 2 usage or configuration, 3 a fault, or a trial that has not come to
its end: the budget is spent, it was stopped, the gateway is away.

Examples:
  holdfast qualify run
  holdfast qualify run --workflow triage --budget 5 --fail-on unqualified`,
    )
    .action(runTrials)
  withCommonOptions(qualify.command('freeze'))
    .description('keep the incumbent’s answers, for trials when it can be asked no more')
    .argument('<workflow>', 'id of the workflow')
    .option('--fresh', 'ask it now, though a trial has its answers', false)
    .option('--budget <amount>', 'the most that asking may cost, such as `5` or `5 EUR`')
    .option('--ask-again', 'ask once more for answers that were lost with a process', false)
    .option('--by <name>', 'who registers it (default: the user of the system)')
    .addHelpText(
      'after',
      `
Answers of a trial on the tasks of now are taken; without any the incumbent is asked. They lie in \`.holdfast/frozen/\`,
their digest in the ledger, and \`qualify run\` uses them unless --fresh says otherwise.

Example:
  holdfast qualify freeze triage --budget 5`,
    )
    .action(freezeAnswers)
  registerReadingCommands(qualify)
  registerCalibrateCommand(qualify)
  registerGuardrailCommands(qualify)
}

function registerReadingCommands(qualify: Command): void {
  withCommonOptions(qualify.command('status'))
    .description('list which fallbacks are qualified and until when, and how far trials are')
    .option('--workflow <id>', 'only this one; may be repeated', collect)
    .option(
      '--fail-on <conditions>',
      'exit 1 when a fallback is `unqualified`, or `expired`; both with a comma between',
    )
    .addHelpText(
      'after',
      `
Verdicts are held against what they were found for: one whose model, prompt, tools, graders, judge, prices, policy,
route or tasks are others now is ended.

Example:
  holdfast qualify status --fail-on unqualified,expired`,
    )
    .action(showStatus)
  withCommonOptions(qualify.command('schedule'))
    .description('list what `holdfast serve` tries again by itself, when, and what it would cost')
    .addHelpText(
      'after',
      `
Nothing runs by itself unless \`workflows[].trial.schedule\` and \`qualification.budget\` say so. Nothing is begun here.

Example:
  holdfast qualify schedule`,
    )
    .action(showSchedule)
  withReportOptions(qualify.command('show'))
    .description('show the report of a trial: every figure that its verdict rests on')
    .argument(
      '<trial>',
      'its id, the first digits of it, or a candidate as `vendor/name` or `vendor/name@route`',
    )
    .addHelpText(
      'after',
      `
Examples:
  holdfast qualify show 01a21353
  holdfast qualify show alibaba/qwen3-32b --format html --output trial.html`,
    )
    .action(showTrial)
  withReportOptions(qualify.command('compare'))
    .description(
      'put trials on the same tasks beside each other, with what their verdicts count for now; nothing is decided anew',
    )
    .argument('<trials...>', 'ids of trials, or candidates as `vendor/name` or `vendor/name@route`')
    .addHelpText(
      'after',
      `
Example:
  holdfast qualify compare alibaba/qwen3-32b mistral/mistral-large-2411`,
    )
    .action(compareTrials)
}

function withReportOptions(command: Command): Command {
  return command
    .option('--config <file>', 'holdfast.yaml with the workflows')
    .addOption(
      new Option('-f, --format <format>', 'how to show it')
        .choices([...trialFormats])
        .default('text'),
    )
    .option('-o, --output <file>', 'write there instead of to stdout')
}

function withTargets(command: Command): Command {
  return withCommonOptions(command)
    .option('--workflow <id>', 'only this one; may be repeated', collect)
    .option(
      '--candidate <model>',
      '`vendor/name` or `vendor/name@route` instead of the fallbacks; may be repeated',
      collect,
    )
    .option('--fresh', 'ask the incumbent, though its frozen answers are there', false)
    .option(
      '--discordance <share>',
      'share of tasks on which only one side passes, for planning',
      share,
      0.1,
    )
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'holdfast.yaml with the workflows')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('expected a whole number')
  return number
}

function share(text: string): number {
  const number = Number(text)
  if (!(number > 0 && number <= 1))
    throw new InvalidArgumentError('expected a share above 0 and at most 1')
  return number
}
