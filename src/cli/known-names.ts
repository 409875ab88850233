import { type KnownNames, policyModels } from '../policy/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'

/** The definition of persons whose classes holdfast knows. */
const knownDefinition = 'us-ear-772.1'

/** What a directive may name, from the catalogue. */
export function knownNames(catalogue: Catalogue): KnownNames {
  const modelOf = policyModels(catalogue)
  const models = catalogue.vendors.flatMap((vendor) =>
    vendor.models.map((model) => modelOf(model.id)),
  )
  return {
    models: new Map(models.map((model) => [model.id, model])),
    vendors: catalogue.vendors.map((vendor) => vendor.id),
    families: [...new Set(models.flatMap(({ family }) => (family === null ? [] : [family])))],
    providers: catalogue.providers.map((provider) => provider.id),
    definition: knownDefinition,
  }
}
