import { type Command, InvalidArgumentError, Option } from 'commander'
import { collect } from './collect.ts'
import { registerGuardrailCommands } from './qualify/guardrail-command.ts'
import { planTrials } from './qualify/plan-trials.ts'
import { runTrials } from './qualify/run-trials.ts'

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
whatever stopped it, goes on with the same command; no answer is asked for twice.

Exit codes: 0 all trials are decided, 1 --fail-on, 2 usage or configuration, 3 a fault, or a trial that has not come to
its end: the budget is spent, it was stopped, the gateway is away.

Examples:
  holdfast qualify run
  holdfast qualify run --workflow triage --budget 5 --fail-on unqualified`,
    )
    .action(runTrials)
  registerGuardrailCommands(qualify)
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
