import { Command } from 'commander'
import { registerCompletionCommand } from './completion-command.ts'
import { version } from './installation.ts'

type Register = (program: Command) => void

/**
 * Every command by its first word, in the order of the help. Each is loaded when it is called: a start pays for the
 * rooms of one command, not for those of all.
 */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  audit: async () => (await import('./audit-command.ts')).registerAuditCommand,
  init: async () => (await import('./init-command.ts')).registerInitCommand,
  simulate: async () => (await import('./simulate-command.ts')).registerSimulateCommand,
  remedy: async () => (await import('./remedy-command.ts')).registerRemedyCommand,
  sovereignty: async () => (await import('./sovereignty-command.ts')).registerSovereigntyCommand,
  catalogue: async () => (await import('./catalogue-command.ts')).registerCatalogueCommands,
  rules: async () => (await import('./rules-command.ts')).registerRulesCommands,
  directive: async () => (await import('./directive-command.ts')).registerDirectiveCommands,
  policy: async () => (await import('./policy-command.ts')).registerPolicyCommands,
  serve: async () => (await import('./serve-command.ts')).registerServeCommand,
  check: async () => (await import('./check-command.ts')).registerCheckCommand,
  route: async () => (await import('./route-command.ts')).registerRouteCommands,
  circuit: async () => (await import('./circuit-command.ts')).registerCircuitCommands,
  principal: async () => (await import('./principal-command.ts')).registerPrincipalCommands,
  tasks: async () => (await import('./tasks-command.ts')).registerTasksCommands,
  qualify: async () => (await import('./qualify-command.ts')).registerQualifyCommands,
  usage: async () => (await import('./usage-command.ts')).registerUsageCommands,
  timeline: async () => (await import('./timeline-command.ts')).registerTimelineCommand,
  ledger: async () => (await import('./ledger-command.ts')).registerLedgerCommands,
  store: async () => (await import('./store-command.ts')).registerStoreCommands,
}

/**
 * The program with the command that is asked for, wired; nothing has run yet. Without one, or for words that name
 * none (help, completion, a misspelt command), with all commands.
 */
export async function createProgram(asked?: string): Promise<Command> {
  const program = emptyProgram()
  // Asked often, by scripts above all, and answered by none of them.
  if (asked === '--version' || asked === '-V') return program
  const isKnown = asked !== undefined && Object.hasOwn(commands, asked)
  for (const [name, load] of Object.entries(commands)) {
    if (isKnown && name !== asked) continue
    const register = await load()
    register(program)
  }
  // It is made from all the others.
  if (!isKnown) registerCompletionCommand(program)
  for (const command of program.commands) tellExitCodes(command, command.name())
  return program
}

/** They say themselves what each of their exit codes means. */
const withOwnExitCodes: ReadonlySet<string> = new Set([
  'serve',
  'check',
  'ledger verify',
  'qualify run',
])

const whatOneSays: Readonly<Record<string, string>> = {
  'rules test': 'a detector has a problem',
  'directive test': 'a case comes out otherwise',
  'audit diff': 'something changed and --fail-on-change was given',
  'policy check': 'something is wrong with a policy',
  'policy verify': 'the snapshot is not valid now',
}

function tellExitCodes(command: Command, name: string): void {
  for (const below of command.commands) tellExitCodes(below, `${name} ${below.name()}`)
  const isGroup = command.commands.length > 0 && name !== 'audit'
  if (isGroup || withOwnExitCodes.has(name)) return
  const gate = command.options.some(({ long }) => long === '--fail-on')
  const one = whatOneSays[name] ?? (gate ? 'something of --fail-on' : null)
  command.addHelpText(
    'after',
    `\nExit codes: 0 done${one === null ? '' : `, 1 ${one}`}, 2 usage or configuration, 3 a fault.`,
  )
}

function emptyProgram(): Command {
  return (
    new Command('holdfast')
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
  )
}
