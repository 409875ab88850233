import { familyTable } from '../../src/catalogue/family-table.ts'
import { spellingLayers } from '../../src/catalogue/spelling-layers.ts'
import type { DecorationNames } from '../../src/catalogue/spelling-layers.ts'
import type { FamilyTable } from '../../src/catalogue/family-table.ts'
import type { ModelFamilies } from '../../src/schema/catalogue.ts'
import type { ProviderInput, VendorInput } from './input.ts'
import type { LitellmModel } from './read-litellm.ts'
import { modelsDevCapabilities, modelsDevPrice } from './read-models-dev.ts'
import type { ModelsDevFields, ModelsDevModel, ModelsDevProvider } from './read-models-dev.ts'
import type { Offer, Sighting } from './sighting.ts'

const modelsDevSource = { source: 'models.dev', asOf: '2026-07-02' }
export const litellmSource = { source: 'litellm', asOf: '2026-11-24' }

/** What offers are read with. */
export interface OfferTables {
  readonly decorations: DecorationNames
  readonly families: FamilyTable
  /** Vendor APIs: whose they are. A name there that nothing else tells apart is that vendor's. */
  readonly vendorOfProvider: ReadonlyMap<string, string>
}

/** Providers that are the vendor's own service under another id. */
const ownService: Readonly<Record<string, string>> = {
  'amazon-nova': 'amazon',
  'meta-llama-api': 'meta',
  volcengine: 'bytedance',
  gigachat: 'sber',
  v0: 'vercel',
}

/** Clouds and services that also serve their owner's models: what they call those is the owner's word. */
const ownerOfService: Readonly<Record<string, string>> = {
  'aws-bedrock': 'amazon',
  azure: 'microsoft',
  databricks: 'databricks',
  'google-vertex': 'google',
  nvidia: 'nvidia',
  'snowflake-cortex': 'snowflake',
  watsonx: 'ibm',
}

export function offerTables(
  vendors: readonly VendorInput[],
  providers: readonly ProviderInput[],
  families: ModelFamilies,
): OfferTables {
  const vendorIds = new Set(vendors.map(({ id }) => id))
  const vendorOfProvider = new Map<string, string>()
  for (const { id, kind } of providers) {
    const vendor = ownService[id] ?? id
    if (kind === 'vendor-api' && vendorIds.has(vendor)) vendorOfProvider.set(id, vendor)
  }
  const decorations: DecorationNames = {
    vendorSpellings: new Map(
      vendors.flatMap(({ id, spellings }) => [id, ...spellings].map((one) => [one, id] as const)),
    ),
    providerPrefixes: new Map(
      providers.flatMap((row) =>
        [row.id, ...(row.prefixes ?? []), ...(row.litellm ?? [])]
          .filter((prefix) => !vendorIds.has(prefix))
          .map((prefix) => [prefix, row.id] as const),
      ),
    ),
    republishers: new Set(families.republishers),
  }
  return { decorations, families: familyTable(families), vendorOfProvider }
}

/** The vendor and bare name that a provider's spelling stands for, or null when no rule tells. */
function nameOffer(
  provider: string,
  spelling: string,
  base: string | null,
  tables: OfferTables,
): { readonly vendor: string; readonly name: string; readonly base?: string } | null {
  const { decorations, families, vendorOfProvider } = tables
  const layers = spellingLayers(spelling.toLowerCase(), decorations)
  const shaped = layers.names.find((one) => families.match(one) !== null)
  const name = (shaped ?? layers.names.at(-1) ?? '').replaceAll(/[ :]/g, '-')
  if (layers.opaque || name.includes('/') || /^(?:cerebras|groq)-/.test(name)) return null
  if (base !== null) {
    const vendor = decorations.vendorSpellings.get(base.slice(0, base.indexOf('/')).toLowerCase())
    return vendor === undefined ? null : { vendor, name, base }
  }
  const family = shaped === undefined ? null : families.match(shaped)
  const own = vendorOfProvider.get(provider) ?? null
  const prefix = family !== null && layers.vendor === own ? null : layers.vendor
  const vendor = prefix ?? family?.vendor ?? own
  return vendor === null || name === '' ? null : { vendor, name }
}

/** models.dev's own list of models, by laboratory. */
export function canonicalSightings(
  models: readonly ModelsDevModel[],
  tables: OfferTables,
): readonly Sighting[] {
  return models.flatMap(({ id, fields }) => {
    const [laboratory = '', name = ''] = id.toLowerCase().split('/')
    const vendor = tables.decorations.vendorSpellings.get(laboratory)
    if (vendor === undefined) return []
    const facts = modelsDevFacts(fields)
    return [{ ...modelsDevSource, ...facts, rank: 0, vendor, name, own: false, base: id }]
  })
}

export function modelsDevOffers(
  providers: readonly ModelsDevProvider[],
  row: ProviderInput,
  tables: OfferTables,
): readonly Offer[] {
  return providers
    .filter(({ id }) => row.modelsDev?.includes(id))
    .flatMap((provider) => provider.models)
    .flatMap((model) => {
      const named = nameOffer(row.id, model.id, model.base, tables)
      if (named === null) return []
      const own = isOwn(row, named.vendor, tables)
      const facts = modelsDevFacts(model.fields)
      const rank = own ? 0 : rankOf(row, named.vendor)
      return [
        { ...modelsDevSource, ...facts, ...named, rank, own, provider: row.id, spelling: model.id },
      ]
    })
}

function modelsDevFacts(fields: ModelsDevFields): Partial<Sighting> {
  return {
    title: fields.name,
    family: fields.family,
    openWeights: fields.open_weights,
    licence: fields.license,
    contextTokens: positive(fields.limit?.context),
    outputTokens: positive(fields.limit?.output),
    capabilities: fields.modalities === undefined ? undefined : modelsDevCapabilities(fields),
    price: modelsDevPrice(fields),
    released: /^\d{4}-\d\d-\d\d$/.exec(fields.release_date ?? '')?.[0],
  }
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : undefined
}

export function litellmOffers(
  models: readonly LitellmModel[],
  row: ProviderInput,
  tables: OfferTables,
): readonly Offer[] {
  return models
    .filter(({ provider, aliasOf }) => row.litellm?.includes(provider) && aliasOf === null)
    .flatMap((model) => {
      const spelling = withoutPrefix(model.key, row)
      const named = spelling === null ? null : nameOffer(row.id, spelling, null, tables)
      if (spelling === null || named === null) return []
      const own = isOwn(row, named.vendor, tables)
      return [
        {
          ...litellmSource,
          ...named,
          rank: own ? 0 : rankOf(row, named.vendor),
          own,
          contextTokens: model.contextTokens ?? undefined,
          outputTokens: model.outputTokens ?? undefined,
          capabilities: model.mode === null ? undefined : model.capabilities,
          price: model.price,
          ends: model.ends ?? undefined,
          provider: row.id,
          spelling,
        },
      ]
    })
}

/** The provider's own spelling: LiteLLM's prefix and region segments taken off. */
function withoutPrefix(key: string, row: ProviderInput): string | null {
  const prefixes = new Set([row.id, ...(row.prefixes ?? []), ...(row.litellm ?? [])])
  const [first = '', ...rest] = key.split('/')
  const spelling = rest.length > 0 && prefixes.has(first) ? rest.join('/') : key
  const place = /^(?:us|eu|global|global-standard|[a-z]{2}(?:-gov)?-[a-z]+-\d|claude_platform)\//
  if (row.id === 'openai' && spelling.startsWith('ft:')) return null
  return place.test(spelling) ? null : spelling
}

/** The vendor that runs a service, or undefined for the services of others. */
export function ownerOf(provider: string, { vendorOfProvider }: OfferTables): string | undefined {
  return vendorOfProvider.get(provider) ?? ownerOfService[provider]
}

function isOwn(row: ProviderInput, vendor: string, tables: OfferTables): boolean {
  return ownerOf(row.id, tables) === vendor
}

/** Vendors that publish weights are named by the model hubs, others by the clouds that serve them. */
const onHubs = new Set([
  'meta',
  'alibaba',
  'deepseek',
  'google',
  'microsoft',
  'mistral',
  'moonshot',
  'nvidia',
  'zhipu',
  'minimax',
  'baai',
  'nous',
  'allenai',
  'ibm',
])

const hubs = new Set(['huggingface', 'nvidia', 'deepinfra', 'together', 'nebius', 'openrouter'])

function rankOf({ id, kind }: ProviderInput, vendor: string): number {
  const first = onHubs.has(vendor) ? hubs.has(id) : kind === 'cloud'
  return first ? 1 : 2
}
