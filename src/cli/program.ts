import { Command } from 'commander'
import { registerAuditCommand } from './audit-command.ts'
import { registerCatalogueCommands } from './catalogue-command.ts'
import { registerCompletionCommand } from './completion-command.ts'
import { registerDirectiveCommands } from './directive-command.ts'
import { registerInitCommand } from './init-command.ts'
import { version } from './installation.ts'
import { registerRemedyCommand } from './remedy-command.ts'
import { registerPolicyCommands } from './policy-command.ts'
import { registerLedgerCommands } from './ledger-command.ts'
import { registerRulesCommands } from './rules-command.ts'
import { registerSimulateCommand } from './simulate-command.ts'
import { registerSovereigntyCommand } from './sovereignty-command.ts'
import { registerTimelineCommand } from './timeline-command.ts'
import { registerStoreCommands } from './store-command.ts'

/** All commands, wired; nothing has run yet. */
export function createProgram(): Command {
  const program = new Command('holdfast')
    .description(
      'Where does your work depend on hosted AI models, and what happens when one is taken away?',
    )
    .version(version(), '-V, --version')
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError(true)
    // Else `audit` would take the options of `audit diff`.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      `
Start here:
  holdfast audit .                     what depends on which model, in this folder
  holdfast audit . --format html --output report.html
  holdfast init .                      write a first holdfast.yaml from an audit

Exit codes: 0 done, 1 a gate failed, 2 usage or configuration, 3 a fault.`,
    )
  registerAuditCommand(program)
  registerInitCommand(program)
  registerSimulateCommand(program)
  registerRemedyCommand(program)
  registerSovereigntyCommand(program)
  registerCatalogueCommands(program)
  registerRulesCommands(program)
  registerDirectiveCommands(program)
  registerPolicyCommands(program)
  registerTimelineCommand(program)
  registerLedgerCommands(program)
  registerStoreCommands(program)
  registerCompletionCommand(program)
  return program
}
