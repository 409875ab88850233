import { durationMs } from '../base/duration.ts'
import {
  type CountryOfRegion,
  type Resolver,
  standingOfName,
  suggestNames,
} from '../catalogue/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { ConfigRoute, ConfigWorkflow, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Register, RegisterWorkflow } from '../schema/register.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import { type CatalogueFacts, catalogueFacts } from './portfolio/catalogue-facts.ts'
import { headcounts } from './portfolio/headcounts.ts'
import { elementTable } from './portfolio/element-table.ts'
import { stoppingDependencies } from './portfolio/stopping-dependencies.ts'
import { verdictIndex } from './portfolio/verdict-index.ts'
import { loadOf, type NeedContext, workflowNeeds } from './portfolio/workflow-needs.ts'
import type { Option, Portfolio, PortfolioWorkflow } from './portfolio.ts'

export interface PortfolioInput {
  /** Null: only what the audit saw is known. */
  readonly config: HoldfastConfig | null
  /** Null: only what holdfast.yaml says is known. */
  readonly register: Register | null
  readonly catalogue: Catalogue
  readonly resolver: Pick<Resolver, 'resolve'>
  readonly verdicts: readonly VerdictRecord[]
  readonly regionJurisdiction: CountryOfRegion
  /** Instant at which verdicts must still count. RFC 3339, UTC. */
  readonly at: string
}

export interface BuiltPortfolio {
  readonly portfolio: Portfolio
  /** What a reader must know: assumptions, unknown facts, references that lead nowhere. Sorted, unique. */
  readonly notices: readonly string[]
}

/** Configuration, register, catalogue and verdicts as one structure function. */
export function buildPortfolio(input: PortfolioInput): BuiltPortfolio {
  const notices = new Set<string>()
  const notice = (text: string) => void notices.add(text)
  const facts = catalogueFacts(input.catalogue, input.regionJurisdiction)
  const routes = firstOfEachId(input.config?.routes ?? [], 'route', notice)
  const assumed = new Map<string, string | null>()
  const context: NeedContext = {
    ...needContext(input, facts, routes),
    notice,
    assume: (model, provider) => void assumed.set(model, provider),
  }
  const dependencies = stoppingDependencies(input.register, input.config?.answers ?? [])
  const workflows = workflowRows(input, notice).map(({ config, row }): PortfolioWorkflow => {
    const id = config?.id ?? row?.id ?? ''
    const people = headcounts(config, input.config?.groups ?? {})
    noteGroups(config, input.config?.groups ?? {}, notice)
    return {
      id,
      task: config?.task ?? row?.task ?? 'other',
      source: config === null ? (row?.source ?? 'inferred') : 'configuration',
      criticality: config?.criticality ?? row?.criticality ?? null,
      owner: config?.owner ?? row?.owner ?? null,
      mtpdMs: config?.mtpd === undefined ? null : durationMs(config.mtpd),
      rtoMs: config?.rto === undefined ? null : durationMs(config.rto),
      mbcoCapacity: config?.mbco?.capacity ?? null,
      load: loadOf(config?.load),
      requireQualified: config?.requireQualified ?? false,
      ...people,
      minStaff: config?.minStaff ?? null,
      needs: workflowNeeds({ id, config, dependencies: dependencies.get(id) ?? [] }, context),
    }
  })
  noteRoutes(routes, facts, notice)
  noteAssumed(assumed, notice)
  noteEmpty(workflows, notice)
  noteUnknown(workflows, notice)
  noteEnded(workflows, input, notice)
  const elements = elementTable({
    workflows,
    commonCauses: input.config?.commonCause ?? [],
    facts,
    resolver: input.resolver,
    notice,
  })
  return {
    portfolio: {
      workflows,
      elements,
      capacities: routes.flatMap(({ id, capacity }) =>
        capacity === undefined ? [] : [{ route: id, capacity: loadOf(capacity) }],
      ),
    },
    notices: [...notices].toSorted(),
  }
}

/** Options that may not be used for a workflow, with the reason; the limits of its data come from policy. */
export function withExclusions(
  portfolio: Portfolio,
  exclusionOf: (workflow: PortfolioWorkflow, option: Option) => string | null,
): Portfolio {
  const workflows = portfolio.workflows.map((workflow) => ({
    ...workflow,
    needs: workflow.needs.map((need) => ({
      ...need,
      options: need.options.map((option) => {
        if (option.kind !== 'model' || option.excluded !== null) return option
        const excluded = exclusionOf(workflow, option)
        return excluded === null ? option : { ...option, excluded }
      }),
    })),
  }))
  return { ...portfolio, workflows }
}

function needContext(
  { resolver, verdicts, at }: PortfolioInput,
  facts: CatalogueFacts,
  routes: readonly ConfigRoute[],
): Omit<NeedContext, 'notice' | 'assume'> {
  const known = new Map<string, string>()
  const canonical = (model: string) => {
    const id = known.get(model) ?? resolver.resolve(model).model ?? model
    known.set(model, id)
    return id
  }
  const byId = new Map(routes.map((route) => [route.id, route]))
  const byModel = new Map<string, ConfigRoute[]>()
  for (const route of routes) {
    for (const model of new Set(Object.keys(route.models).map(canonical))) {
      byModel.set(model, [...(byModel.get(model) ?? []), route])
    }
  }
  return {
    facts,
    routeById: (id) => byId.get(id) ?? null,
    routesOf: (model) => byModel.get(model) ?? [],
    canonical,
    isQualified: verdictIndex(verdicts, at, canonical),
  }
}

interface WorkflowRow {
  readonly config: ConfigWorkflow | null
  readonly row: RegisterWorkflow | null
}

/** Workflows of holdfast.yaml in its order, then those that only the register knows. */
function workflowRows(
  { config, register }: PortfolioInput,
  notice: (text: string) => void,
): readonly WorkflowRow[] {
  const configured = firstOfEachId(config?.workflows ?? [], 'workflow', notice)
  const found = new Map((register?.workflows ?? []).map((row) => [row.id, row]))
  const ids = new Set(configured.map(({ id }) => id))
  if (config !== null && register !== null) {
    const missing = configured.filter(({ id }) => !found.has(id)).map(({ id }) => id)
    if (missing.length > 0) {
      notice(
        `the register is older than holdfast.yaml: it does not know ${listed(missing)}; audit again`,
      )
    }
  }
  return [
    ...configured.map((workflow) => ({ config: workflow, row: found.get(workflow.id) ?? null })),
    ...[...found.values()].filter(({ id }) => !ids.has(id)).map((row) => ({ config: null, row })),
  ]
}

function firstOfEachId<T extends { readonly id: string }>(
  rows: readonly T[],
  noun: string,
  notice: (text: string) => void,
): readonly T[] {
  const byId = new Map<string, T>()
  for (const row of rows) {
    if (byId.has(row.id)) notice(`two ${noun}s are called ${row.id}; the first one counts`)
    else byId.set(row.id, row)
  }
  return [...byId.values()]
}

function noteGroups(
  workflow: ConfigWorkflow | null,
  groups: HoldfastConfig['groups'],
  notice: (text: string) => void,
): void {
  const audience = workflow?.audience ?? []
  if (workflow?.audience?.length === 0) {
    notice(`${workflow.id}: its audience is empty, so policy permits it to nobody`)
  }
  const uncounted = audience.filter((id) => groups[id]?.headcount === undefined)
  if ((workflow?.minStaff ?? 0) > 0 && uncounted.length > 0 && uncounted.length < audience.length) {
    notice(
      `${workflow?.id}: minStaff is held against the people that are counted, without those of ${uncounted.join(', ')}`,
    )
  }
  for (const id of audience) {
    if (Object.hasOwn(groups, id)) {
      if (groups[id]?.headcount === undefined) notice(`the group ${id} states no headcount`)
      continue
    }
    const [near] = suggestNames(id, Object.keys(groups))
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    notice(`${workflow?.id}: its audience names the group ${id}, which does not exist${hint}`)
  }
}

function noteRoutes(
  routes: readonly ConfigRoute[],
  facts: CatalogueFacts,
  notice: (text: string) => void,
): void {
  for (const { id, provider, region, weightsHeld } of routes) {
    if (!facts.knowsProvider(provider)) {
      notice(
        `route ${id}: the catalogue does not know the provider ${provider}, nor its jurisdiction`,
      )
    }
    if (region !== undefined && facts.countryOf(provider, region) === null) {
      notice(`route ${id}: nobody says in which country the region ${region} lies`)
    }
    if (facts.isOwnMachine(provider) && weightsHeld === undefined) {
      notice(
        `route ${id}: it does not say whether the weights are held (weightsHeld), so their vendor is counted`,
      )
    }
  }
}

function noteAssumed(
  assumed: ReadonlyMap<string, string | null>,
  notice: (text: string) => void,
): void {
  for (const [provider, of] of Map.groupBy(assumed, ([, one]) => one)) {
    const models = listed(of.map(([model]) => model).toSorted())
    notice(
      provider === null
        ? `nobody says over which provider these models are reached, so only their vendors are counted: ${models}`
        : `no route lists these models and the register shows no provider, so ${provider} is assumed: ${models}`,
    )
  }
}

function noteEmpty(workflows: readonly PortfolioWorkflow[], notice: (text: string) => void): void {
  const empty = workflows.filter(({ needs }) => needs.length === 0).map(({ id }) => id)
  if (empty.length > 0) {
    notice(`nothing is known to stop ${listed(empty)}: no model of theirs in production is known`)
  }
}

/** A directive that names a model cannot be seen to hit a call whose model nobody knows. */
function noteUnknown(
  workflows: readonly PortfolioWorkflow[],
  notice: (text: string) => void,
): void {
  const unknown = workflows.flatMap(({ id, needs }) =>
    needs.flatMap((need) => (need.unknown === null ? [] : [`${id} (${need.unknown})`])),
  )
  if (unknown.length === 0) return
  notice(
    `what hits a model that nobody knows cannot be told: ${listed(unknown)}; answer the questions of the register in holdfast.yaml (answers)`,
  )
}

/** Only directives and losses take a model away here: one that its provider has ended counts as served, and is named. */
function noteEnded(
  workflows: readonly PortfolioWorkflow[],
  { catalogue, config, resolver, at }: PortfolioInput,
  notice: (text: string) => void,
): void {
  const models = new Map(
    catalogue.vendors.flatMap((vendor) => vendor.models.map((model) => [model.id, model] as const)),
  )
  const routes = new Map((config?.routes ?? []).map((route) => [route.id, route]))
  const options = workflows.flatMap(({ needs }) => needs.flatMap((need) => need.options))
  const ended = new Map<string, string | null>()
  for (const { id, model, provider, route } of options) {
    if (model === null || ended.has(id)) continue
    const written = route === null ? undefined : routes.get(route)?.models[model]
    const hint = provider === null ? {} : { provider }
    const snapshot = written === undefined ? null : resolver.resolve(written, hint).snapshot
    const named = { model, snapshot, provider }
    const { lifecycleReason } = standingOfName(models.get(model), named, at.slice(0, 10))
    ended.set(id, lifecycleReason ?? null)
  }
  const told = [...ended].flatMap(([id, reason]) => (reason === null ? [] : [`${id} (${reason})`]))
  if (told.length === 0) return
  notice(
    `by the catalogue these are gone or going, and count as served all the same: ${listed(told.toSorted())}`,
  )
}

const namesListedMax = 10

function listed(names: readonly string[]): string {
  const rest = names.length - namesListedMax
  return rest > 0
    ? `${names.slice(0, namesListedMax).join(', ')} and ${rest} more`
    : names.join(', ')
}
