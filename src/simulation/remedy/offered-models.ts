import type { Catalogue, CatalogueModel, CatalogueVendor } from '../../schema/catalogue.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { remedyLimits } from './limits.ts'

/** Models that remedies may bring in: those somebody named, and a few of the catalogue where prices allow for any. */
export interface OfferedModels {
  /** Named as fallback, on a route, or by a cost. */
  readonly named: readonly string[]
  /** Newest models of other vendors, one a vendor. */
  readonly pool: readonly string[]
}

export interface OfferedModelsInput {
  readonly config: HoldfastConfig | null
  readonly catalogue: Catalogue
  /** Models that work uses today. */
  readonly ownModels: ReadonlySet<string>
  readonly isPoolWanted: boolean
  /** RFC 3339, UTC. */
  readonly at: string
}

export function offeredModels(input: OfferedModelsInput): OfferedModels {
  const { config, catalogue } = input
  const known = new Map(
    catalogue.vendors.flatMap(({ models }) => models.map((model) => [model.id, model] as const)),
  )
  const written = [
    ...(config?.routes ?? []).flatMap(({ models }) => Object.keys(models)),
    ...(config?.workflows ?? []).flatMap(({ fallbacks = [] }) =>
      fallbacks.flatMap((one) =>
        typeof one === 'string' ? [one] : 'model' in one ? [one.model] : [],
      ),
    ),
    ...(config?.remedies?.costs ?? []).flatMap(({ subject }) =>
      subject === undefined ? [] : [subject.replace(/^model:/, '')],
    ),
  ]
  const day = input.at.slice(0, 10)
  // Whoever prices a route to the maker of models means its newest one.
  const makers = new Set(
    (config?.remedies?.costs ?? []).flatMap(({ action, subject }) =>
      action === 'route' && subject !== undefined ? [subject.replace(/^provider:/, '')] : [],
    ),
  )
  const newest = catalogue.vendors.flatMap((vendor) =>
    makers.has(vendor.id) ? (newestGeneral(vendor, day)?.id ?? []) : [],
  )
  const named = [...new Set([...written, ...newest])].filter((id) => known.has(id)).toSorted()
  return { named, pool: input.isPoolWanted ? poolOf(input, new Set(named)) : [] }
}

/** From home first, then those that most providers serve; a vendor whose models work uses already brings nothing new. */
function poolOf(
  { config, catalogue, ownModels, at }: OfferedModelsInput,
  named: ReadonlySet<string>,
): readonly string[] {
  const home = config?.organisation.homeJurisdiction?.toUpperCase() ?? null
  const used = new Set([...ownModels, ...named].map((id) => id.slice(0, id.indexOf('/'))))
  const rows = catalogue.vendors.flatMap((vendor) => {
    if (used.has(vendor.id)) return []
    const newest = newestGeneral(vendor, at.slice(0, 10))
    if (newest === null) return []
    const served = catalogue.providers.filter(({ spellings }) => newest.id in spellings).length
    const isHome = home !== null && vendor.headquarters?.value === home
    return [{ id: newest.id, served, isHome }]
  })
  const sorted = rows.toSorted(
    (one, other) =>
      Number(other.isHome) - Number(one.isHome) ||
      other.served - one.served ||
      (one.id < other.id ? -1 : 1),
  )
  return sorted.slice(0, remedyLimits.poolModelsMax).map(({ id }) => id)
}

/** The newest model of a vendor that is served today, calls tools and makes text. */
function newestGeneral(vendor: CatalogueVendor, day: string): CatalogueModel | null {
  let best: { readonly model: CatalogueModel; readonly released: string } | null = null
  for (const model of vendor.models) {
    const capabilities = model.capabilities?.value ?? []
    if (!capabilities.includes('tools') || capabilities.includes('embedding')) continue
    if (!isServed(model, day)) continue
    const released = model.lifecycle.find(({ kind }) => kind === 'released')?.on ?? ''
    if (released > day) continue
    if (best === null || released > best.released) best = { model, released }
  }
  return best?.model ?? null
}

/** Not retired, not suspended and not about to be, as far as is known for all providers. */
function isServed({ lifecycle }: CatalogueModel, day: string): boolean {
  let served = true
  for (const { kind, on, providers, snapshot } of lifecycle) {
    if (on > day || providers !== undefined || snapshot !== undefined) continue
    if (kind === 'retired' || kind === 'suspended' || kind === 'deprecated') served = false
    if (kind === 'restored' || kind === 'released') served = true
  }
  return served
}
