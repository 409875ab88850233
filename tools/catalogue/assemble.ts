import { compareText } from '../../src/base/compare.ts'
import { nameKey } from '../../src/catalogue/name-key.ts'
import type {
  CatalogueModel,
  CatalogueProvider,
  CatalogueVendor,
  LifecycleEvent,
  ListPrice,
} from '../../src/schema/catalogue.ts'
import type { ModelGroup, ModelGroups } from './group-models.ts'
import type { CatalogueInput, ProviderInput, VendorInput } from './input.ts'
import type { Borderlint } from './read-borderlint.ts'
import type { LitellmModel } from './read-litellm.ts'
import type { ModelsDevProvider } from './read-models-dev.ts'
import type { Offer, Price, Sighting } from './sighting.ts'
import type { WeightFacts } from './weight-facts.ts'

export interface Material {
  readonly input: CatalogueInput
  readonly borderlint: Borderlint
  readonly groups: ModelGroups
  readonly modelsDev: readonly ModelsDevProvider[]
  readonly litellm: readonly LitellmModel[]
  readonly offers: ReadonlyMap<string, readonly Offer[]>
  /** Facts on weights and training by model id. */
  readonly weights: ReadonlyMap<string, WeightFacts>
  /** Whose service a provider is, when a vendor runs it. */
  readonly ownerOf: (provider: string) => string | undefined
}

type Place = Pick<CatalogueVendor, 'headquarters' | 'ultimateParent'>

/** Seat and parent of a vendor: what was read of it counts for more than borderlint's bloc. */
function vendorPlace(row: VendorInput, { input, borderlint }: Material): Place {
  const bloc = blocOf(row, borderlint)
  const seen = { source: 'borderlint', asOf: borderlint.updated }
  return {
    ...(bloc !== undefined && { headquarters: { value: bloc, ...seen } }),
    ...input.facts.vendors[row.id],
  }
}

function blocOf(row: VendorInput, borderlint: Borderlint): string | undefined {
  return (
    borderlint.makers.get(row.borderlint ?? '') ??
    borderlint.sovereignty.get(row.borderlintProvider ?? '')
  )
}

/** One vendor's file. */
export function assembleVendor(row: VendorInput, material: Material): CatalogueVendor {
  const { input, borderlint, groups } = material
  const bloc = blocOf(row, borderlint)
  const seen = { source: 'borderlint', asOf: borderlint.updated }
  const models = [...groups.byId.values()]
    .filter(({ vendor }) => vendor === row.id)
    .map((group) => assembleModel(group, material))
    .toSorted((a, b) => compareText(a.id, b.id))
  const first = models[0]
  return {
    id: row.id,
    name: row.name,
    ...vendorPlace(row, material),
    spellings: row.spellings.toSorted(compareText),
    aliases: [
      ...(input.facts.aliases[row.id] ?? []),
      ...[...(groups.floating.get(row.id) ?? [])]
        .toSorted(compareText)
        .map((alias) => ({ alias, meanings: [] })),
    ],
    models,
    ...(bloc === undefined && first !== undefined
      ? { source: first.source, asOf: first.asOf }
      : seen),
  }
}

function assembleModel(group: ModelGroup, material: Material): CatalogueModel {
  const { input, groups } = material
  const id = `${group.vendor}/${group.name}`
  const { sightings } = group
  const listed = material.weights.get(id) ?? {}
  const best = sightings[0]
  if (best === undefined) throw new Error(`${id} was never seen`)
  const exact = sightings.filter((one) => one.name === group.name || one.base === id)
  const preferred = [...exact, ...sightings.filter((one) => !exact.includes(one))]
  const trusted = preferred.filter(({ rank, base }) => rank === 0 || base !== undefined)
  const vendorApi = preferred.filter(({ own }) => own)
  const price = fact(newestFirst(vendorApi), (one) => listPrice(one.price))
  return {
    id,
    name: titleOf(preferred, group.name),
    ...optional('family', preferred.find(({ family }) => family !== undefined)?.family),
    aliases: [...group.aliases].toSorted(compareText),
    snapshots: [...group.snapshots].toSorted(compareText),
    ...optional('weights', listed.weights ?? weightsOf(preferred)),
    ...optional('licence', listed.licence ?? fact(preferred, ({ licence }) => licence)),
    ...optional('trainingOperations', listed.trainingOperations),
    ...optional(
      'contextTokens',
      fact(newestFirst(trusted), (one) => one.contextTokens),
    ),
    ...optional(
      'outputTokens',
      fact(newestFirst(trusted), (one) => one.outputTokens),
    ),
    ...optional('capabilities', capabilitiesOf(trusted)),
    ...optional('price', price),
    lifecycle: lifecycleOf(id, group, input.facts.lifecycle[id] ?? [], groups),
    source: best.source,
    asOf: best.asOf,
  }
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value })
}

type SourcedFact<Value> = { value: Value; source: string; asOf: string }

function fact<Value>(
  sightings: readonly Sighting[],
  read: (sighting: Sighting) => Value | undefined,
): SourcedFact<Value> | undefined {
  for (const sighting of sightings) {
    const value = read(sighting)
    if (value !== undefined) return { value, source: sighting.source, asOf: sighting.asOf }
  }
  return undefined
}

function newestFirst(sightings: readonly Sighting[]): readonly Sighting[] {
  return sightings.toSorted((a, b) => a.rank - b.rank || compareText(b.asOf, a.asOf))
}

function titleOf(sightings: readonly Sighting[], name: string): string {
  const title = sightings.find((one) => one.title !== undefined && one.rank < 2)?.title
  const found = title ?? sightings.find((one) => one.title !== undefined)?.title ?? name
  return found
    .replace(/^[A-Z][\w. ]{1,24}: /, '')
    .replace(/ ?\((?:latest|US|EU|Global|APAC|JP|AU|free)\)$/i, '')
}

/** What the vendor's own list says; else what all others say, when they agree. */
function weightsOf(sightings: readonly Sighting[]): CatalogueModel['weights'] {
  const said = sightings.filter(({ openWeights }) => openWeights !== undefined)
  const own = said.find(({ rank }) => rank === 0)
  const agreed = said.every(({ openWeights }) => openWeights === said[0]?.openWeights)
  const hub = said.find((one: Sighting & { provider?: string }) => one.provider === 'huggingface')
  const witness = own ?? hub ?? (agreed ? said[0] : undefined)
  if (witness === undefined) return undefined
  const value = witness.openWeights === true ? 'open' : 'closed'
  return { value, source: witness.source, asOf: witness.asOf }
}

function capabilitiesOf(sightings: readonly Sighting[]): CatalogueModel['capabilities'] {
  const found = fact(newestFirst(sightings), ({ capabilities }) => capabilities)
  return found as CatalogueModel['capabilities']
}

function listPrice(price: Price | undefined): ListPrice | undefined {
  return price === undefined ? undefined : price
}

function lifecycleOf(
  id: string,
  group: ModelGroup,
  curated: readonly LifecycleEvent[],
  groups: ModelGroups,
): LifecycleEvent[] {
  const events: LifecycleEvent[] = [...curated]
  const released = fact(
    group.sightings.filter((one) => one.rank === 0 && one.released !== undefined),
    (one) => one.released,
  )
  if (released !== undefined && !curated.some(({ kind }) => kind === 'released')) {
    events.push({
      kind: 'released',
      on: released.value,
      source: released.source,
      asOf: released.asOf,
    })
  }
  const seen = new Set<string>()
  for (const sighting of group.sightings as readonly (Sighting & { provider?: string })[]) {
    const { ends, provider, name } = sighting
    if (ends === undefined || provider === undefined || sighting.rank > 1) continue
    const snapshot = group.snapshots.has(name) ? name : undefined
    const key = `${ends} ${provider} ${snapshot ?? ''}`
    if (seen.has(key) || groups.byId.get(id) !== group) continue
    seen.add(key)
    events.push({
      kind: ends <= sighting.asOf ? 'retired' : 'retirement-planned',
      on: ends,
      providers: [provider],
      ...optional('snapshot', snapshot),
      source: sighting.source,
      asOf: sighting.asOf,
    })
  }
  return events.toSorted(
    (a, b) =>
      compareText(a.on, b.on) || compareText(a.kind, b.kind) || compareText(scopeOf(a), scopeOf(b)),
  )
}

function scopeOf({ providers, snapshot }: LifecycleEvent): string {
  return `${(providers ?? []).join()} ${snapshot ?? ''}`
}

/** One provider's file. */
export function assembleProvider(row: ProviderInput, material: Material): CatalogueProvider {
  const { input, borderlint } = material
  const owner = input.vendors.find(({ id }) => id === material.ownerOf(row.id))
  const services = material.modelsDev.filter(({ id }) => row.modelsDev?.includes(id))
  const known = (row.borderlint ?? []).flatMap((id) => borderlint.providers.get(id) ?? [])
  const bloc = (row.borderlint ?? []).map((id) => borderlint.sovereignty.get(id)).find(Boolean)
  const offers = material.offers.get(row.id) ?? []
  const seen = sourceOf(row, services, known, borderlint)
  const documentation = services.find((one) => one.documentation !== null)?.documentation
  return {
    id: row.id,
    name: row.name ?? services[0]?.name ?? known[0]?.name ?? row.id,
    kind: row.kind,
    ...(owner !== undefined && vendorPlace(owner, material)),
    ...(bloc !== undefined && {
      headquarters: { value: bloc, source: 'borderlint', asOf: borderlint.updated },
    }),
    ...(owner !== undefined && input.facts.vendors[owner.id]),
    ...input.facts.providers[row.id],
    ...optional('protocol', row.protocol),
    hosts: hostsOf(
      row,
      input.providers,
      services,
      known.flatMap(({ endpoints }) => endpoints),
    ),
    prefixes: prefixesOf(row),
    credentialVariables: [
      ...new Set(services.flatMap((one) => one.credentialVariables).filter(isCredential)),
    ].toSorted(compareText),
    ...optional('documentation', documentation ?? undefined),
    ...namesAndPrices(offers, material),
    ...seen,
  }
}

function isCredential(variable: string): boolean {
  return /KEY|TOKEN|SECRET|CREDENTIALS|PAT$/.test(variable)
}

function prefixesOf(row: ProviderInput): string[] {
  const mapped = (row.litellm ?? []).filter((one) => !/[ /]|_models$|-models$/.test(one))
  return [...new Set([...(row.prefixes ?? []), ...mapped])]
    .filter((one) => one !== row.id)
    .toSorted(compareText)
}

function sourceOf(
  row: ProviderInput,
  services: readonly ModelsDevProvider[],
  known: readonly unknown[],
  borderlint: Borderlint,
): { readonly source: string; readonly asOf: string } {
  if (services.length > 0) return { source: 'models.dev', asOf: '2026-07-02' }
  if (known.length > 0) return { source: 'borderlint', asOf: borderlint.updated }
  if ((row.litellm ?? []).length > 0) return { source: 'litellm', asOf: '2026-11-24' }
  throw new Error(`provider ${row.id} stands in no source`)
}

const hostName = /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/

function hostsOf(
  row: ProviderInput,
  rows: readonly ProviderInput[],
  services: readonly ModelsDevProvider[],
  endpoints: readonly string[],
): string[] {
  const ofApi = services.flatMap(({ api }) => /^https?:\/\/([^/:]+)/.exec(api ?? '')?.[1] ?? [])
  const given = row.hosts ?? []
  const others = new Set(rows.filter(({ id }) => id !== row.id).flatMap(({ hosts }) => hosts ?? []))
  const covered = (host: string) =>
    others.has(host) ||
    given.some((pattern) => /[*{]/.test(pattern) && pattern.endsWith(`.${host}`)) ||
    (row.kind === 'cloud' && given.length > 0)
  return [
    ...new Set([
      ...given,
      ...[...ofApi, ...endpoints].filter((host) => hostName.test(host) && !covered(host)),
    ]),
  ].toSorted(compareText)
}

function namesAndPrices(
  offers: readonly Offer[],
  { groups }: Material,
): Pick<CatalogueProvider, 'spellings' | 'prices'> {
  const spellings = new Map<string, Set<string>>()
  const prices = new Map<string, SourcedFact<ListPrice>>()
  for (const offer of offers.toSorted((a, b) => compareText(b.asOf, a.asOf))) {
    const group = groups.find(offer.vendor, offer.name, offer.base)
    if (group === null) continue
    const id = `${group.vendor}/${group.name}`
    const names = spellings.get(id) ?? new Set()
    spellings.set(id, names.add(offer.spelling))
    const price = listPrice(offer.price)
    const listed = fact(newestFirst(group.sightings.filter(({ own }) => own)), (one) => one.price)
    const differs = JSON.stringify(listed?.value) !== JSON.stringify(price)
    if (price !== undefined && differs && !offer.own && !prices.has(id)) {
      prices.set(id, { value: price, source: offer.source, asOf: offer.asOf })
    }
  }
  return {
    spellings: sortedRecord(spellings, (names, id) => preferredFirst([...names], id)),
    prices: sortedRecord(prices, (price) => price),
  }
}

/** The spelling without region, date or variant first; then by length and text. */
function preferredFirst(names: readonly string[], id: string): string[] {
  const bare = nameKey(id.slice(id.indexOf('/') + 1))
  const cost = (name: string) =>
    (/^(?:us|eu|apac|jp|au|global|in|us-gov)\./.test(name) ? 100 : 0) +
    (/:(?:free|thinking|nitro)$/.test(name) ? 50 : 0) +
    (nameKey(name).endsWith(bare) ? 0 : 10)
  return names.toSorted((a, b) => cost(a) - cost(b) || a.length - b.length || compareText(a, b))
}

function sortedRecord<In, Out>(
  map: ReadonlyMap<string, In>,
  read: (value: In, id: string) => Out,
): Record<string, Out> {
  const rows = [...map].toSorted(([a], [b]) => compareText(a, b))
  return Object.fromEntries(rows.map(([id, value]) => [id, read(value, id)]))
}
