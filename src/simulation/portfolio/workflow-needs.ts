import { durationMs } from '../../base/duration.ts'
import { toolCandidate } from '../../schema/candidate-id.ts'
import type { ConfigFallback, ConfigRoute, ConfigWorkflow } from '../../schema/holdfast-config.ts'
import type { Dependency, RegisterFallback } from '../../schema/register.ts'
import type { Evidence, Load, Need, Option, PlaceOfEvidence } from '../portfolio.ts'
import type { CatalogueFacts } from './catalogue-facts.ts'
import {
  type Access,
  accessOverRoute,
  modelOption,
  normalRegion,
  unknownModelOption,
} from './model-access.ts'
import type { IsQualified } from './verdict-index.ts'

/** What the needs of every workflow are made with. */
export interface NeedContext {
  readonly facts: CatalogueFacts
  /** Routes of holdfast.yaml by id, and those that list a model, in the order of the file. */
  readonly routeById: (id: string) => ConfigRoute | null
  readonly routesOf: (model: string) => readonly ConfigRoute[]
  /** The catalogue's id of a model as somebody wrote it. */
  readonly canonical: (model: string) => string
  readonly isQualified: IsQualified
  readonly notice: (text: string) => void
  /** Told of a model whose provider nobody says: its vendor's own is taken; null when it has none. */
  readonly assume: (model: string, provider: string | null) => void
}

interface WorkflowSources {
  readonly id: string
  readonly config: ConfigWorkflow | null
  /** Those that stop production, in the order of the register. */
  readonly dependencies: readonly Dependency[]
}

/** Everything that a workflow needs a model for: decision 0010, and docs/guide/simulate.md in words. */
export function workflowNeeds(workflow: WorkflowSources, context: NeedContext): readonly Need[] {
  const { config, dependencies } = workflow
  const own = config?.model === undefined ? null : context.canonical(config.model)
  const byModel = modelsInOrder(dependencies, context)
  const needs: Need[] = []
  if (own !== null) needs.push(configuredNeed(own, workflow, byModel.get(own) ?? [], context))
  for (const model of furtherModels(own, byModel, workflow, context)) {
    needs.push(foundNeed(model, workflow, byModel.get(model) ?? [], context))
  }
  return [...needs, ...unknownNeeds(workflow, context)]
}

function modelsInOrder(
  dependencies: readonly Dependency[],
  context: NeedContext,
): ReadonlyMap<string, readonly Dependency[]> {
  const byModel = new Map<string, Dependency[]>()
  for (const dependency of dependencies) {
    if (dependency.model === null) continue
    const model = context.canonical(dependency.model)
    byModel.set(model, [...(byModel.get(model) ?? []), dependency])
  }
  return byModel
}

/**
 * Models that are needed for themselves: neither the configured one nor a fallback of another need. Where two are
 * each other's fallback, the first one is the need.
 */
function furtherModels(
  own: string | null,
  byModel: ReadonlyMap<string, readonly Dependency[]>,
  { config }: WorkflowSources,
  context: NeedContext,
): readonly string[] {
  const inCode = new Map(
    [...byModel].map(([model, rows]) => [model, fallbackModels(rows, context)] as const),
  )
  const covered = new Set<string>()
  const cover = (model: string) => {
    for (const next of inCode.get(model) ?? []) {
      if (covered.has(next)) continue
      covered.add(next)
      cover(next)
    }
  }
  if (own !== null) {
    covered.add(own)
    for (const fallback of config?.fallbacks ?? []) {
      const model = modelOfFallback(fallback)
      if (model !== null) covered.add(context.canonical(model))
    }
    cover(own)
  }
  const isFallback = (model: string) =>
    [...inCode].some(([other, fallbacks]) => other !== model && fallbacks.includes(model))
  const needed: string[] = []
  for (const isSecondPass of [false, true]) {
    for (const model of byModel.keys()) {
      if (covered.has(model) || needed.includes(model)) continue
      if (!isSecondPass && isFallback(model)) continue
      needed.push(model)
      cover(model)
    }
  }
  return [...byModel.keys()].filter((model) => needed.includes(model))
}

function fallbackModels(rows: readonly Dependency[], context: NeedContext): readonly string[] {
  return rows.flatMap(({ fallbacks }) =>
    fallbacks.flatMap(({ model }) => (model === null ? [] : [context.canonical(model)])),
  )
}

/** Need (a): the configured model, then the configured fallbacks, then those that stand in code. */
function configuredNeed(
  model: string,
  workflow: WorkflowSources,
  rows: readonly Dependency[],
  context: NeedContext,
): Need {
  return {
    id: model,
    options: unique([
      ...ownOptions(model, rows, context),
      ...configuredFallbacks(model, workflow, context),
      ...codeFallbacks(model, rows, workflow, context),
    ]),
    places: placesOf(rows),
    unknown: null,
  }
}

/** Need (b): a further model, then its fallbacks in code, then the configured ones, which take the whole work over. */
function foundNeed(
  model: string,
  workflow: WorkflowSources,
  rows: readonly Dependency[],
  context: NeedContext,
): Need {
  return {
    id: model,
    options: unique([
      ...ownOptions(model, rows, context),
      ...codeFallbacks(model, rows, workflow, context),
      ...configuredFallbacks(model, workflow, context),
    ]),
    places: placesOf(rows),
    unknown: null,
  }
}

/** Calls whose model nobody knows: one need for each name as written, with what is known of it. */
function unknownNeeds(workflow: WorkflowSources, context: NeedContext): readonly Need[] {
  const byName = new Map<string, Dependency[]>()
  for (const dependency of workflow.dependencies) {
    if (dependency.model !== null) continue
    const name = dependency.modelAsWritten.trim() || (dependency.question ?? 'a model')
    byName.set(name, [...(byName.get(name) ?? []), dependency])
  }
  return [...byName].map(([name, rows]) => ({
    id: name,
    options: unique([
      ...rows.flatMap((row) =>
        accessesOf([row], context).map((access) =>
          unknownModelOption(name, row.vendor, access, context.facts),
        ),
      ),
      ...codeFallbacks(null, rows, workflow, context),
      ...configuredFallbacks(null, workflow, context),
    ]),
    places: placesOf(rows),
    unknown: rows.map((row) => row.question).find((one) => one !== null) ?? name,
  }))
}

/** The model itself: over every route that lists it, else where the register saw it, else at its vendor's. */
function ownOptions(
  model: string,
  rows: readonly Dependency[],
  context: NeedContext,
): readonly Option[] {
  return accessesTo(model, accessesOf(rows, context), context).map((access) =>
    modelOption({ model, access, evidence: 'same-model' }, context.facts),
  )
}

function accessesTo(
  model: string,
  found: readonly Access[],
  context: NeedContext,
): readonly Access[] {
  const routes = context.routesOf(model)
  if (routes.length > 0) return routes.map(accessOverRoute)
  const served = found.filter(({ provider }) => provider !== null)
  if (served.length > 0) return served
  const provider = context.facts.ownProviderOf(model)
  context.assume(model, provider)
  return [{ route: null, provider, region: null }]
}

/** Where the register saw calls go, each provider and region once. */
function accessesOf(rows: readonly Dependency[], context: NeedContext): readonly Access[] {
  const accesses = new Map<string, Access>()
  for (const { route } of rows) {
    const configured = route.id === null ? null : context.routeById(route.id)
    const access =
      configured === null
        ? { route: null, provider: route.provider, region: route.region }
        : accessOverRoute(configured)
    const key = `${configured?.id}\n${access.provider}\n${normalRegion(access.region)}`
    if (!accesses.has(key)) accesses.set(key, access)
  }
  return [...accesses.values()]
}

function configuredFallbacks(
  model: string | null,
  workflow: WorkflowSources,
  context: NeedContext,
): readonly Option[] {
  return (workflow.config?.fallbacks ?? []).flatMap((fallback) =>
    configuredFallback(fallback, model, workflow, context),
  )
}

function configuredFallback(
  fallback: ConfigFallback,
  model: string | null,
  workflow: WorkflowSources,
  context: NeedContext,
): readonly Option[] {
  const stated = typeof fallback === 'string' ? { model: fallback } : fallback
  const carried = {
    capacity:
      'capacity' in stated && stated.capacity !== undefined ? loadOf(stated.capacity) : null,
    rtoMs: 'rto' in stated && stated.rto !== undefined ? durationMs(stated.rto) : null,
  }
  if ('tool' in stated) {
    const isQualified = context.isQualified(workflow.id, toolCandidate(stated.tool), null)
    return [helper('tool', stated.tool, { ...carried, isQualified })]
  }
  if ('manual' in stated)
    return [helper('manual', stated.manual, { ...carried, isQualified: false })]
  const target = context.canonical(stated.model)
  const named = 'route' in stated ? stated.route : undefined
  return fallbackAccesses(target, named, workflow.id, context).map((access) =>
    fallbackOption({ model: target, access, ...carried }, model, workflow.id, context),
  )
}

function fallbackAccesses(
  model: string,
  named: string | undefined,
  workflow: string,
  context: NeedContext,
): readonly Access[] {
  if (named === undefined) return accessesTo(model, [], context)
  const route = context.routeById(named)
  if (route !== null) {
    if (!context.routesOf(model).includes(route)) {
      context.notice(`${workflow}: the route ${named} of its fallback does not list ${model}`)
    }
    return [accessOverRoute(route)]
  }
  context.notice(
    `${workflow}: its fallback ${model} names the route ${named}, which does not exist`,
  )
  return accessesTo(model, [], context)
}

function codeFallbacks(
  model: string | null,
  rows: readonly Dependency[],
  workflow: WorkflowSources,
  context: NeedContext,
): readonly Option[] {
  return rows
    .flatMap(({ fallbacks }) => fallbacks)
    .flatMap((fallback) => codeFallback(fallback, model, workflow, context))
}

/** A fallback whose model could not be told is none: nothing says what its loss would be. */
function codeFallback(
  fallback: RegisterFallback,
  model: string | null,
  workflow: WorkflowSources,
  context: NeedContext,
): readonly Option[] {
  if (fallback.model === null) return []
  const target = context.canonical(fallback.model)
  const { provider } = fallback
  const routes = context.routesOf(target)
  const listed = routes.filter((route) => route.provider === provider)
  const accesses =
    provider === null
      ? accessesTo(target, [], context)
      : listed.length > 0
        ? listed.map(accessOverRoute)
        : [seenAccess(target, provider, workflow, context)]
  return accesses.map((access) =>
    fallbackOption(
      { model: target, access, capacity: null, rtoMs: null },
      model,
      workflow.id,
      context,
    ),
  )
}

/** The fallback's own call, where the register has one, tells the region. */
function seenAccess(
  model: string,
  provider: string,
  { dependencies }: WorkflowSources,
  context: NeedContext,
): Access {
  const row = dependencies.find(
    (one) =>
      one.model !== null &&
      context.canonical(one.model) === model &&
      one.route.provider === provider,
  )
  return { route: null, provider, region: row?.route.region ?? null }
}

interface FallbackInput {
  readonly model: string
  readonly access: Access
  readonly capacity: Load | null
  readonly rtoMs: number | null
}

function fallbackOption(
  fallback: FallbackInput,
  standsInFor: string | null,
  workflow: string,
  { facts, isQualified }: NeedContext,
): Option {
  const { model, access } = fallback
  const evidence: Evidence = isQualified(workflow, model, access.route?.id ?? null)
    ? 'qualified'
    : model === standsInFor
      ? 'same-model'
      : 'unqualified'
  return {
    ...modelOption({ ...fallback, evidence }, facts),
    excluded: standsInFor === null ? null : misfit(standsInFor, model, facts),
  }
}

/** Vectors and texts do not replace each other. */
function misfit(model: string, fallback: string, facts: CatalogueFacts): string | null {
  const wanted = facts.isEmbedding(model)
  const given = facts.isEmbedding(fallback)
  if (wanted === null || given === null || wanted === given) return null
  return wanted
    ? `${fallback} makes no embeddings, as ${model} does`
    : `${fallback} makes embeddings, which ${model} does not`
}

function helper(
  kind: 'tool' | 'manual',
  name: string,
  {
    isQualified,
    ...carried
  }: {
    readonly capacity: Load | null
    readonly rtoMs: number | null
    /** Tools by trial; people by a drill, of which nothing is kept yet. */
    readonly isQualified: boolean
  },
): Option {
  return {
    id: `${kind}:${name}`,
    kind,
    model: null,
    route: null,
    provider: null,
    elements: [],
    evidence: isQualified ? 'qualified' : 'unqualified',
    ...carried,
    excluded: null,
  }
}

function modelOfFallback(fallback: ConfigFallback): string | null {
  if (typeof fallback === 'string') return fallback
  return 'model' in fallback ? fallback.model : null
}

export function loadOf(
  stated: {
    readonly concurrent?: number | undefined
    readonly requestsPerMinute?: number | undefined
    readonly tokensPerMinute?: number | undefined
  } = {},
): Load {
  return {
    concurrent: stated.concurrent ?? null,
    requestsPerMinute: stated.requestsPerMinute ?? null,
    tokensPerMinute: stated.tokensPerMinute ?? null,
  }
}

function placesOf(rows: readonly Dependency[]): readonly PlaceOfEvidence[] {
  return rows.flatMap(({ id, occurrences }) =>
    occurrences.map(({ repository, path, line }) => ({ repository, path, line, dependency: id })),
  )
}

/** The first of several ways to the same option. */
function unique(options: readonly Option[]): readonly Option[] {
  const byId = new Map<string, Option>()
  for (const option of options) if (!byId.has(option.id)) byId.set(option.id, option)
  return [...byId.values()]
}
