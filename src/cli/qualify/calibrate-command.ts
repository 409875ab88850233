import { type Command, InvalidArgumentError, Option } from 'commander'
import { collect } from '../collect.ts'
import { calibrateJudge } from './calibrate-judge.ts'

/** Adds `holdfast qualify calibrate`. */
export function registerCalibrateCommand(qualify: Command): void {
  qualify
    .command('calibrate')
    .description('measure the judge on answers whose worth is known')
    .argument('[set]', 'task set with known answers (default: that of the workflow’s `trial`)')
    .option('-c, --config <file>', 'holdfast.yaml (default: holdfast.yaml)')
    .option('--workflow <id>', 'the workflow whose work is judged (default: the only one)')
    .option(
      '--candidate <model>',
      'judged beside the model of the workflow; may be repeated (default: its fallbacks)',
      collect,
    )
    .option('--rubric <text>', 'for tasks without one of their own')
    .addOption(
      new Option('--votes <number>', 'how often each answer is judged, where a task is silent')
        .default(3)
        .argParser(votesNumber),
    )
    .option('--budget <amount>', 'the most that it may cost, such as `5` or `5 EUR`')
    .option('--ask-again', 'ask calls anew that were lost when a process ended', false)
    .option('--by <name>', 'who does this (default: the user of this machine)')
    .addOption(
      new Option('-f, --format <format>', 'how to show it')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
The judge of \`qualification.judge\` reads every known-good and known-bad answer by its rubric, and good against bad in
both orders, through the gateway. A judge of the family of one of those that it will judge is refused. The result is
in the ledger by its digest, and trials that are registered afterwards with the same judge and tasks name it.

Examples:
  holdfast qualify calibrate --workflow pr-security-review --budget 2
  holdfast qualify calibrate tasks/triage --votes 5 --format json`,
    )
    .action(calibrateJudge)
}

function votesNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1 && number <= 9) return number
  throw new InvalidArgumentError('expected a whole number from 1 to 9')
}
