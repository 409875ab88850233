import type { Command } from 'commander'

/** Keeps every value of an option that may be repeated. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** What `simulate`, `remedy` and `sovereignty` read. */
export function withSimulationInputs(command: Command): Command {
  return command
    .option('-c, --config <file>', 'holdfast.yaml (default: the one in this folder, if any)')
    .option(
      '--register <file>',
      'the register of an audit (default: .holdfast/register.json beside holdfast.yaml)',
    )
    .option(
      '--verdicts <file>',
      'verdicts of trials, beside .holdfast/verdicts/*.json; may be repeated',
      collect,
      [],
    )
}
