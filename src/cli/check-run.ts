import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Fault } from '../base/fault.ts'
import type { GatewayClock } from '../gateway/index.ts'
import type { PolicySnapshot } from '../policy/index.ts'
import { cedarSchema } from '../policy/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { disabledIn, standingsIn } from './admin/route-book.ts'
import { probePrincipal } from './admin/probe-principal.ts'
import { type CheckFinding, finding, looked } from './check-finding.ts'
import { checkKeys } from './check-keys.ts'
import { checkLedger, checkStore } from './check-evidence.ts'
import { checkRoutes, type RouteCheck } from './check-routes.ts'
import { checkSchedules } from './check-schedules.ts'
import { parseConfig } from './load-config.ts'
import type { WithLocal } from './local/engine-wish.ts'
import { LocalEngine } from './local/local-engine.ts'
import { withLocalStanding } from './local/local-route.ts'
import { checkWeights } from './local/weights-file.ts'
import { type LazyStore, lazyStore, storeSettings } from './open-store.ts'
import { openPolicy, type PolicyWorkspace, snapshotOf } from './policy-workspace.ts'
import { eligibilityWarning } from './principal-standing.ts'
import { whyNot } from './why-not.ts'

export interface CheckWish {
  readonly configPath: string
  /** No provider is asked. */
  readonly isOffline: boolean
  /** For all requests to providers together. */
  readonly timeLimit: string
  /** The local model is started, asked and ended. */
  readonly withLocal?: WithLocal | undefined
  readonly clock: GatewayClock
}

/** What decides of policies. */
interface PolicyCheckResult {
  readonly units: number
  /** Policies that no table can hold, and why: they are evaluated at each request. */
  readonly perRequest: readonly { readonly id: string; readonly because: readonly string[] }[]
}

export interface CheckResult {
  readonly config: string
  readonly at: string
  readonly isOffline: boolean
  readonly findings: readonly CheckFinding[]
  /** Null: policy could not be compiled. */
  readonly policy: PolicyCheckResult | null
  /** Empty when no provider was asked. */
  readonly routes: readonly RouteCheck[]
}

/** All problems of a configuration are told, at most so many. */
const problemsMax = 100

/** Looks at everything that a gateway needs; a problem in one place leaves the others to be looked at. */
export async function runCheck(wish: CheckWish): Promise<CheckResult> {
  const configPath = resolve(wish.configPath)
  const findings: CheckFinding[] = []
  const at = new Date().toISOString()
  const config = await looked('configuration', findings, () => readConfig(configPath))
  const empty = { config: configPath, at, isOffline: wish.isOffline, policy: null, routes: [] }
  if (config === null) return { ...empty, findings }
  const store = lazyStore(storeSettings(config, configPath, 'holdfast check'))
  try {
    const opened = await looked('policy', findings, () => openAll(configPath))
    findings.push(...configurationFindings(config, opened?.workspace ?? null))
    await lookAtEvidence(config, configPath, store, findings)
    findings.push(...(await checkSchedules(config, configPath)))
    const weights = config.local?.weights
    if (weights !== undefined && wish.withLocal === undefined)
      await looked('routes', findings, () => checkWeights(resolve(dirname(configPath), weights)))
    const routes =
      opened === null || wish.isOffline
        ? []
        : await probeAll(wish, { ...opened, store, configPath }, findings)
    return {
      ...empty,
      findings: findings.map(whereItBelongs),
      policy: opened === null ? null : policyResult(opened.snapshot),
      routes,
    }
  } finally {
    await store.close()
  }
}

async function readConfig(path: string): Promise<HoldfastConfig> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('HF_CONFIG_MISSING', `cannot read \`${path}\`: ${whyNot(error)}`, {
      expected: 'a readable holdfast.yaml',
      cause: error,
    })
  })
  return parseConfig(text, path, problemsMax)
}

interface Opened {
  readonly workspace: PolicyWorkspace
  readonly snapshot: PolicySnapshot
}

async function openAll(configPath: string): Promise<Opened> {
  const workspace = await openPolicy({ config: configPath })
  const snapshot = snapshotOf(workspace, { expiresAt: '9999-12-31T23:59:59.999Z', version: 0 })
  return { workspace, snapshot }
}

function configurationFindings(
  config: HoldfastConfig,
  workspace: PolicyWorkspace | null,
): readonly CheckFinding[] {
  const doubt = config.principals.length === 0 ? null : eligibilityWarning(config)
  const nothing = [
    ...(config.routes.length === 0 ? ['no `routes`: no model can be reached'] : []),
    ...(doubt === null ? [] : [doubt]),
  ].map((text) => finding('configuration', 'warning', text))
  if (workspace === null) return nothing
  const { dangling, enforced, ownPolicies, engine } = workspace
  const contradictions = new Set(enforced.contradictions)
  return [
    ...nothing,
    ...dangling.map((text) => placed('configuration', 'warning', text)),
    ...enforced.invalid.map(({ id, text }) => placed('directives', 'problem', `${id}: ${text}`)),
    ...[...contradictions].map((text) => finding('directives', 'problem', text)),
    ...enforced.warnings
      .filter((text) => !contradictions.has(text))
      .map((text) => finding('directives', 'warning', text)),
    ...ownPolicies.flatMap(({ name, text }) =>
      engine
        .validate(cedarSchema, text)
        .warnings.map(({ message }) => finding('policy', 'warning', `${name}: ${message}`)),
    ),
  ]
}

function placed(
  area: CheckFinding['area'],
  severity: CheckFinding['severity'],
  text: string,
): CheckFinding {
  const found = /^(?<place>\S+:\d+:\d+): (?<message>.+)$/s.exec(text)?.groups
  return finding(area, severity, found?.['message'] ?? text, found?.['place'] ?? null)
}

/** What `openPolicy` throws is of the configuration or of a directive, as its code says. */
function whereItBelongs(one: CheckFinding): CheckFinding {
  if (one.area !== 'policy' || one.code === null) return one
  if (one.code.startsWith('HF_DIRECTIVE')) return { ...one, area: 'directives' }
  if (one.code.startsWith('HF_STORE')) return { ...one, area: 'store' }
  if (one.code.startsWith('HF_LEDGER')) return { ...one, area: 'ledger' }
  return one.code.startsWith('HF_CONFIG') ? { ...one, area: 'configuration' } : one
}

async function lookAtEvidence(
  config: HoldfastConfig,
  configPath: string,
  store: LazyStore,
  findings: CheckFinding[],
): Promise<void> {
  const add = (found: readonly CheckFinding[] | null) => findings.push(...(found ?? []))
  add(await looked('store', findings, () => checkStore(config, configPath)))
  add(
    await looked('keys', findings, async () => {
      const there = await store.ifThere().catch(() => null)
      const at = new Date().toISOString()
      return await checkKeys({ config, folder: dirname(configPath), store: there, at })
    }),
  )
  add(await looked('ledger', findings, () => checkLedger(config, configPath)))
}

async function probeAll(
  { clock, timeLimit, withLocal }: CheckWish,
  opened: Opened & { readonly store: LazyStore; readonly configPath: string },
  findings: CheckFinding[],
): Promise<readonly RouteCheck[]> {
  const { workspace, snapshot, store, configPath } = opened
  const { config } = workspace
  const found = await looked('routes', findings, async () => {
    const standings = await standingsIn(config, store)
    const { principal, notices } = await probePrincipal(config, store, workspace.at)
    findings.push(...notices.map((text) => finding('routes', 'warning', text)))
    const local = await localFor(config, { configPath, withLocal }, findings)
    try {
      return await checkRoutes({
        workspace,
        snapshot,
        folder: dirname(configPath),
        principal,
        standings: withLocalStanding(config, disabledIn(standings), local),
        local,
        timeLimit,
        clock,
        // Missing credentials were told with the other keys.
        warn: () => undefined,
      })
    } finally {
      await local?.stop()
    }
  })
  const routes = found ?? []
  findings.push(...routes.flatMap(routeFindings))
  return routes
}

/** Starts the local model where that is wished. */
async function localFor(
  config: HoldfastConfig,
  { configPath, withLocal }: Pick<CheckWish, 'configPath' | 'withLocal'>,
  findings: CheckFinding[],
): Promise<LocalEngine | null> {
  if (withLocal === undefined) return null
  const silent = { onChange: () => undefined, tell: () => undefined, warn: () => undefined }
  return await looked('routes', findings, async () => {
    const local = new LocalEngine(config, { configPath, withLocal, ...silent })
    const problem = await local.start()
    if (problem === null) return local
    await local.stop()
    throw problem
  })
}

/** What is wrong with a model over a route; a list that says otherwise than a real request is only noted. */
function routeFindings(one: RouteCheck): readonly CheckFinding[] {
  const name = `\`${one.model}\` over \`${one.route}\``
  const listed =
    one.result === 'ok' && one.listing === 'not-listed'
      ? [finding('routes', 'note', `${name} serves, though the list of the route lacks it`)]
      : one.result === 'withdrawn' && one.listing === 'listed'
        ? [finding('routes', 'note', `${name} stands in the list of the route all the same`)]
        : []
  const notices = one.notices.map((text) => finding('routes', 'warning', `${name}: ${text}`))
  return [...stateFindings(one, name), ...listed, ...notices]
}

/** What was not sent to a provider, and what that means; everything else failed. */
const unsent = {
  denied: { severity: 'note', what: 'was not probed, policy denies it to the probe' },
  disabled: { severity: 'warning', what: 'takes no traffic' },
  'not-probed': { severity: 'warning', what: 'was not probed' },
} as const

function stateFindings({ result, message }: RouteCheck, name: string): readonly CheckFinding[] {
  if (result === 'ok')
    return message === 'served' ? [] : [finding('routes', 'warning', `${name}: ${message}`)]
  if (result === 'denied' || result === 'disabled' || result === 'not-probed') {
    const { severity, what } = unsent[result]
    return [finding('routes', severity, `${name} ${what}: ${message}`)]
  }
  return [finding('routes', 'problem', `${name}: ${result}: ${message}`)]
}

function policyResult({ table, units }: PolicySnapshot): PolicyCheckResult {
  return {
    units: units.length,
    perRequest: table.liveUnits.map(({ unit, live }) => ({ id: unit.id, because: live })),
  }
}
