import { type NameStanding, type ServedName, standingOfName } from '../catalogue/index.ts'
import type { Catalogue, CatalogueModel } from '../schema/catalogue.ts'
import type { Feature } from '../schema/vocabulary.ts'

/** What the catalogue says of models, as the assembly of a register asks for it. */
export interface ModelFacts {
  readonly lifecycleOf: (named: ServedName) => NameStanding
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
    lifecycleOf: (named) => standingOfName(models.get(named.model), named, asOf),
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
