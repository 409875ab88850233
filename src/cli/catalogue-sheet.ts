import type { Resolution } from '../catalogue/index.ts'
import type {
  Catalogue,
  CatalogueModel,
  CatalogueProvider,
  CatalogueVendor,
  ListPrice,
} from '../schema/catalogue.ts'

interface Fact<Value> {
  readonly value: Value
  readonly source: string
  readonly asOf: string
}

/** Everything known of one model, each fact with source and day. */
export function modelSheet(
  model: CatalogueModel,
  vendor: CatalogueVendor,
  catalogue: Catalogue,
  resolution: Resolution,
): string {
  const { price } = model
  return lines([
    `${model.id}  ${model.name}`,
    row('vendor', `${vendor.name} (${vendor.id})`),
    ...placeRows(vendor),
    row('written as', written(resolution)),
    factRow('weights', model.weights, (value) => value),
    factRow('licence', model.licence, (value) => value),
    factRow('context', model.contextTokens, (value) => `${value} tokens`),
    factRow('output', model.outputTokens, (value) => `${value} tokens`),
    factRow('capabilities', model.capabilities, (value) => value.join(', ') || 'none named'),
    factRow('list price', price, priceText),
    row('aliases', model.aliases.join(', ') || 'none known'),
    row('snapshots', model.snapshots.join(', ') || 'none known'),
    row('listed', since(model)),
    ...section('lifecycle', lifecycleRows(model)),
    ...section('at providers', providerRows(model, catalogue)),
    ...section('sources', sourceRows(model, vendor, catalogue)),
  ])
}

/** Everything known of one vendor. */
export function vendorSheet(vendor: CatalogueVendor, catalogue: Catalogue): string {
  return lines([
    `${vendor.id}  ${vendor.name} (vendor)`,
    ...placeRows(vendor),
    row('also spelt', vendor.spellings.join(', ') || 'none known'),
    row('listed', since(vendor)),
    ...section(
      'floating names',
      vendor.aliases.map(({ alias, product, meanings }) => {
        const newest = meanings.at(-1)
        const meaning = newest === undefined ? 'meaning unknown' : `${newest.model} ${day(newest)}`
        return `${alias}${product === undefined ? '' : ` in ${product}`}: ${meaning}`
      }),
    ),
    ...section(
      'models',
      vendor.models.map(({ id, name }) => `${id}  ${name}`),
    ),
    ...section('sources', namedSources([vendor], catalogue)),
  ])
}

/** Everything known of one provider. */
export function providerSheet(provider: CatalogueProvider, catalogue: Catalogue): string {
  return lines([
    `${provider.id}  ${provider.name} (provider, ${provider.kind})`,
    ...placeRows(provider),
    factRow('data centres', provider.datacentres, (value) => value.join(', ')),
    row('protocol', provider.protocol ?? 'unknown'),
    row('hosts', provider.hosts.join(', ') || 'none known'),
    row('prefixes', [provider.id, ...provider.prefixes].join(', ')),
    row('credentials', provider.credentialVariables.join(', ') || 'none known'),
    row('documentation', provider.documentation ?? 'unknown'),
    row('listed', since(provider)),
    ...section(
      'models',
      Object.entries(provider.spellings).map(([id, names]) => `${id}  ${names.join(', ')}`),
    ),
    ...section('sources', namedSources([{ ...provider, spellings: {} }], catalogue)),
  ])
}

function placeRows(place: CatalogueVendor | CatalogueProvider): readonly string[] {
  return [
    factRow('jurisdiction', place.headquarters, (value) => value),
    factRow(
      'ultimate parent',
      place.ultimateParent,
      ({ name, jurisdiction }) => `${name} (${jurisdiction})`,
    ),
  ]
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(16)} ${text}`
}

function factRow<Value>(
  label: string,
  fact: Fact<Value> | undefined,
  read: (value: Value) => string,
): string {
  return row(label, fact === undefined ? 'unknown' : `${read(fact.value)}  ${day(fact)}`)
}

function day({ source, asOf }: { readonly source: string; readonly asOf: string }): string {
  return `[${source}, ${asOf}]`
}

function since({ source, asOf }: { readonly source: string; readonly asOf: string }): string {
  return day({ source, asOf })
}

function written({ kind, snapshot, provider, region }: Resolution): string {
  const parts = [
    kind === 'alias' ? 'a floating name' : 'a name of this model',
    snapshot === null ? '' : `snapshot ${snapshot}`,
    provider === null ? '' : `as ${provider} spells it`,
    region === null ? '' : `region ${region}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function priceText(price: ListPrice): string {
  const amounts = [
    amount(price.inputPerMillion, 'in'),
    amount(price.outputPerMillion, 'out'),
    amount(price.cacheReadPerMillion, 'cached'),
  ]
  return `${price.currency} ${amounts.filter((one) => one !== '').join(', ')} a million tokens`
}

function amount(value: number | undefined, label: string): string {
  return value === undefined ? '' : `${value} ${label}`
}

function lifecycleRows(model: CatalogueModel): readonly string[] {
  if (model.lifecycle.length === 0) return ['unknown']
  return model.lifecycle.map((event) => {
    const where = event.providers === undefined ? '' : ` at ${event.providers.join(', ')}`
    const which = event.snapshot === undefined ? '' : ` (${event.snapshot})`
    const note = event.note === undefined ? '' : `: ${event.note}`
    return `${event.on} ${event.kind}${which}${where}${note}  ${day(event)}`
  })
}

function providerRows(model: CatalogueModel, catalogue: Catalogue): readonly string[] {
  const rows = catalogue.providers.flatMap((provider) => {
    const names = provider.spellings[model.id]
    if (names === undefined) return []
    const price = provider.prices[model.id]
    const cost = price === undefined ? '' : `  ${priceText(price.value)} ${day(price)}`
    return [`${provider.id.padEnd(22)} ${names.join(', ')}${cost}`]
  })
  return rows.length === 0 ? ['unknown'] : rows
}

function sourceRows(
  model: CatalogueModel,
  vendor: CatalogueVendor,
  catalogue: Catalogue,
): readonly string[] {
  return namedSources([model, { ...vendor, models: [], aliases: [] }], catalogue)
}

function namedSources(values: readonly object[], catalogue: Catalogue): readonly string[] {
  const used = new Set<string>()
  JSON.stringify(values, (key, value: unknown) => {
    if (key === 'source' && typeof value === 'string') used.add(value)
    return value
  })
  return catalogue.sources
    .filter(({ id }) => used.has(id))
    .map(
      ({ id, title, url, version }) =>
        `${id}: ${title}, ${url}${version === undefined ? '' : ` (${version})`}`,
    )
}

function section(title: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : [`  ${title}`, ...rows.map((text) => `    ${text}`)]
}

function lines(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`
}
