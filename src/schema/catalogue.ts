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
  return z.strictObject({
    value: value.describe('What is known'),
    source: sourceId.describe('Id of the source it was read from'),
    asOf: day.describe('Day on which it was true'),
  })
}

/** ISO 3166-1 alpha-2, or `EU` where a source only names the bloc. */
export const JurisdictionCode = z
  .string()
  .regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 code in capitals such as `DE`')
export type JurisdictionCode = z.infer<typeof JurisdictionCode>

/** `vendor/name`, lower case. */
export const ModelId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9._:+-]*$/,
    'a model id `vendor/name` such as `anthropic/claude-fable-5`',
  )
export type ModelId = z.infer<typeof ModelId>

/** What was read, and where it can be read again. */
export const CatalogueSource = z.strictObject({
  id: sourceId.describe('Id that facts name'),
  title: z.string().describe('What was read'),
  url: z.string().describe('Address of a page, package or repository'),
  version: z.string().optional().describe('Commit, version or digest that was read'),
  licence: z.string().optional().describe('Licence of the source'),
  retrieved: day.describe('Day of retrieval'),
  note: z.string().optional().describe('What a reader must know of it'),
})
export type CatalogueSource = z.infer<typeof CatalogueSource>

export const WeightsAvailability = z.enum(['open', 'closed', 'held'])
export type WeightsAvailability = z.infer<typeof WeightsAvailability>

export const LifecycleEvent = z.strictObject({
  /** `retirement-planned`: an announced last day that lay ahead when the source was read; it may be moved. */
  kind: z
    .enum(['released', 'deprecated', 'retirement-planned', 'retired', 'suspended', 'restored'])
    .describe('What happened; `retirement-planned`: an announced last day that may be moved'),
  on: day.describe('The day'),
  providers: z.array(z.string()).optional().describe('Providers it holds for; absent: everywhere'),
  snapshot: z
    .string()
    .optional()
    .describe('Dated name it holds for; absent: all names of the model'),
  note: z.string().optional().describe('The event in words'),
  source: sourceId.describe('Id of the source'),
  asOf: day.describe('Day on which it was true'),
})
export type LifecycleEvent = z.infer<typeof LifecycleEvent>

/** List price in one currency for a million tokens. */
export const ListPrice = z.strictObject({
  currency: z.string().length(3).describe('ISO 4217 code'),
  inputPerMillion: z.number().nonnegative().optional().describe('For a million input tokens'),
  outputPerMillion: z.number().nonnegative().optional().describe('For a million output tokens'),
  cacheReadPerMillion: z
    .number()
    .nonnegative()
    .optional()
    .describe('For a million input tokens read from a cache'),
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
  id: ModelId.describe('`vendor/name`'),
  name: z.string().describe('Name for people'),
  family: z.string().optional().describe('Family the vendor counts it to'),
  /** Other names of the same model on the vendor's own API, floating ones included. */
  aliases: z
    .array(z.string())
    .default([])
    .describe("Other names of the same model on the vendor's own API"),
  snapshots: z
    .array(z.string())
    .default([])
    .describe('Dated names of the same model, oldest first'),
  weights: fact(WeightsAvailability).optional().describe('Whether the weights are published'),
  licence: fact(z.string()).optional().describe('Licence of the weights'),
  trainingOperations: fact(z.number().positive())
    .optional()
    .describe('Operations that its training took, for instance 1e26'),
  contextTokens: fact(z.int().positive()).optional().describe('Tokens it takes'),
  outputTokens: fact(z.int().positive()).optional().describe('Tokens it gives at most'),
  capabilities: fact(z.array(ModelCapability)).optional().describe('What it can do'),
  price: fact(ListPrice).optional().describe('List price of the vendor'),
  lifecycle: z.array(LifecycleEvent).default([]).describe('Events, oldest first'),
  source: sourceId.describe('Where the name itself was read'),
  asOf: day.describe('Day on which it was true'),
})
export type CatalogueModel = z.infer<typeof CatalogueModel>

/** A name that meant different models on different days, for instance `opus`. */
export const DatedAlias = z.strictObject({
  alias: z.string().describe('The name'),
  /** Which product reads the alias; absent: the vendor's API. */
  product: z.string().optional().describe("Product that reads it; absent: the vendor's API"),
  /** Oldest first; `from` is absent when no source says since when. Empty: nobody said what it means. */
  meanings: z
    .array(
      z.strictObject({
        from: day.optional().describe('First day; absent when no source says since when'),
        model: ModelId.describe('The model it meant'),
        source: sourceId.describe('Id of the source'),
        asOf: day.describe('Day on which it was true'),
      }),
    )
    .describe('What it meant, oldest first; empty: nobody said'),
})
export type DatedAlias = z.infer<typeof DatedAlias>

/** data/catalogue/vendors/<id>.json */
export const CatalogueVendor = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/)
    .describe('Id in `vendor/name`'),
  name: z.string().describe('Name for people'),
  headquarters: fact(JurisdictionCode).optional().describe('Jurisdiction of the seat'),
  ultimateParent: fact(
    z.strictObject({
      name: z.string().describe('Name of the parent'),
      jurisdiction: JurisdictionCode.describe("Jurisdiction of the parent's seat"),
    }),
  )
    .optional()
    .describe('Who controls it'),
  /** Other spellings of the vendor in `vendor/name` model ids (`meta-llama`, `z-ai`, `moonshotai`). */
  spellings: z.array(z.string()).default([]).describe('Other spellings of the vendor in model ids'),
  aliases: z
    .array(DatedAlias)
    .default([])
    .describe('Names that meant different models on different days'),
  models: z.array(CatalogueModel).describe('Its models'),
  source: sourceId.describe('Where the vendor was met'),
  asOf: day.describe('Day on which it was true'),
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
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/)
    .describe('Id of the provider'),
  name: z.string().describe('Name for people'),
  kind: z
    .enum(['vendor-api', 'cloud', 'aggregator', 'inference', 'gateway', 'product', 'self'])
    .describe('What kind of service it is'),
  headquarters: fact(JurisdictionCode).optional().describe('Jurisdiction of the seat'),
  ultimateParent: fact(
    z.strictObject({
      name: z.string().describe('Name of the parent'),
      jurisdiction: JurisdictionCode.describe("Jurisdiction of the parent's seat"),
    }),
  )
    .optional()
    .describe('Who controls it'),
  datacentres: fact(z.array(JurisdictionCode)).optional().describe('Countries of its data centres'),
  protocol: ProtocolName.optional().describe('Wire format it speaks'),
  /**
   * Host names. A leading `*.` stands for one or more labels, `*` inside a label for any characters of it, and
   * `{region}` for the characters of a label that name the region.
   */
  hosts: z
    .array(z.string())
    .default([])
    .describe(
      'Host names; a leading `*.` stands for one or more labels, `*` for characters of a label, `{region}` for those that name the region',
    ),
  /** What gateways and frameworks put before a model's name, without the `/` or `:` (`bedrock`, `vertex_ai`). */
  prefixes: z.array(z.string()).default([]).describe('Prefixes by which libraries name it'),
  /** Environment variables that hold this provider's credential. */
  credentialVariables: z
    .array(z.string())
    .default([])
    .describe('Variables that usually hold its key'),
  documentation: z.string().optional().describe('Address of its documentation'),
  /** How this provider spells models: our id to its ids, the preferred one first. */
  spellings: z
    .record(ModelId, z.array(z.string()))
    .default({})
    .describe('What it calls each model'),
  /** List prices on this route where they differ from the vendor's own. */
  prices: z
    .record(ModelId, fact(ListPrice))
    .default({})
    .describe("Its prices where they differ from the vendor's, by model"),
  source: sourceId.describe('Where the provider was met'),
  asOf: day.describe('Day on which it was true'),
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

/** data/catalogue/regions.json: in which country a region of a cloud lies. */
export const CatalogueRegions = z.strictObject({
  version: z.literal(1),
  clouds: z.array(
    z.strictObject({
      id: z.string().describe('The cloud'),
      providers: z
        .array(z.string())
        .min(1)
        .describe('Providers that name regions as this cloud does'),
      regions: z.record(z.string(), fact(JurisdictionCode)).describe('Country of each region'),
    }),
  ),
})
export type CatalogueRegions = z.infer<typeof CatalogueRegions>

/** Everything loaded, overlays applied. */
export interface Catalogue {
  readonly families: ModelFamilies
  readonly sources: readonly CatalogueSource[]
  readonly vendors: readonly CatalogueVendor[]
  readonly providers: readonly CatalogueProvider[]
  /** Absent: no region is known, apart from those that are countries. */
  readonly regions?: CatalogueRegions
}

/** A file for `holdfast catalogue update`: rows replace or add to the shipped ones by id. */
export const CatalogueOverlay = z.strictObject({
  version: z.literal(1),
  sources: z.array(CatalogueSource).default([]).describe("Sources of the overlay's facts"),
  vendors: z.array(CatalogueVendor).default([]).describe('Vendors to add or correct'),
  providers: z.array(CatalogueProvider).default([]).describe('Providers to add or correct'),
})
export type CatalogueOverlay = z.infer<typeof CatalogueOverlay>
