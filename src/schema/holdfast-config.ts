import * as z from 'zod'
import { ListPrice, ModelId, ProtocolName } from './catalogue.ts'
import { Criticality, Task } from './vocabulary.ts'

/**
 * holdfast.yaml, version 1: the one file a user owns. Every part is described here, also those that only the
 * gateway, the simulation or the drills read. JSON Schema: schema/holdfast.schema.json.
 */

const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'an id of letters, digits, `.`, `_` and `-`')

/** `15m`, `4h`, `30s`, `2d`. */
export const Duration = z.string().regex(/^\d+(?:ms|s|m|h|d)$/, 'a duration such as `15m` or `4h`')
export type Duration = z.infer<typeof Duration>

const share = z.number().min(0).max(1)

/** A jurisdiction or region as written in configuration; compared in upper case. */
const jurisdiction = z.string().regex(/^[A-Za-z]{2}$/, 'an ISO 3166-1 alpha-2 code such as `DE`')

/** `env:NAME`, `file:PATH` or `none`. The value itself never stands in the file. */
export const CredentialReference = z
  .string()
  .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+|none)$/, '`env:NAME`, `file:PATH` or `none`')

/** `kind:id`, for instance `provider:aws-bedrock`. */
export const ElementReference = z
  .string()
  .regex(
    /^(?:model|vendor|provider|route|region|jurisdiction|hardware|class|directive):.+$/,
    'an element `kind:id` such as `vendor:anthropic`',
  )

const Capacity = z.strictObject({
  concurrent: z.int().positive().optional(),
  requestsPerMinute: z.int().positive().optional(),
  tokensPerMinute: z.int().positive().optional(),
})

export const ConfigRoute = z.strictObject({
  id,
  provider: z.string().min(1).describe('Provider of the catalogue, or `self`'),
  protocol: ProtocolName,
  baseUrl: z.url(),
  credential: CredentialReference,
  region: z.string().min(1).optional(),
  retentionDays: z
    .int()
    .nonnegative()
    .optional()
    .describe('Days that the provider keeps requests and answers'),
  trainsOnInput: z.boolean().optional(),
  hardware: z.string().optional().describe('Maker of the accelerators, for instance `nvidia`'),
  priceOverride: z.record(ModelId, ListPrice).optional(),
  capacity: Capacity.optional(),
  weightsHeld: z
    .boolean()
    .optional()
    .describe(
      "True when the weights are on this organisation's own disks: the vendor's jurisdiction no longer matters",
    ),
  models: z.record(ModelId, z.string().min(1)).describe('Our id to the name on the wire'),
})
export type ConfigRoute = z.infer<typeof ConfigRoute>

const ToolFallback = z.strictObject({
  tool: z.string().min(1),
  capacity: Capacity.optional(),
  rto: Duration.optional(),
})
const ManualFallback = z.strictObject({
  manual: z.string().min(1),
  capacity: Capacity.optional(),
  rto: Duration.optional(),
})
const ModelFallback = z.strictObject({
  model: ModelId,
  route: id.optional(),
  capacity: Capacity.optional(),
  rto: Duration.optional(),
})

/** A model (in order of preference), a tool or people. */
export const ConfigFallback = z.union([ModelId, ModelFallback, ToolFallback, ManualFallback])
export type ConfigFallback = z.infer<typeof ConfigFallback>

/** Where this work's data may go; checked at every hop. */
const DataLimits = z.strictObject({
  allowedJurisdictions: z.array(jurisdiction).min(1).optional(),
  maxRetentionDays: z.int().nonnegative().optional(),
  training: z.enum(['never', 'allowed']).optional(),
})

export const ConfigWorkflow = z.strictObject({
  id,
  task: Task,
  owner: z.string().optional(),
  criticality: Criticality.optional(),
  mtpd: Duration.optional().describe('Maximum tolerable period of disruption (ISO 22301)'),
  rto: Duration.optional().describe('Recovery time objective'),
  /** Minimum business continuity objective. */
  mbco: z
    .strictObject({
      passRate: share.optional(),
      capacity: share.optional(),
      description: z.string().optional(),
    })
    .optional(),
  load: z
    .strictObject({
      concurrent: z.int().positive().optional(),
      requestsPerMinute: z.int().positive().optional(),
      tokensPerMinute: z.int().positive().optional(),
    })
    .optional(),
  audience: z.array(id).optional(),
  minStaff: z
    .int()
    .nonnegative()
    .optional()
    .describe('Fewer permitted people than this, and the work stops'),
  data: DataLimits.optional(),
  requireQualified: z.boolean().optional(),
  requiredSeal: z
    .int()
    .min(0)
    .max(4)
    .optional()
    .describe('SEAL of the EU Cloud Sovereignty Framework that this work needs'),
  paths: z
    .array(z.string().min(1))
    .optional()
    .describe('Findings under these globs belong to this workflow'),
  model: ModelId.optional(),
  fallbacks: z.array(ConfigFallback).optional(),
  review: z
    .literal('needed')
    .optional()
    .describe('A guess of `holdfast init` that nobody has confirmed yet'),
})
export type ConfigWorkflow = z.infer<typeof ConfigWorkflow>

/** All that is known of a person under one definition. Never nationality. */
export const EligibilityClass = z.enum([
  'not-foreign-person',
  'foreign-person-authorised',
  'foreign-person-not-authorised',
  'undetermined',
])
export type EligibilityClass = z.infer<typeof EligibilityClass>

const ConfigGroup = z.strictObject({
  headcount: z.partialRecord(EligibilityClass, z.int().nonnegative()).optional(),
})

const RemedyCost = z.strictObject({
  action: z
    .enum(['qualify', 'route', 'host-weights', 'authorisation', 'capacity'])
    .describe(
      'What is bought or done: `qualify`, `route`, `host-weights`, `authorisation`, `capacity`',
    ),
  subject: z
    .string()
    .optional()
    .describe('What it is done to: an element, a model id or a workflow id; absent: any'),
  once: z.number().nonnegative().optional(),
  perMonth: z.number().nonnegative().optional(),
})

const ConfigAuthorisation = z.strictObject({
  id,
  directive: z.string().min(1),
  models: z.array(ModelId).min(1),
  entities: z.array(z.string().min(1)).optional(),
  reference: z.string().optional(),
  validUntil: z.iso.date().optional(),
})

/** An answer to a question of the register, which audit could not know. */
export const ConfigAnswer = z.strictObject({
  question: z.string().regex(/^q-[0-9a-f]{4,}$/, 'a question id of the register such as `q-3f2a`'),
  model: ModelId.nullable().describe('The model it turned out to be; null: it is no model at all'),
  provider: z.string().optional(),
  by: z.string().optional(),
  at: z.iso.date().optional(),
  note: z.string().optional(),
})
export type ConfigAnswer = z.infer<typeof ConfigAnswer>

const GatewayLimits = z.strictObject({
  requestsPerMinute: z.int().positive().optional(),
  concurrent: z.int().positive().optional(),
  spendPerDay: z
    .strictObject({ amount: z.number().positive(), currency: z.string().length(3) })
    .optional(),
})

const ConfigGateway = z.strictObject({
  listen: z.string().default('127.0.0.1:8700'),
  unqualifiedFallbacks: z.enum(['deny', 'allow-with-notice']).default('allow-with-notice'),
  inFlight: z.enum(['continue', 'restart', 'end']).default('continue'),
  onExpiry: z.enum(['deny-restricted', 'deny-all']).default('deny-restricted'),
  timeouts: z
    .strictObject({
      connectMs: z.int().positive().default(3000),
      headersMs: z.int().positive().default(20000),
      firstTokenMs: z.int().positive().default(30000),
      idleMs: z.int().positive().default(20000),
      totalMs: z.int().positive().default(600000),
    })
    .optional(),
  limits: z
    .strictObject({ perPrincipal: GatewayLimits.optional(), perWorkflow: GatewayLimits.optional() })
    .optional(),
})

const ConfigPrincipal = z.strictObject({
  id,
  kind: z.enum(['person', 'service']),
  key: CredentialReference,
  class: EligibilityClass.optional(),
  groups: z.array(id).optional(),
  workflows: z.array(id).optional(),
  entity: z.string().optional(),
  employment: z.string().optional(),
  authorisations: z.array(id).optional(),
})

/** Stays useful when a key is misspelt: unknown keys are errors with a place, never ignored. */
export const HoldfastConfig = z.strictObject({
  version: z.literal(1),
  organisation: z.strictObject({
    name: z.string().min(1),
    homeJurisdiction: jurisdiction.optional(),
  }),
  routes: z.array(ConfigRoute).default([]),
  workflows: z.array(ConfigWorkflow).default([]),
  groups: z.record(id, ConfigGroup).default({}),
  commonCause: z
    .array(z.strictObject({ id, elements: z.array(ElementReference).min(2) }))
    .default([])
    .describe('Elements that are lost together'),
  remedies: z
    .strictObject({
      currency: z.string().length(3),
      horizonMonths: z.int().positive(),
      costs: z.array(RemedyCost).default([]),
    })
    .optional(),
  directives: z
    .strictObject({
      load: z.array(z.string().min(1)).default([]),
      twoPerson: z.boolean().optional(),
    })
    .optional()
    .describe('Ids of directives that are enforced; the others are data for simulation'),
  authorisations: z.array(ConfigAuthorisation).default([]),
  answers: z.array(ConfigAnswer).default([]),
  /** Settings of `holdfast audit` beside its flags. */
  audit: z
    .strictObject({
      roots: z.array(z.string().min(1)).optional(),
      exclude: z.array(z.string().min(1)).optional(),
      rules: z.array(z.string().min(1)).optional(),
      maxFileBytes: z.int().positive().optional(),
    })
    .optional(),
  gateway: ConfigGateway.optional(),
  admin: z.strictObject({ listen: z.string().default('127.0.0.1:8701') }).optional(),
  /** Who vouches for classifying staff at all, and on which legal basis. */
  eligibility: z
    .strictObject({
      definition: z.string().default('us-ear-772.1'),
      reviewedBy: z.string().optional(),
      legalBasis: z.string().optional(),
    })
    .optional(),
  principals: z.array(ConfigPrincipal).default([]),
  store: z
    .string()
    .regex(/^(?:embedded|postgres(?:ql)?:\/\/.+)$/, '`embedded` or `postgres://…`')
    .default('embedded'),
})
export type HoldfastConfig = z.infer<typeof HoldfastConfig>
