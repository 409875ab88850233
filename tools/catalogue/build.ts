import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareText } from '../../src/base/compare.ts'
import type { CatalogueProvider, CatalogueVendor } from '../../src/schema/catalogue.ts'
import { assembleProvider, assembleVendor } from './assemble.ts'
import type { Material } from './assemble.ts'
import {
  canonicalSightings,
  litellmOffers,
  modelsDevOffers,
  offerTables,
  ownerOf,
} from './collect-offers.ts'
import { withFloatingNames } from './floating-names.ts'
import { groupModels } from './group-models.ts'
import { readInput } from './input.ts'
import { readBorderlint } from './read-borderlint.ts'
import { readEpoch } from './read-epoch.ts'
import { readHubModels } from './read-hub-models.ts'
import { readLitellm } from './read-litellm.ts'
import { readMistralDocs } from './read-mistral-docs.ts'
import { readModelsDev } from './read-models-dev.ts'
import { weightFacts } from './weight-facts.ts'
import { withoutClashes } from './without-clashes.ts'

/**
 * Turns the checkouts that docs/reference/catalogue-sources.md names into data/catalogue. The same sources give
 * the same bytes.
 */
function main(): void {
  const { values } = parseArgs({
    options: { sources: { type: 'string' }, output: { type: 'string' } },
  })
  if (values.sources === undefined) throw new Error('usage: build.ts --sources DIR [--output DIR]')
  const shipped = join(import.meta.dirname, '..', '..', 'data', 'catalogue')
  const output = values.output ?? shipped
  const material = readMaterial(values.sources, shipped)
  const vendors = material.input.vendors
    .map((row) => assembleVendor(row, material))
    .filter((vendor) => vendor.models.length > 0 || vendor.headquarters !== undefined)
  const providers = material.input.providers.map((row) => assembleProvider(row, material))
  const named = withFloatingNames(vendors, material)
  write(output, 'vendors', named)
  write(output, 'providers', withoutClashes(named, providers))
  const sources = material.input.facts.sources.toSorted((a, b) => compareText(a.id, b.id))
  writeFileSync(join(output, 'sources.json'), pretty({ version: 1, sources }))
  report(named, providers)
}

function readMaterial(folder: string, dataFolder: string): Material {
  const input = readInput(dataFolder)
  const modelsDev = readModelsDev(join(folder, 'models.dev'))
  const litellm = readLitellm(join(folder, 'litellm'))
  const tables = offerTables(input.vendors, input.providers, input.families)
  const offers = new Map(
    input.providers.map((row) => [
      row.id,
      [
        ...modelsDevOffers(modelsDev.providers, row, tables),
        ...litellmOffers(litellm, row, tables),
      ],
    ]),
  )
  const sightings = [
    ...canonicalSightings(modelsDev.canonical, tables),
    ...[...offers.values()].flat(),
  ]
  const groups = groupModels(sightings, input.same)
  const lists = {
    hub: readHubModels(join(folder, 'llmfit-core')),
    mistral: readMistralDocs(join(folder, 'mistral-docs')),
    epoch: readEpoch(join(folder, 'epoch')),
  }
  return {
    input,
    borderlint: readBorderlint(join(folder, 'borderlint')),
    groups,
    weights: weightFacts(groups, lists, tables.decorations.vendorSpellings, input.facts.models),
    ownerOf: (provider) => ownerOf(provider, tables),
    modelsDev: modelsDev.providers,
    litellm,
    offers,
  }
}

function write(
  output: string,
  kind: 'vendors' | 'providers',
  rows: readonly (CatalogueVendor | CatalogueProvider)[],
): void {
  const folder = join(output, kind)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const row of rows) writeFileSync(join(folder, `${row.id}.json`), pretty(row))
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}

function report(
  vendors: readonly CatalogueVendor[],
  providers: readonly CatalogueProvider[],
): void {
  const models = vendors.flatMap((vendor) => vendor.models)
  const spellings = providers.flatMap((one) => Object.values(one.spellings).flat())
  process.stdout.write(
    `${vendors.length} vendors, ${providers.length} providers, ${models.length} models, ` +
      `${spellings.length} spellings at providers\n`,
  )
}

main()
