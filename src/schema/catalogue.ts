import * as z from 'zod'

/**
 * The facts of the world that holdfast ships, as files under data/catalogue: one vendor or one provider a file.
 * Every fact says which source it was read from and as of which day. A fact that no source gave is absent:
 * absent means unknown, never "no".
 */

const day = z.iso.date()

/** Id of a row in data/catalogue/sources.json. */
const sourceId = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/)

function fact<T extends z.ZodType>(value: T) {
  return z.strictObject({ value, source: sourceId, asOf: day })
}

/** ISO 3166-1 alpha-2, or `EU` where a source only names the bloc. */
export const JurisdictionCode = z.string().regex(/^[A-Z]{2}$/)
export type JurisdictionCode = z.infer<typeof JurisdictionCode>

/** `vendor/name`, lower case. */
export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9._:+-]*$/)
export type ModelId = z.infer<typeof ModelId>

/** What was read, and where it can be read again. */
export const CatalogueSource = z.strictObject({
  id: sourceId,
  title: z.string(),
  /** Address of a page, package or repository. */
  url: z.string(),
  /** Commit, version or digest that was read. */
  version: z.string().optional(),
  licence: z.string().optional(),
  retrieved: day,
  note: z.string().optional(),
})
export type CatalogueSource = z.infer<typeof CatalogueSource>

export const WeightsAvailability = z.enum(['open', 'closed', 'held'])
export type WeightsAvailability = z.infer<typeof WeightsAvailability>

export const LifecycleEvent = z.strictObject({
  /** `retirement-planned`: an announced last day that lay ahead when the source was read; it may be moved. */
  kind: z.enum([
    'released',
    'deprecated',
    'retirement-planned',
    'retired',
    'suspended',
    'restored',
  ]),
  on: day,
  /** Which providers it holds for; absent: everywhere. */
  providers: z.array(z.string()).optional(),
  /** The dated name it holds for; absent: the model under all its names. */
  snapshot: z.string().optional(),
  note: z.string().optional(),
  source: sourceId,
  asOf: day,
})
export type LifecycleEvent = z.infer<typeof LifecycleEvent>

/** List price in one currency for a million tokens. */
export const ListPrice = z.strictObject({
  currency: z.string().length(3),
  inputPerMillion: z.number().nonnegative().optional(),
  outputPerMillion: z.number().nonnegative().optional(),
  cacheReadPerMillion: z.number().nonnegative().optional(),
})
export type ListPrice = z.infer<typeof ListPrice>

export const ModelCapability = z.enum([
  'tools',
  'vision',
  'audio',
  'video',
  'reasoning',
  'structured-output',
  'embedding',
  'image-generation',
  'attachments',
])

export const CatalogueModel = z.strictObject({
  id: ModelId,
  name: z.string(),
  family: z.string().optional(),
  /** Other names of the same model on the vendor's own API, floating ones included. */
  aliases: z.array(z.string()).default([]),
  /** Dated names of the same model, oldest first. */
  snapshots: z.array(z.string()).default([]),
  weights: fact(WeightsAvailability).optional(),
  licence: fact(z.string()).optional(),
  contextTokens: fact(z.int().positive()).optional(),
  outputTokens: fact(z.int().positive()).optional(),
  capabilities: fact(z.array(ModelCapability)).optional(),
  price: fact(ListPrice).optional(),
  lifecycle: z.array(LifecycleEvent).default([]),
  /** Where the name itself was read. */
  source: sourceId,
  asOf: day,
})
export type CatalogueModel = z.infer<typeof CatalogueModel>

/** A name that meant different models on different days, for instance `opus`. */
export const DatedAlias = z.strictObject({
  alias: z.string(),
  /** Which product reads the alias; absent: the vendor's API. */
  product: z.string().optional(),
  /** Oldest first; `from` is absent when no source says since when. Empty: nobody said what it means. */
  meanings: z.array(
    z.strictObject({ from: day.optional(), model: ModelId, source: sourceId, asOf: day }),
  ),
})
export type DatedAlias = z.infer<typeof DatedAlias>

/** data/catalogue/vendors/<id>.json */
export const CatalogueVendor = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  name: z.string(),
  headquarters: fact(JurisdictionCode).optional(),
  ultimateParent: fact(
    z.strictObject({ name: z.string(), jurisdiction: JurisdictionCode }),
  ).optional(),
  /** Other spellings of the vendor in `vendor/name` model ids (`meta-llama`, `z-ai`, `moonshotai`). */
  spellings: z.array(z.string()).default([]),
  aliases: z.array(DatedAlias).default([]),
  models: z.array(CatalogueModel),
  /** Where the vendor was met. */
  source: sourceId,
  asOf: day,
})
export type CatalogueVendor = z.infer<typeof CatalogueVendor>

export const ProtocolName = z.enum([
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'bedrock-converse',
])
export type ProtocolName = z.infer<typeof ProtocolName>

/** data/catalogue/providers/<id>.json */
export const CatalogueProvider = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  name: z.string(),
  kind: z.enum(['vendor-api', 'cloud', 'aggregator', 'inference', 'gateway', 'product', 'self']),
  headquarters: fact(JurisdictionCode).optional(),
  ultimateParent: fact(
    z.strictObject({ name: z.string(), jurisdiction: JurisdictionCode }),
  ).optional(),
  datacentres: fact(z.array(JurisdictionCode)).optional(),
  protocol: ProtocolName.optional(),
  /**
   * Host names. A leading `*.` stands for one or more labels, `*` inside a label for any characters of it, and
   * `{region}` for the characters of a label that name the region.
   */
  hosts: z.array(z.string()).default([]),
  /** What gateways and frameworks put before a model's name, without the `/` or `:` (`bedrock`, `vertex_ai`). */
  prefixes: z.array(z.string()).default([]),
  /** Environment variables that hold this provider's credential. */
  credentialVariables: z.array(z.string()).default([]),
  documentation: z.string().optional(),
  /** How this provider spells models: our id to its ids, the preferred one first. */
  spellings: z.record(ModelId, z.array(z.string())).default({}),
  /** List prices on this route where they differ from the vendor's own. */
  prices: z.record(ModelId, fact(ListPrice)).default({}),
  source: sourceId,
  asOf: day,
})
export type CatalogueProvider = z.infer<typeof CatalogueProvider>

/** data/catalogue/families.json: shapes of names, for models that the catalogue does not list. */
export const ModelFamily = z.strictObject({
  family: z.string(),
  vendor: z.string(),
  /** A regular expression over the whole lower-case name, without look-behind and without nested repetition. */
  pattern: z.string(),
  /** Names that are models of this family. */
  examples: z.array(z.string()).min(1),
  /** Names that look alike and are none. */
  nearMisses: z.array(z.string()).default([]),
})
export type ModelFamily = z.infer<typeof ModelFamily>

export const ModelFamilies = z.strictObject({
  version: z.literal(1),
  /** Organisations that republish other vendors' weights under their own name on model hubs. */
  republishers: z.array(z.string()),
  families: z.array(ModelFamily),
})
export type ModelFamilies = z.infer<typeof ModelFamilies>

/** Everything loaded, overlays applied. */
export interface Catalogue {
  readonly families: ModelFamilies
  readonly sources: readonly CatalogueSource[]
  readonly vendors: readonly CatalogueVendor[]
  readonly providers: readonly CatalogueProvider[]
}

/** A file for `holdfast catalogue update`: rows replace or add to the shipped ones by id. */
export const CatalogueOverlay = z.strictObject({
  version: z.literal(1),
  sources: z.array(CatalogueSource).default([]),
  vendors: z.array(CatalogueVendor).default([]),
  providers: z.array(CatalogueProvider).default([]),
})
export type CatalogueOverlay = z.infer<typeof CatalogueOverlay>
