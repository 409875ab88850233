import type { CatalogueProvider, CatalogueVendor } from '../../src/schema/catalogue.ts'

/**
 * Drops spellings that would make a provider name two models alike: the first model in order keeps the name,
 * unless the name is another model's own.
 */
export function withoutClashes(
  vendors: readonly CatalogueVendor[],
  providers: readonly CatalogueProvider[],
): readonly CatalogueProvider[] {
  const own = new Map<string, string>()
  for (const model of vendors.flatMap((vendor) => vendor.models)) {
    for (const name of [model.id, model.id.slice(model.id.indexOf('/') + 1)]) {
      if (!own.has(name)) own.set(name, model.id)
    }
  }
  return providers.map((provider) => {
    const taken = new Map<string, string>()
    for (const [id, names] of Object.entries(provider.spellings)) {
      for (const name of names) {
        const lower = name.toLowerCase()
        if (own.get(lower) === id || !taken.has(lower)) taken.set(lower, id)
      }
    }
    const spellings = Object.entries(provider.spellings).map(
      ([id, names]) => [id, names.filter((name) => taken.get(name.toLowerCase()) === id)] as const,
    )
    return {
      ...provider,
      spellings: Object.fromEntries(spellings.filter(([, names]) => names.length > 0)),
    }
  })
}
