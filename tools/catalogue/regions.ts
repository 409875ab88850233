import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareText } from '../../src/base/compare.ts'
import { CatalogueRegions } from '../../src/schema/catalogue.ts'

/**
 * Turns the two packages that docs/reference/catalogue-sources.md names into data/catalogue/regions.json. The first
 * one wins; the second adds regions that the first does not list, and is told where it says otherwise.
 */

interface Sighting {
  readonly region: string
  readonly country: string
}

const first = { source: 'cloud-regions-info', asOf: '2025-02-01' }
const second = { source: 'cloud-regions-country-flags', asOf: '2025-10-05' }

const clouds = [
  { id: 'alibaba-cloud', file: 'alibaba', switch: null, providers: ['alibaba', 'alibaba-pai'] },
  {
    id: 'aws',
    file: 'aws',
    switch: 'AWS',
    providers: ['amazon-nova', 'aws-bedrock', 'aws-sagemaker'],
  },
  { id: 'azure', file: 'azure', switch: null, providers: ['azure'] },
  { id: 'google-cloud', file: 'gcp', switch: 'GCP', providers: ['google', 'google-vertex'] },
  { id: 'ibm-cloud', file: 'ibm', switch: null, providers: ['watsonx'] },
  { id: 'oracle-cloud', file: 'oci', switch: null, providers: ['oci'] },
] as const

/** Names that the sources use and that differ from those of CLDR, which `Intl` brings. */
const otherNames: Readonly<Record<string, string>> = {
  England: 'GB',
  'Hong Kong': 'HK',
  'Hong Kong SAR': 'HK',
  'United States of America': 'US',
}

function main(): void {
  const { values } = parseArgs({ options: { sources: { type: 'string' } } })
  if (values.sources === undefined) throw new Error('usage: regions.ts --sources DIR')
  const folder = values.sources
  const codes = countryCodes()
  const rows = clouds.map((cloud) => {
    const listed = readMapping(join(folder, 'cloud-regions-info', `${cloud.file}_regions.json`))
    const added =
      cloud.switch === null
        ? []
        : readSwitch(join(folder, 'cloud-regions-country-flags', 'from-provider.js'), cloud.switch)
    return {
      id: cloud.id,
      providers: [...cloud.providers],
      regions: merged(cloud.id, listed, added, codes),
    }
  })
  const table = CatalogueRegions.parse({ version: 1, clouds: rows })
  const path = join(import.meta.dirname, '../../data/catalogue/regions.json')
  writeFileSync(path, `${JSON.stringify(table, null, 1)}\n`)
}

function merged(
  cloud: string,
  listed: readonly Sighting[],
  added: readonly Sighting[],
  codes: ReadonlyMap<string, string>,
) {
  const rows = new Map<string, { value: string; source: string; asOf: string }>()
  for (const [sightings, origin] of [
    [listed, first],
    [added, second],
  ] as const) {
    for (const { region, country } of sightings) {
      const value = codes.get(country)
      if (value === undefined) throw new Error(`\`${country}\` is no country`)
      const known = rows.get(region)
      if (known === undefined) rows.set(region, { value, ...origin })
      else if (known.value !== value) {
        console.log(
          `${cloud} ${region}: ${known.source} says ${known.value}, ${origin.source} ${value}`,
        )
      }
    }
  }
  return Object.fromEntries([...rows].toSorted(([a], [b]) => compareText(a, b)))
}

function readMapping(path: string): readonly Sighting[] {
  const rows = JSON.parse(readFileSync(path, 'utf8')) as Readonly<
    Record<string, { readonly country: string }>
  >
  return Object.entries(rows).map(([region, { country }]) => ({ region, country }))
}

/** The package keeps its table as a `switch` over regions; zones (`europe-west3-a`) are left out. */
function readSwitch(path: string, provider: string): readonly Sighting[] {
  const text = readFileSync(path, 'utf8')
  const start = text.indexOf(`provider === '${provider}'`)
  const next = text.indexOf('provider === ', start + 1)
  const part = text.slice(start, next === -1 ? undefined : next)
  return [...part.matchAll(/case '(?<region>[^']+)':(?<body>[\s\S]*?)break;/g)].flatMap((match) => {
    const region = match.groups?.['region'] ?? ''
    const country = /country = '(?<name>[^']+)'/.exec(match.groups?.['body'] ?? '')?.groups?.[
      'name'
    ]
    return country === undefined || /\d-[a-z]$/.test(region)
      ? []
      : [{ region, country: country.trim() }]
  })
}

function countryCodes(): ReadonlyMap<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region' })
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index))
  const codes = letters
    .flatMap((one) => letters.map((two) => `${one}${two}`))
    // Codes that were replaced (`FX`, `UK`) have the names of those that stand.
    .filter((code) => new Intl.Locale(`und-${code}`).region === code)
  return new Map([
    ...codes.map((code) => [names.of(code) ?? code, code] as const),
    ...Object.entries(otherNames),
  ])
}

main()
