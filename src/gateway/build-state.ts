import { durationMs } from '../base/duration.ts'
import type { Resolver } from '../catalogue/index.ts'
import type { PolicySnapshot } from '../policy/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type {
  ConfigFallback,
  ConfigHedge,
  ConfigWorkflow,
  HoldfastConfig,
} from '../schema/holdfast-config.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import type { HoldingRules } from './conversations/held-conversations.ts'
import type {
  Callers,
  GatewayFallback,
  GatewayRoute,
  GatewayState,
  GatewayWorkflow,
  ModelFacts,
  Timeouts,
  WaitingRules,
} from './gateway-state.ts'
import { callerLimits, useLimits } from './limits/caller-limits.ts'
import { listPrices } from './limits/list-prices.ts'
import { VerdictBook } from './verdict-book.ts'

/** Everything that a state is made from. */
export interface StateParts {
  readonly config: HoldfastConfig
  readonly catalogue: Catalogue
  readonly resolver: Resolver
  readonly snapshot: PolicySnapshot
  readonly callers: Callers
  readonly verdicts: readonly VerdictRecord[]
  /** Reads the credential of a route each time; null: it needs none. */
  readonly credentialOf: (route: HoldfastConfig['routes'][number]) => string | null
  /** Why a route takes no traffic, by id: closed by an operator, or its origin was not accepted. */
  readonly disabledRoutes: ReadonlyMap<string, string>
}

/** Spellings of models that are remembered; callers write few. */
const spellingsMax = 10_000

const defaultTimeouts: Timeouts = {
  connectMs: 3_000,
  headersMs: 20_000,
  wholeMs: 300_000,
  firstTokenMs: 30_000,
  idleMs: 20_000,
  totalMs: 600_000,
}

const defaultHolding = { holdFor: '4h', memoryMiB: 64 }

const defaultWaiting: WaitingRules = { waitMs: 5_000, waitingMax: 100, whenFull: 'wait' }

export function buildState(parts: StateParts): GatewayState {
  const { config, snapshot, callers } = parts
  const countries = new Map(
    snapshot.world.routes.map(({ id, jurisdictions }) => [id, jurisdictions]),
  )
  const timeouts = gatewayTimeouts(config.gateway?.timeouts)
  const routes = config.routes.map((route): GatewayRoute => ({
    id: route.id,
    provider: route.provider,
    protocol: route.protocol,
    baseUrl: new URL(route.baseUrl),
    region: route.region ?? null,
    project: route.project ?? null,
    countries: countries.get(route.id) ?? [],
    models: new Map(Object.entries(route.models)),
    capacity: useLimits(route.capacity),
    contextTokens: route.contextTokens ?? null,
    timeouts: routeTimeouts(timeouts, route.timeouts),
    credential: () => parts.credentialOf(route),
    disabled: parts.disabledRoutes.get(route.id) ?? null,
  }))
  return {
    snapshot,
    callers,
    routes: new Map(routes.map((route) => [route.id, route])),
    routesOf: routesByModel(routes),
    workflows: new Map(
      config.workflows.map((workflow) => [workflow.id, workflowOf(workflow, config)]),
    ),
    modelOf: modelNames(routes, parts.resolver),
    factsOf: modelFacts(parts.catalogue),
    verdicts: new VerdictBook(parts.verdicts),
    unqualifiedFallbacks: config.gateway?.unqualifiedFallbacks ?? 'allow-with-notice',
    inFlight: config.gateway?.inFlight ?? 'continue',
    timeouts,
    limits: callerLimits(config),
    waiting: config.gateway?.waiting ?? defaultWaiting,
    hedgeMs: hedgeMsOf(config.gateway?.hedge),
    priceOf: listPrices(config.routes, parts.catalogue),
    conversations: holdingRules(config.gateway?.conversations),
  }
}

function holdingRules(
  written: NonNullable<HoldfastConfig['gateway']>['conversations'],
): HoldingRules | null {
  if (written === false) return null
  const { holdFor, memoryMiB } = written ?? defaultHolding
  return { holdMs: durationMs(holdFor), bytesMax: memoryMiB * 2 ** 20 }
}

function gatewayTimeouts(written: NonNullable<HoldfastConfig['gateway']>['timeouts']): Timeouts {
  if (written === undefined) return defaultTimeouts
  const { headersMs, wholeMs = headersMs, ...others } = written
  return {
    ...others,
    headersMs: headersMs ?? defaultTimeouts.headersMs,
    wholeMs: wholeMs ?? defaultTimeouts.wholeMs,
  }
}

function routeTimeouts(
  { connectMs, headersMs, wholeMs, firstTokenMs, idleMs, totalMs }: Timeouts,
  own: HoldfastConfig['routes'][number]['timeouts'],
): Timeouts {
  return {
    connectMs,
    headersMs: own?.headersMs ?? headersMs,
    wholeMs: own?.wholeMs ?? own?.headersMs ?? wholeMs,
    firstTokenMs: own?.firstTokenMs ?? firstTokenMs,
    idleMs: own?.idleMs ?? idleMs,
    totalMs: own?.totalMs ?? totalMs,
  }
}

/** What may change of routes at any moment, by id. */
export interface RouteStandings {
  /** Why a route takes no traffic. */
  readonly disabled: ReadonlyMap<string, string>
  /** Where a route leads that does not lead where the configuration says: URLs, by its id. */
  readonly addresses: ReadonlyMap<string, string>
}

/** The same with routes as they stand now, ready without anything being read anew. */
export function withRouteStandings(
  state: GatewayState,
  { disabled, addresses }: RouteStandings,
): GatewayState {
  const routes = [...state.routes.values()].map((route): GatewayRoute => {
    const address = addresses.get(route.id)
    const baseUrl = address === undefined ? route.baseUrl : new URL(address)
    return { ...route, baseUrl, disabled: disabled.get(route.id) ?? null }
  })
  return {
    ...state,
    routes: new Map(routes.map((route) => [route.id, route])),
    routesOf: routesByModel(routes),
  }
}

function routesByModel(routes: readonly GatewayRoute[]): GatewayState['routesOf'] {
  const byModel = new Map<string, GatewayRoute[]>()
  for (const route of routes)
    for (const model of route.models.keys())
      byModel.set(model, [...(byModel.get(model) ?? []), route])
  return (model) => byModel.get(model) ?? []
}

function workflowOf(
  workflow: ConfigWorkflow,
  { gateway }: Pick<HoldfastConfig, 'gateway'>,
): GatewayWorkflow {
  return {
    id: workflow.id,
    task: workflow.task,
    criticality: workflow.criticality ?? 'supporting',
    model: workflow.model ?? null,
    fallbacks: (workflow.fallbacks ?? []).flatMap(modelFallback),
    requireQualified: workflow.requireQualified ?? false,
    hedgeMs: hedgeMsOf(workflow.hedge ?? gateway?.hedge),
    keepsContents: workflow.keepContents ?? false,
    captureRate: workflow.capture?.rate ?? 0,
  }
}

function hedgeMsOf(rules: ConfigHedge | false | undefined): number | null {
  return rules === undefined || rules === false ? null : rules.afterMs
}

/** Tools and people take work over as well, but not through a gateway. */
function modelFallback(fallback: ConfigFallback): readonly GatewayFallback[] {
  if (typeof fallback === 'string') return [{ model: fallback, route: null }]
  return 'model' in fallback ? [{ model: fallback.model, route: fallback.route ?? null }] : []
}

/**
 * Names that callers write: `vendor/name` or the name on a route's wire; then what the catalogue knows, dated
 * snapshots and aliases among it. A wire name that two routes give to different models is no name.
 */
function modelNames(routes: readonly GatewayRoute[], resolver: Resolver): GatewayState['modelOf'] {
  const declared = new Map<string, string | null>()
  for (const { models } of routes)
    for (const [model, wire] of models) {
      const other = declared.get(wire)
      declared.set(wire, other === undefined || other === model ? model : null)
    }
  for (const { models } of routes) for (const model of models.keys()) declared.set(model, model)
  const resolved = new Map<string, string | null>()
  return (written) => {
    const known = declared.get(written) ?? resolved.get(written)
    if (known !== undefined) return known
    const found = declared.has(written) ? null : resolver.resolve(written)
    const model = found?.kind === 'model' || found?.kind === 'alias' ? found.model : null
    if (resolved.size < spellingsMax) resolved.set(written, model)
    return model
  }
}

function modelFacts(catalogue: Catalogue): GatewayState['factsOf'] {
  const facts = new Map<string, ModelFacts>()
  for (const { models } of catalogue.vendors)
    for (const model of models)
      facts.set(model.id, {
        contextTokens: model.contextTokens?.value ?? null,
        outputTokens: model.outputTokens?.value ?? null,
        capabilities: model.capabilities === undefined ? null : new Set(model.capabilities.value),
      })
  const unknown: ModelFacts = { contextTokens: null, outputTokens: null, capabilities: null }
  return (model) => facts.get(model) ?? unknown
}
