import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalogue, CatalogueOverlay } from '../schema/catalogue.ts'
import { buildCatalogue } from './build-catalogue.ts'

const folder = join(import.meta.dirname, '..', '..', 'data', 'catalogue')

/** Paths and texts of all shipped files, for the tests beside this one. */
export function shippedFiles(): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

/** The catalogue as shipped, for the tests beside this one. */
export function shippedCatalogue(overlays: readonly CatalogueOverlay[] = []): Catalogue {
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'))
  const rows = (kind: string) =>
    readdirSync(join(folder, kind))
      .toSorted()
      .map((name) => read(join(kind, name)))
  return buildCatalogue(
    {
      families: read('families.json'),
      sources: read('sources.json').sources,
      vendors: rows('vendors'),
      providers: rows('providers'),
      regions: read('regions.json'),
    },
    overlays,
  )
}
