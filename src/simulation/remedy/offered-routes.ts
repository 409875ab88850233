import type { Catalogue, CatalogueProvider } from '../../schema/catalogue.ts'
import { type ConfigRoute, HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { Task } from '../../schema/vocabulary.ts'
import type { ActionPricing } from './action-cost.ts'
import { remedyLimits } from './limits.ts'
import type { OfferedModels } from './offered-models.ts'

/** A route that is not there yet, as holdfast.yaml would state it. */
export interface OfferedRoute {
  readonly kind: 'route' | 'host-weights'
  readonly route: ConfigRoute
  /** The provider, or the model whose weights are hosted. */
  readonly subject: string
  readonly name: string
}

export interface OfferedRoutesInput {
  readonly config: HoldfastConfig | null
  readonly catalogue: Catalogue
  readonly ownModels: ReadonlySet<string>
  /** Providers that work is served by today. */
  readonly usedProviders: ReadonlySet<string>
  readonly models: OfferedModels
  readonly pricing: ActionPricing
}

/** Kinds of provider that one may sign a contract with for this; others only when a cost names them. */
const usualKinds: readonly CatalogueProvider['kind'][] = ['vendor-api', 'cloud', 'inference']

export function offeredRoutes(input: OfferedRoutesInput): readonly OfferedRoute[] {
  return [...providerRoutes(input), ...hostedRoutes(input)]
}

/** Providers that are known to spell one of the models and are not configured yet. */
function providerRoutes(input: OfferedRoutesInput): readonly OfferedRoute[] {
  const { config, catalogue, pricing } = input
  const configured = new Set([
    ...(config?.routes ?? []).map(({ provider }) => provider),
    ...input.usedProviders,
  ])
  const home = config?.organisation.homeJurisdiction?.toUpperCase() ?? null
  const rows = catalogue.providers.flatMap((provider) => {
    if (configured.has(provider.id) || provider.kind === 'self') return []
    const isNamed = pricing.names('route', `provider:${provider.id}`)
    if (!isNamed && !usualKinds.includes(provider.kind)) return []
    const models = modelsOver(provider, input)
    const own = models.filter((model) => input.ownModels.has(model)).length
    if (models.length === 0) return []
    const isHome = home !== null && provider.headquarters?.value === home
    return [{ provider, models, own, isNamed, isHome }]
  })
  const sorted = rows.toSorted(
    (one, other) =>
      Number(other.isNamed) - Number(one.isNamed) ||
      Number(other.isHome) - Number(one.isHome) ||
      other.own - one.own ||
      usualKinds.indexOf(one.provider.kind) - usualKinds.indexOf(other.provider.kind) ||
      other.models.length - one.models.length ||
      (one.provider.id < other.provider.id ? -1 : 1),
  )
  const named = sorted.filter(({ isNamed }) => isNamed).length
  return sorted
    .slice(0, Math.max(named, remedyLimits.providersMax))
    .flatMap(({ provider, models }) => {
      // A route for which a model's own cost is stated is an action of its own.
      const priced = models.filter((model) => pricing.names('route', model))
      const others = models.filter((model) => !priced.includes(model))
      return [
        ...(others.length === 0 ? [] : [providerRoute(provider, others, null, input)]),
        ...priced.map((model) => providerRoute(provider, [model], model, input)),
      ]
    })
}

/** What work uses, what was named, and the pool. */
function modelsOver(
  { spellings }: CatalogueProvider,
  { ownModels, models }: OfferedRoutesInput,
): readonly string[] {
  const wanted = new Set([...ownModels, ...models.named, ...models.pool])
  return Object.keys(spellings)
    .filter((model) => wanted.has(model))
    .toSorted()
}

function providerRoute(
  provider: CatalogueProvider,
  models: readonly string[],
  priced: string | null,
  { config }: OfferedRoutesInput,
): OfferedRoute {
  const id = priced === null ? provider.id : `${provider.id}-${slug(priced)}`
  return {
    kind: 'route',
    subject: `provider:${provider.id}`,
    name: provider.name,
    route: {
      id: freeId(id, config),
      provider: provider.id,
      protocol: provider.protocol ?? 'openai-chat',
      baseUrl: 'https://route.invalid',
      credential: 'none',
      models: Object.fromEntries(
        models.map((model) => [model, provider.spellings[model]?.[0] ?? model]),
      ),
    },
  }
}

/** Own machines at home with the weights of an open model on their disks: nothing there belongs to its vendor. */
function hostedRoutes(input: OfferedRoutesInput): readonly OfferedRoute[] {
  const { config, catalogue, models, ownModels, pricing } = input
  const held = new Set(
    (config?.routes ?? [])
      .filter(({ weightsHeld }) => weightsHeld === true)
      .flatMap((route) => Object.keys(route.models)),
  )
  // Where no price is for any model, only those that somebody named are of interest.
  const hasGeneral = pricing.hasGeneral('host-weights')
  const wanted = new Set([...models.named, ...(hasGeneral ? [...models.pool, ...ownModels] : [])])
  // A price of what is there already is no mistake.
  for (const model of held) pricing.costOf('host-weights', [model])
  const home = config?.organisation.homeJurisdiction?.toLowerCase()
  return catalogue.vendors.flatMap((vendor) =>
    vendor.models
      .filter(({ id, weights }) => weights?.value === 'open' && wanted.has(id) && !held.has(id))
      .map(({ id, name }): OfferedRoute => ({
        kind: 'host-weights',
        subject: id,
        name,
        route: {
          id: freeId(`own-${slug(id)}`, config),
          provider: 'self',
          protocol: 'openai-chat',
          baseUrl: 'http://own.invalid',
          credential: 'none',
          ...(home === undefined ? {} : { region: home }),
          retentionDays: 0,
          trainsOnInput: false,
          weightsHeld: true,
          models: { [id]: id },
        },
      })),
  )
}

function slug(model: string): string {
  return model.replaceAll(/[^A-Za-z0-9._-]+/g, '-')
}

function freeId(wanted: string, config: HoldfastConfig | null): string {
  const taken = new Set((config?.routes ?? []).map(({ id }) => id))
  let id = wanted
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}-${number}`
  return id
}

/** holdfast.yaml as it would stand with all these routes; they and those that are there are offered to all work. */
export function withOfferedRoutes(
  config: HoldfastConfig | null,
  organisation: string,
  workflows: readonly { readonly id: string; readonly task: Task }[],
  offered: readonly OfferedRoute[],
  fallbacks: ReadonlySet<string>,
): HoldfastConfig {
  const base = config ?? HoldfastConfig.parse({ version: 1, organisation: { name: organisation } })
  const routes = [...base.routes, ...offered.map(({ route }) => route)]
  const added = routes.flatMap((route) =>
    Object.keys(route.models)
      .filter((model) => fallbacks.has(model))
      .map((model) => ({ model, route: route.id })),
  )
  const stated = new Map(base.workflows.map((one) => [one.id, one]))
  return {
    ...base,
    routes,
    workflows: workflows.map(({ id, task }) => {
      const workflow = stated.get(id) ?? { id, task }
      return { ...workflow, fallbacks: [...(workflow.fallbacks ?? []), ...added] }
    }),
  }
}
