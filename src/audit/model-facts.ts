import type { Catalogue, CatalogueModel } from '../schema/catalogue.ts'
import type { Dependency } from '../schema/register.ts'
import type { Feature } from '../schema/vocabulary.ts'

/** What the catalogue says of models, as the assembly of a register asks for it. */
export interface ModelFacts {
  readonly lifecycleOf: (model: string, provider: string | null) => Dependency['lifecycle']
  readonly isEmbeddingModel: (model: string) => boolean
  /** Features that the model is known not to have; unknown capabilities say nothing. */
  readonly lacks: (model: string, features: readonly Feature[]) => readonly string[]
}

type Capability = NonNullable<CatalogueModel['capabilities']>['value'][number]

const capabilityOf: Partial<Record<Feature, Capability>> = {
  tools: 'tools',
  vision: 'vision',
  thinking: 'reasoning',
  'structured-output': 'structured-output',
}

export function modelFacts(catalogue: Catalogue, asOf: string): ModelFacts {
  const models = new Map(
    catalogue.vendors.flatMap((vendor) => vendor.models.map((model) => [model.id, model])),
  )
  return {
    lifecycleOf: (id, provider) => lifecycleOn(models.get(id), provider, asOf),
    isEmbeddingModel: (id) =>
      models.get(id)?.capabilities?.value.includes('embedding') ?? /embed|voyage-|rerank/.test(id),
    lacks: (id, features) => {
      const known = models.get(id)?.capabilities?.value
      if (known === undefined) return []
      return features.filter((feature) => {
        const capability = capabilityOf[feature]
        return capability !== undefined && !known.includes(capability)
      })
    },
  }
}

/** The last event up to the day that holds on this provider decides; events to come do not. */
function lifecycleOn(
  model: CatalogueModel | undefined,
  provider: string | null,
  asOf: string,
): Dependency['lifecycle'] {
  const events = (model?.lifecycle ?? [])
    .filter((event) => event.on <= asOf)
    .filter(
      (event) =>
        event.providers === undefined || (provider !== null && event.providers.includes(provider)),
    )
    .toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
  const last = events.at(-1)?.kind
  if (last === undefined) return 'unknown'
  return last === 'released' || last === 'restored' || last === 'retirement-planned'
    ? 'active'
    : last
}
