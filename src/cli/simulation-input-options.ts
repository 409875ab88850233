import type { Command } from 'commander'
import { collect } from './collect.ts'

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
