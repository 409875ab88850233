import type {
  Catalogue,
  CatalogueOverlay,
  CatalogueRegions,
  ModelFamilies,
} from '../schema/catalogue.ts'
import type { CatalogueProvider, CatalogueSource, CatalogueVendor } from '../schema/catalogue.ts'
import { compareText } from '../base/compare.ts'

/** The shipped files, parsed. They are trusted: a test validates them, a start does not. */
export interface ParsedCatalogue {
  readonly families: ModelFamilies
  readonly sources: readonly CatalogueSource[]
  readonly vendors: readonly CatalogueVendor[]
  readonly providers: readonly CatalogueProvider[]
  readonly regions?: CatalogueRegions | undefined
}

/**
 * Lays overlays over the shipped catalogue, the last one on top. A row replaces the row of the same id whole;
 * a vendor's models are rows of their own, so that an overlay can add one model without repeating the others.
 */
export function buildCatalogue(
  parsed: ParsedCatalogue,
  overlays: readonly CatalogueOverlay[] = [],
): Catalogue {
  let { sources, vendors, providers } = parsed
  for (const overlay of overlays) {
    sources = replaceById(sources, overlay.sources)
    vendors = replaceById(vendors, overlay.vendors, withOwnModels)
    providers = replaceById(providers, overlay.providers, withOwnSpellings)
  }
  const { families, regions } = parsed
  return { families, sources, vendors, providers, ...(regions === undefined ? {} : { regions }) }
}

function replaceById<Row extends { readonly id: string }>(
  rows: readonly Row[],
  replacements: readonly Row[],
  merge: (old: Row, replacement: Row) => Row = (_, replacement) => replacement,
): readonly Row[] {
  if (replacements.length === 0) return rows
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const row of replacements) {
    const old = byId.get(row.id)
    byId.set(row.id, old === undefined ? row : merge(old, row))
  }
  return [...byId.values()].toSorted((a, b) => compareText(a.id, b.id))
}

function withOwnModels(old: CatalogueVendor, replacement: CatalogueVendor): CatalogueVendor {
  return { ...replacement, models: [...replaceById(old.models, replacement.models)] }
}

function withOwnSpellings(
  old: CatalogueProvider,
  replacement: CatalogueProvider,
): CatalogueProvider {
  return {
    ...replacement,
    spellings: { ...old.spellings, ...replacement.spellings },
    prices: { ...old.prices, ...replacement.prices },
  }
}
