import { type Command, InvalidArgumentError, Option } from 'commander'
import { collect } from '../collect.ts'
import { type PhrasingKind, phrasingKinds } from '../../schema/phrasing-set.ts'
import { guardrailFormats, guardrailGates } from './guardrail-output.ts'
import { runGuardrail } from './guardrail-run.ts'
import { showGuardrail } from './guardrail-show.ts'

/** Adds `guardrail run | show` to `holdfast qualify`. */
export function registerGuardrailCommands(qualify: Command): void {
  const guardrail = qualify
    .command('guardrail')
    .description("does a fallback do our defenders' work, however they ask?")
    .addHelpText(
      'after',
      `
The same pieces of legitimate defensive work, each in six phrasings that people have read, are asked several times in
fresh conversations. Refusals, deflections, reroutes and errors are told apart, and a difference between phrasings is
held against how much two sessions of the same words differ.

Examples:
  holdfast qualify guardrail run --workflow pr-security-review
  holdfast qualify guardrail show --format html --output guardrail.html`,
    )
  withOutput(guardrail.command('run'))
    .description('ask the fallbacks of a workflow, and measure')
    .option('--workflow <id>', 'the workflow as which is asked (default: the only one)')
    .option(
      '--candidate <model>',
      '`vendor/name` or `vendor/name@route`, also the model of the workflow itself; may be repeated (default: its fallbacks)',
      collect,
    )
    .addOption(
      new Option('--sessions <number>', 'fresh conversations for each phrasing of each task')
        .default(3)
        .argParser(sessionsNumber),
    )
    .addOption(
      new Option(
        '--pair <first,second>',
        'the two phrasings that are compared (default: those of the set)',
      ).argParser(pairOf),
    )
    .option('--budget <amount>', 'the most that each model may cost, such as `5` or `5 EUR`')
    .option('--ask-again', 'ask calls anew that were lost when a process ended', false)
    .option('--by <name>', 'who does this (default: the user of this machine)')
    .addHelpText(
      'after',
      `
Calls go through the gateway, are kept, and are not made twice: after a stop the same command goes on. With
\`qualification.judge\` a judge of another family reads what rules are not sure of.

Examples:
  holdfast qualify guardrail run --workflow pr-security-review --budget 5
  holdfast qualify guardrail run --candidate alibaba/qwen3-32b@rack-1 --fail-on disparity,rerouted`,
    )
    .action(runGuardrail)
  withOutput(guardrail.command('show'))
    .description('report what was measured; nothing is asked')
    .argument('[ids...]', 'measurements (default: the newest of each model)')
    .option('--workflow <id>', 'only those of this workflow')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast qualify guardrail show --format html --output guardrail.html',
    )
    .action(showGuardrail)
}

function withOutput(command: Command): Command {
  return command
    .option('-c, --config <file>', 'holdfast.yaml (default: holdfast.yaml)')
    .option(
      '--set <set>',
      'folder of a set of phrasings, or the id of a shipped one',
      'defensive-work',
    )
    .addOption(
      new Option('-f, --format <format>', 'how to show it')
        .choices([...guardrailFormats])
        .default('text'),
    )
    .option('-o, --output <file>', 'write there instead of to stdout')
    .addOption(
      new Option(
        '--fail-on <conditions>',
        `exit 1 when one holds: ${guardrailGates.join(', ')}`,
      ).argParser(gatesOf),
    )
}

function gatesOf(text: string): readonly string[] {
  const names = text.split(',').map((one) => one.trim())
  const known: readonly string[] = guardrailGates
  if (names.every((name) => known.includes(name))) return names
  throw new InvalidArgumentError(`expected some of ${guardrailGates.join(', ')}`)
}

function pairOf(text: string): readonly [PhrasingKind, PhrasingKind] {
  const [first, second, ...more] = text.split(',').map((one) => one.trim())
  const isKind = (one: string | undefined): one is PhrasingKind =>
    phrasingKinds.some((kind) => kind === one)
  if (more.length === 0 && isKind(first) && isKind(second) && first !== second)
    return [first, second]
  throw new InvalidArgumentError(`expected two of ${phrasingKinds.join(', ')}`)
}

function sessionsNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 3 && number <= 50) return number
  throw new InvalidArgumentError('expected a whole number from 3 to 50')
}
