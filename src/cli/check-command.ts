import { type Command, Option } from 'commander'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import { Duration } from '../schema/holdfast-config.ts'
import type { CheckFinding, CheckSeverity } from './check-finding.ts'
import type { CheckResult } from './check-run.ts'
import { textTable } from './admin/text-table.ts'
import { systemClock } from './system-clock.ts'
import { printOut } from './write-output.ts'

interface CheckFlags {
  readonly config: string
  readonly offline?: boolean
  readonly timeLimit: string
  readonly withLocal?: true | string
  readonly failOn: 'problem' | 'warning' | 'never'
  readonly format: 'text' | 'json'
}

/** Adds `holdfast check`. */
export function registerCheckCommand(program: Command): void {
  program
    .command('check')
    .description('check everything that a gateway needs, and ask every model over every route')
    .option(
      '-c, --config <file>',
      'holdfast.yaml with routes, workflows and principals',
      'holdfast.yaml',
    )
    .option('--offline', 'ask no provider')
    .option('--time-limit <duration>', 'for all requests to providers together', '60s')
    .option(
      '--with-local [weights]',
      'start the model of `local` in holdfast.yaml, ask it as well, and end it',
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 on a finding of this severity or a worse one')
        .choices(['problem', 'warning', 'never'])
        .default('problem'),
    )
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `
Configuration, directives, policies, keys, store, ledger and schedules of trials are looked at; then each model is asked
over each of its routes with a real request of one token, and the route's own list is read: the list alone lies both
ways. What policy denies to the probe, and routes that take no traffic, are not asked. A credential is never shown.

Results of a route: ok, withdrawn, auth, quota, overload, transport, client, context, content-policy, mismatch (another
model answered), denied, disabled, not-probed.

Exit codes: 0 nothing of --fail-on, 1 something of it, 2 the configuration itself is invalid.

Examples:
  holdfast check
  holdfast check --offline --fail-on warning
  holdfast check --format json --time-limit 20s`,
    )
    .action(check)
}

async function check(flags: CheckFlags): Promise<void> {
  if (!Duration.safeParse(flags.timeLimit).success)
    throw new Fault('HF_USAGE', `\`--time-limit ${flags.timeLimit}\``, {
      expected: 'a duration such as `60s`',
    })
  const { runCheck } = await import('./check-run.ts')
  const result = await runCheck({
    configPath: flags.config,
    isOffline: flags.offline === true,
    timeLimit: flags.timeLimit,
    withLocal: flags.withLocal,
    clock: systemClock,
  })
  await printOut(flags.format === 'json' ? jsonOf(result) : textOf(result))
  process.exitCode = exitCodeOf(result, flags.failOn)
}

/** A configuration that no gateway would start with is a fault of usage, whatever the gate says. */
function exitCodeOf({ findings }: CheckResult, failOn: CheckFlags['failOn']): number {
  const isInvalid = findings.some(
    ({ area, severity, code }) =>
      severity === 'problem' &&
      code !== null &&
      (area === 'configuration' || area === 'directives'),
  )
  if (isInvalid) return 2
  const failing: readonly CheckSeverity[] =
    failOn === 'never' ? [] : failOn === 'warning' ? ['problem', 'warning'] : ['problem']
  return findings.some(({ severity }) => failing.includes(severity)) ? 1 : 0
}

function jsonOf(result: CheckResult): string {
  const summary = { problems: count(result, 'problem'), warnings: count(result, 'warning') }
  return `${JSON.stringify({ schemaVersion: 1, ...result, summary }, null, 2)}\n`
}

function count({ findings }: CheckResult, severity: CheckSeverity): number {
  return findings.filter((one) => one.severity === severity).length
}

function textOf(result: CheckResult): string {
  const { policy, routes, findings } = result
  const lines = [
    policy === null ? 'policy: not compiled' : policyLine(policy),
    ...(policy?.perRequest ?? []).map(
      ({ id, because }) =>
        `  ${id} is evaluated at each request: it tests ${because.join(' and ')}`,
    ),
    ...findings.flatMap(findingLines),
  ].map(visibleText)
  const problems = count(result, 'problem')
  const warnings = count(result, 'warning')
  const probed = result.isOffline ? ['no provider was asked (--offline)'] : []
  const rows = routes.map((one) => [
    one.route,
    one.model,
    one.result,
    one.listing,
    one.ms === null ? '-' : `${one.ms} ms`,
    one.result === 'ok' && one.message === 'served' ? one.notices.join('; ') || '-' : one.message,
  ])
  const table =
    rows.length === 0
      ? ''
      : `\n${textTable(['route', 'model', 'result', 'listing', 'took', 'note'], rows)}`
  const summary = `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}`
  const end = [...probed, summary].join('\n')
  return `${lines.join('\n')}\n${table}\n${end}\n`
}

function policyLine({ units, perRequest }: NonNullable<CheckResult['policy']>): string {
  const tabulated = units - perRequest.length
  return `policy: ${units} units valid, ${tabulated} of them in tables, ${perRequest.length} evaluated at each request`
}

function findingLines(one: CheckFinding): readonly string[] {
  const { area, severity, message, place, code, advice } = one
  const where = place === null ? '' : `${place}: `
  return [
    `${severity} (${area})${code === null ? '' : ` ${code}`}: ${where}${message}`,
    ...(advice === null ? [] : [`  do: ${advice}`]),
  ]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
