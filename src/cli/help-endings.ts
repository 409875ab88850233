import type { Command } from 'commander'

/**
 * Ends the help of every command that does something: with examples, where its own text has none, and with exit
 * codes. The texts of groups of commands stand as they are.
 */
export function addHelpEndings(program: Command): void {
  for (const { name, command } of doingCommands(program, 'holdfast')) {
    const lines = examples[name] ?? []
    if (lines.length > 0) command.addHelpText('after', exampleText(lines))
    const codes = name in exitCodes ? exitCodes[name] : usualExitCodes
    if (codes !== undefined) command.addHelpText('after', `\nExit codes: ${codes}`)
  }
}

interface NamedCommand {
  /** As somebody types it. */
  readonly name: string
  readonly command: Command
}

/** Commands with work of their own: those without further commands, and those that also take arguments. */
export function doingCommands(command: Command, name: string): readonly NamedCommand[] {
  const below = command.commands.filter((one) => one.name() !== 'help')
  const isDoing = below.length === 0 || command.registeredArguments.length > 0
  return [
    ...(isDoing ? [{ name, command }] : []),
    ...below.flatMap((one) => doingCommands(one, `${name} ${one.name()}`)),
  ]
}

function exampleText(lines: readonly string[]): string {
  const title = lines.length === 1 ? 'Example' : 'Examples'
  return `\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

const usualExitCodes = '0 done, 1 a gate or a check failed, 2 usage or configuration, 3 a fault.'

/** Of commands that say more, or say it themselves (`undefined`). */
const exitCodes: Readonly<Record<string, string | undefined>> = {
  'holdfast check': undefined,
  'holdfast ledger verify': undefined,
  'holdfast serve':
    '0 ended when it was asked to, 2 usage or configuration, 3 a fault, also when evidence could not be written.',
}

/** Examples of commands whose own text has none. */
const examples: Readonly<Record<string, readonly string[]>> = {
  'holdfast rules list': ['holdfast rules list', 'holdfast rules list --rules my-detectors'],
  'holdfast directive list': [
    'holdfast directive list',
    'holdfast directive list --at 2026-06-13T00:00:00Z',
  ],
  'holdfast directive add': [
    'holdfast directive add order.yaml --dry-run',
    'holdfast directive add order.yaml --by "Robin Example"',
  ],
  'holdfast directive review': [
    'holdfast directive review us-bis-2026-06-12 --by "Kim Counsel" --at 2026-11-24',
  ],
  'holdfast policy check': ['holdfast policy check', 'holdfast policy check --format json'],
  'holdfast policy snapshot': [
    'holdfast policy snapshot --output policy.json --key file:snapshot.key --valid-for 24h',
  ],
  'holdfast policy verify': ['holdfast policy verify policy.json --key file:snapshot.pub'],
  'holdfast serve': [
    'holdfast serve',
    'holdfast serve --config /etc/holdfast/holdfast.yaml --listen 0.0.0.0:8700 --processes per-core',
    'holdfast serve --with-local models/Qwen3-8B-Q4_K_M.gguf',
  ],
  'holdfast route list': ['holdfast route list', 'holdfast route list --format json'],
  'holdfast route disable': [
    'holdfast route disable anthropic --reason "incident 4711" --by "Robin Example"',
  ],
  'holdfast route enable': ['holdfast route enable anthropic --by "Robin Example"'],
  'holdfast route accept': ['holdfast route accept anthropic --by "Robin Example"'],
  'holdfast circuit list': ['holdfast circuit list', 'holdfast circuit list --format json'],
  'holdfast circuit probe': ['holdfast circuit probe anthropic/claude-fable-5'],
  'holdfast circuit close': [
    'holdfast circuit close anthropic/claude-fable-5 --by "Robin Example"',
  ],
  'holdfast usage list': ['holdfast usage list'],
  'holdfast usage show': ['holdfast usage show', 'holdfast usage show --format json'],
  'holdfast usage forget': ['holdfast usage forget 3f9a1c'],
  'holdfast ledger release': [
    'holdfast ledger release case-17 --reference "settled on 24 November" --by "Kim Counsel"',
  ],
  'holdfast ledger prune': [
    'holdfast ledger prune --before 2026-05-01 --dry-run',
    'holdfast ledger prune --before 2026-05-01 --by "Kim Counsel"',
  ],
  'holdfast ledger keys destroy-period': [
    'holdfast ledger keys destroy-period 2026-06-cli --reason "the directive was lifted" --by "Kim Counsel"',
  ],
  'holdfast store status': ['holdfast store status', 'holdfast store status --format json'],
  'holdfast store migrate': ['holdfast store migrate'],
}
