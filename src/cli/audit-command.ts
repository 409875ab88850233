import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import {
  audit,
  beginListing,
  diffRegisters,
  type Gate,
  type GateFailure,
  gateFailures,
  hasAbandonedWork,
  parseGates,
} from '../audit/index.ts'
import { Fault } from '../base/fault.ts'
import { type Resolver, suggestNames } from '../catalogue/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import { registerFormats, renderRegisterDiff } from '../report/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Register } from '../schema/register.ts'
import { Role } from '../schema/vocabulary.ts'
import { collect } from './collect.ts'
import { leaveWhen } from './leave.ts'
import { loadConfig } from './load-config.ts'
import { prepareAudit, type SetupFlags, treeOptions } from './prepare-audit.ts'
import { createProgress } from './progress.ts'
import { readRegister } from './read-register.ts'
import { readTextFile } from './read-text-file.ts'
import { keepRegister } from './usage-register.ts'
import { printOut, writeFileWhole } from './write-output.ts'

interface AuditFlags extends SetupFlags {
  readonly config?: string
  readonly format: string
  readonly output?: string
  readonly show: string
  readonly failOn?: string
  readonly baseline?: string
  readonly repositories?: string
  readonly quiet: boolean
}

export function registerAuditCommand(program: Command): void {
  leaveWhen(hasAbandonedWork)
  const command = program
    .command('audit')
    .description(
      'find where a source tree depends on hosted models, for which work, over which route',
    )
    .enablePositionalOptions()
    .argument('[directories...]', 'what to audit; several become one register (default: .)')
    .option(
      '-c, --config <file>',
      'holdfast.yaml of the organisation (default: the one in this folder, if any)',
    )
    .addOption(
      new Option('-f, --format <format>', 'how to show the register')
        .choices(registerFormats.map((format) => format.id))
        .default('text'),
    )
    .option('-o, --output <file>', 'write there instead of to stdout')
    .option('--show <roles>', `roles to show: ${Role.options.join(', ')}, or all`, 'use,declare')
    .option(
      '--fail-on <conditions>',
      'exit 1 when one holds: kinds of gap, vendor:ID, provider:ID, model:ID, jurisdiction:XX',
    )
    .option(
      '--baseline <register>',
      'with --fail-on: only what this earlier register does not have counts',
    )
    .option(
      '--rules <folder>',
      'detectors of your own, beside the shipped ones; may be repeated',
      collect,
      [],
    )
    .option(
      '--at <commit-or-date>',
      'answer from git what stood there then: a commit, or a day YYYY-MM-DD',
    )
    .option(
      '--as-of <day>',
      'the day for lifecycles and floating names (default: today, or the day of --at)',
    )
    .option('--repositories <file>', 'a file with one directory a line')
    .option('--exclude <glob>', 'leave these paths out; may be repeated', collect, [])
    .option('--max-file-bytes <n>', 'larger files are listed as skipped (default: 2097152)')
    .option('--no-cache', 'read everything anew')
    .option('--no-owners', 'do not look for owners in git history')
    .option('-q, --quiet', 'no progress and no notes', false)
    .addHelpText(
      'after',
      `
Examples:
  holdfast audit .                                     a summary on the terminal
  holdfast audit . -f html -o report.html              one self-contained page
  holdfast audit services/a services/b -f json -o register.json
  holdfast audit . --fail-on no-fallback,suspended     in CI
  holdfast audit . --fail-on no-fallback --baseline register.json    only what is new
  holdfast audit . --at 2026-06-11                     what was pinned on that day

The register of a whole tree is also kept in .holdfast/register.json beside holdfast.yaml, with what the traffic of
the gateway and imported exports show (\`holdfast usage\`). Nothing else is written without --output, nothing of an
audited tree is run, and nothing leaves this machine.`,
    )
    .action((directories: readonly string[], flags: AuditFlags) => runAudit(directories, flags))
  registerDiffCommand(command)
}

function registerDiffCommand(audit: Command): void {
  audit
    .command('diff')
    .description('what changed between two registers')
    .argument('<before>', 'a register (JSON)')
    .argument('<after>', 'a register (JSON)')
    .addOption(
      new Option('-f, --format <format>', 'how to show it')
        .choices(['text', 'md', 'json'])
        .default('text'),
    )
    .option('-o, --output <file>', 'write there instead of to stdout')
    .option('--fail-on-change', 'exit 1 when something was added, changed or newly missing', false)
    .addHelpText('after', '\nExample:\n  holdfast audit diff main.json branch.json -f md')
    .action(
      async (
        before: string,
        after: string,
        flags: {
          readonly format: 'text' | 'md' | 'json'
          readonly output?: string
          readonly failOnChange: boolean
        },
      ) => {
        const diff = diffRegisters(await readRegister(before), await readRegister(after))
        await deliver(renderRegisterDiff(diff, flags.format), flags.output)
        const isChanged = diff.added.length + diff.changed.length + diff.newGaps.length > 0
        if (flags.failOnChange && diff.rulesDiffer) {
          throw new Fault(
            'HF_REGISTER_RULES_DIFFER',
            'the registers were made with different rules and cannot gate',
          )
        }
        if (flags.failOnChange && isChanged) process.exitCode = 1
      },
    )
}

async function runAudit(directories: readonly string[], flags: AuditFlags): Promise<void> {
  const gates = flags.failOn === undefined ? [] : parseGates(flags.failOn)
  const roles = parseRoles(flags.show)
  const baseline = flags.baseline === undefined ? null : await readRegister(flags.baseline)
  const configPath = flags.config ?? 'holdfast.yaml'
  const config = await loadConfig(configPath, flags.config !== undefined)
  const roots = await rootsOf(directories, flags, config)
  const stop = stopSignal()
  const progress = createProgress(process.stderr, flags.quiet)
  const listing = beginListing(roots, treeOptions(flags, config))
  const setup = await prepareAudit(flags, config, configPath, roots, (note) =>
    progress.note(`note: ${note}`),
  )
  checkGateElements(gates, setup.options.catalogue, setup.resolver)
  const startedAt = performance.now()
  let register: Register
  try {
    register = await audit({
      ...setup.options,
      roots,
      listing,
      isOnlyAudit: true,
      signal: stop.signal,
      onNote: (note) => progress.note(`note: ${note}`),
      onProgress: (state) =>
        progress.update({ ...state, elapsedMs: performance.now() - startedAt }),
    })
    await setup.options.cache?.save((problem) => progress.note(`note: ${problem}`))
  } finally {
    progress.end()
    stop.end()
  }
  await noteUnreadConfig(roots, config, progress.note)
  if (config !== null && isWhole(directories, flags, register)) {
    const kept = await keepRegister(dirname(configPath), register, {
      config,
      catalogue: setup.options.catalogue,
      resolver: setup.resolver,
      at: new Date().toISOString(),
    })
    register = kept.register
    for (const notice of kept.notices) progress.note(`note: ${notice}`)
  }
  await deliver(render(register, flags, roles, setup.resolver), flags.output)
  if (flags.output !== undefined) progress.note(summaryLine(register, flags.output))
  if (register.partial) {
    progress.note('stopped: the register is valid but partial, and says so')
    process.exitCode = 130
    return
  }
  const failures = gateFailures({
    gates,
    register,
    baseline,
    jurisdictionsOf: (kind, id) => setup.resolver.jurisdictionsOf(kind, id),
  })
  if (failures.length > 0) {
    process.stderr.write(failureText(failures))
    process.exitCode = 1
  }
}

function render(
  register: Register,
  flags: AuditFlags,
  roles: readonly Role[],
  resolver: Resolver,
): string {
  const format = registerFormats.find((one) => one.id === flags.format)
  if (format === undefined) throw new Fault('HF_USAGE', `\`${flags.format}\` is no format`)
  const isTerminal = flags.output === undefined && process.stdout.isTTY
  return format.render(register, {
    show: roles,
    colour: isTerminal && process.env['NO_COLOR'] === undefined,
    width: isTerminal ? (process.stdout.columns ?? 100) : 100,
    jurisdictions: jurisdictionsIn(register, resolver),
  })
}

function jurisdictionsIn(
  register: Register,
  resolver: Resolver,
): Readonly<Record<string, readonly string[]>> {
  const result: Record<string, readonly string[]> = {}
  for (const { vendor, route, fallbacks } of register.dependencies) {
    for (const id of [vendor, ...fallbacks.map((one) => one.vendor)]) {
      if (id !== null) result[`vendor:${id}`] ??= resolver.jurisdictionsOf('vendor', id)
    }
    for (const id of [route.provider, ...fallbacks.map((one) => one.provider)]) {
      if (id !== null) result[`provider:${id}`] ??= resolver.jurisdictionsOf('provider', id)
    }
  }
  return result
}

async function deliver(text: string, output: string | undefined): Promise<void> {
  if (output === undefined) await printOut(text.endsWith('\n') ? text : `${text}\n`)
  else await writeFileWhole(output, text)
}

async function rootsOf(
  directories: readonly string[],
  flags: AuditFlags,
  config: HoldfastConfig | null,
): Promise<readonly string[]> {
  const listed = flags.repositories === undefined ? [] : await readLines(flags.repositories)
  const given = [...directories, ...listed]
  if (given.length > 0) return [...new Set(given)]
  const configured = config?.audit?.roots ?? []
  if (configured.length === 0) return ['.']
  return configured.map((root) => resolve(dirname(flags.config ?? 'holdfast.yaml'), root))
}

async function readLines(path: string): Promise<readonly string[]> {
  const text = await readTextFile(path)
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

function parseRoles(text: string): readonly Role[] {
  if (text === 'all') return Role.options
  return text.split(',').map((part) => {
    const role = Role.safeParse(part.trim())
    if (role.success) return role.data
    throw new Fault('HF_USAGE', `\`${part}\` is no role`, {
      expected: `${Role.options.join(', ')}, or all`,
    })
  })
}

/** A part of the tree, a day of the past or a stopped run never replaces the register of the whole. */
function isWhole(directories: readonly string[], flags: AuditFlags, register: Register): boolean {
  const isPart =
    directories.length > 0 &&
    !directories.some((one) => one === '.' || one === dirname(flags.config ?? '.'))
  return !register.partial && !isPart && flags.at === undefined && flags.asOf === undefined
}

/** A misspelt id would let everything pass. */
function checkGateElements(gates: readonly Gate[], catalogue: Catalogue, resolver: Resolver): void {
  for (const gate of gates) {
    if (gate.kind !== 'element') continue
    const { element, id } = gate
    const known = {
      vendor: () => catalogue.vendors.some((one) => one.id === id),
      provider: () => catalogue.providers.some((one) => one.id === id),
      model: () => resolver.resolve(id).model === id,
      jurisdiction: () => /^[A-Z]{2}$/.test(id),
    }[element]()
    if (known) continue
    const names =
      element === 'vendor' ? catalogue.vendors : element === 'provider' ? catalogue.providers : []
    const near = suggestNames(
      id,
      names.map((one) => one.id),
    )
    throw new Fault(
      'HF_USAGE',
      `--fail-on ${element}:${id} names nothing that the catalogue knows`,
      {
        expected:
          element === 'jurisdiction'
            ? 'an ISO 3166-1 alpha-2 code in capitals'
            : `the id of a ${element}`,
        advice:
          near.length > 0
            ? `did you mean ${near.join(' or ')}?`
            : '`holdfast catalogue show` lists what is known',
      },
    )
  }
}

/** Configuration in the audited tree is not trusted; say how to use it. */
async function noteUnreadConfig(
  roots: readonly string[],
  config: HoldfastConfig | null,
  note: (text: string) => void,
): Promise<void> {
  if (config !== null) return
  for (const root of roots) {
    const path = join(root, 'holdfast.yaml')
    try {
      await readFile(path)
      note(
        `note: ${path} was not applied, since audited trees are not trusted; --config ${path} applies it`,
      )
    } catch {
      continue
    }
  }
}

function summaryLine(register: Register, output: string): string {
  const used = register.dependencies.filter((one) => one.role === 'use' || one.role === 'declare')
  return `${basename(output)}: ${used.length} dependencies, ${register.workflows.length} workflows, ${register.gaps.length} gaps, ${register.questions.length} questions`
}

function failureText(failures: readonly GateFailure[]): string {
  const shown = failures.slice(0, 20).map(({ gate, reason, path, line }) => {
    const place = path === null ? '' : ` (${path}:${line ?? 1})`
    return `  ${gate}: ${reason}${place}`
  })
  const rest =
    failures.length > shown.length ? [`  and ${failures.length - shown.length} more`] : []
  return `gate failed: ${failures.length}\n${[...shown, ...rest].join('\n')}\n`
}

/** The first Ctrl-C stops the audit and keeps what was found; the second ends at once. */
function stopSignal(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController()
  function onSignal(): void {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
    process.stderr.write(
      '\nstopping; what was found so far will be written. Ctrl-C again ends at once.\n',
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    end: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
