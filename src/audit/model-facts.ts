import { lifecycleOfName, type ServedName } from '../catalogue/index.ts'
import type { Catalogue, CatalogueModel } from '../schema/catalogue.ts'
import type { Dependency } from '../schema/register.ts'
import type { Feature } from '../schema/vocabulary.ts'

export type LifecycleFacts = Pick<Dependency, 'lifecycle' | 'lifecycleReason'>

/** What the catalogue says of models, as the assembly of a register asks for it. */
export interface ModelFacts {
  readonly lifecycleOf: (named: ServedName) => LifecycleFacts
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
    lifecycleOf: (named) => lifecycleOn(models.get(named.model), named, asOf),
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

/** The last event up to the day that holds for this name at this provider decides; events to come do not. */
function lifecycleOn(
  model: CatalogueModel | undefined,
  named: ServedName,
  asOf: string,
): LifecycleFacts {
  const last = (model === undefined ? [] : lifecycleOfName(model, named))
    .filter(({ on }) => on <= asOf)
    .at(-1)
  if (last === undefined) return { lifecycle: 'unknown' }
  const { kind, on, source, asOf: readOn, snapshot, providers } = last
  if (kind === 'released' || kind === 'restored' || kind === 'retirement-planned')
    return { lifecycle: 'active' }
  const name = snapshot === undefined ? '' : `${snapshot} `
  const where = providers === undefined ? '' : ` at ${named.provider}`
  return {
    lifecycle: kind,
    lifecycleReason: `${name}${kind}${where} on ${on} (${source}, read on ${readOn})`,
  }
}
