import * as z from 'zod'
import { JurisdictionCode, ModelId, WeightsAvailability } from './catalogue.ts'
import { Task } from './vocabulary.ts'

/**
 * A directive: a machine-readable order that forbids or conditions the use of models, with where it was read and
 * all that happened to it. JSON Schema: schema/directive.schema.json.
 */

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'an id of lower-case letters, digits, `.` and `-`')

/** RFC 3339 in UTC, to the second or the millisecond. A time without a zone is refused: it means many instants. */
const instant = z.iso.datetime({ message: 'a time in UTC such as `2026-06-12T21:21:00Z`' })

const day = z.iso.date({ message: 'a day such as `2026-06-12`' })

/**
 * When something happened. `at` is an instant. `on` says that only the day is known: a restriction then starts at
 * the first instant of that day anywhere on Earth (UTC+14), a relief at its last (UTC−12).
 */
const when = {
  at: instant.optional().describe('The instant, UTC'),
  on: day
    .optional()
    .describe(
      'The day, when no more is known: a restriction starts at its first instant anywhere, a relief at its last',
    ),
}

function hasOneTime(value: { at?: string | undefined; on?: string | undefined }): boolean {
  return (value.at === undefined) !== (value.on === undefined)
}
const oneTime = { message: 'exactly one of `at` (an instant) and `on` (a day)' }

/** Where a fact was read. An address, or the words by which a person finds it again. */
export const DirectiveSource = z.strictObject({
  url: z.string().min(1).optional().describe('Address that was read'),
  title: z.string().min(1).optional().describe('What was read'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 hex digits')
    .optional()
    .describe('SHA-256 of the text that was read'),
  retrieved: day.describe('Day on which it was read'),
  evidence: z
    .enum(['primary', 'primary-quoted', 'secondary', 'weak', 'unverified'])
    .optional()
    .describe('How near to the primary text the source is'),
  note: z.string().optional().describe('What a reader must know of it'),
})
export type DirectiveSource = z.infer<typeof DirectiveSource>

/** What kind of act it is. Only the first four can restrict by themselves. */
export const Instrument = z.enum([
  'is-informed-letter',
  'regulation',
  'sanction',
  'licence',
  'request',
  'vendor-decision',
  'contract',
])
export type Instrument = z.infer<typeof Instrument>

/** `us-ear-772.1` is the one definition whose classes holdfast knows; under any other a person is undetermined. */
export const PersonDefinition = z.string().min(1)
export type PersonDefinition = z.infer<typeof PersonDefinition>

/** `foreign-person` as the definition has it. "US person" is not its complement and no value here. */
export const PersonScope = z.enum(['all', 'foreign-person'])
export type PersonScope = z.infer<typeof PersonScope>

/** Models by what they are. Parts are joined by AND; members of one part by OR. */
export const ModelSelector = z.strictObject({
  ids: z.array(ModelId).min(1).optional().describe('Models by id'),
  vendors: z.array(z.string().min(1)).min(1).optional().describe('Models of these vendors'),
  families: z.array(z.string().min(1)).min(1).optional().describe('Models of these families'),
  weights: z
    .array(WeightsAvailability)
    .min(1)
    .optional()
    .describe('Models whose weights are so available'),
  trainingOperationsOver: z
    .number()
    .positive()
    .optional()
    .describe('Models trained with more operations than this, for instance 1e26'),
  vendorJurisdictions: z
    .array(JurisdictionCode)
    .min(1)
    .optional()
    .describe('Models whose vendor or its ultimate parent has its seat there'),
})
export type ModelSelector = z.infer<typeof ModelSelector>

const ModelScope = z.union([
  z.literal('all'),
  z.array(ModelId).min(1, 'at least one model'),
  ModelSelector,
])

/** The parts are joined by AND, the members of one part by OR. A part that is absent restricts nothing. */
export const DirectiveScope = z.strictObject({
  models: ModelScope.describe('`all`, a list of ids, or a selector by vendor, family or attribute'),
  routes: z
    .union([z.literal('all'), z.array(z.string().min(1)).min(1)], '`all` or a list of route ids')
    .default('all')
    .describe('Routes of holdfast.yaml, by id'),
  providers: z.array(z.string().min(1)).min(1).optional().describe('Routes of these providers'),
  regions: z.array(z.string().min(1)).min(1).optional().describe('Routes in these regions'),
  jurisdictions: z
    .array(JurisdictionCode)
    .min(1)
    .optional()
    .describe('Routes whose provider, its parent or its region is in one of these'),
  persons: PersonScope.default('all').describe(
    '`all`, or `foreign-person` as the definition below has it',
  ),
  definition: PersonDefinition.optional().describe('Definition of persons; needed with `persons`'),
  purposes: z.array(Task).min(1).optional().describe('Kinds of work it concerns'),
})
export type DirectiveScope = z.infer<typeof DirectiveScope>

export const Employment = z.enum(['any', 'permanent-and-regular'])
export type Employment = z.infer<typeof Employment>

/** Whom or what the directive spares. Parts are joined by AND: a carve-out never reaches beyond itself. */
export const CarveOut = z
  .strictObject({
    id: id.optional().describe('Name of the clause; else `carve-out-N`, counted from 1'),
    ...when,
    until: instant.optional().describe('First instant at which it holds no more'),
    models: z
      .array(ModelId)
      .min(1)
      .optional()
      .describe('Models it holds for; absent: all in scope'),
    routes: z.array(z.string().min(1)).min(1).optional().describe('Routes it holds for'),
    entities: z
      .union(
        [z.string().min(1), z.array(z.string().min(1)).min(1)],
        'the id of a list, or names in brackets',
      )
      .optional()
      .describe(
        'Entities it holds for: names, or the id of a list that an authorisation of holdfast.yaml fills',
      ),
    authorisations: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Holders of one of these authorisations'),
    employment: Employment.default('any').describe(
      '`permanent-and-regular`: only such employees of the entity',
    ),
    purposes: z.array(Task).min(1).optional().describe('Kinds of work it holds for'),
    source: DirectiveSource.optional().describe('Where it was read'),
    by: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)], 'a name, or names in brackets')
      .optional()
      .describe('Who entered it here'),
    note: z.string().optional().describe('The clause in words'),
  })
  .refine(hasOneTime, oneTime)
export type CarveOut = z.infer<typeof CarveOut>

/** What the vendor did is a fact of its own: it takes a model away from everybody, and decides no permission. */
export const VendorAction = z
  .strictObject({
    ...when,
    models: z.array(ModelId).min(1).describe('Models it concerns'),
    effect: z
      .enum(['withdrawn-for-all', 'limited', 'restored'])
      .describe(
        '`withdrawn-for-all` ends it for everybody, `limited` for some, `restored` undoes both',
      ),
    providers: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Providers it concerns; absent: all'),
    source: z
      .union(
        [DirectiveSource, z.string().min(1)],
        'where it was read: an address, words, or a source',
      )
      .describe('Where it was read'),
    note: z.string().optional().describe('The action in words'),
  })
  .refine(hasOneTime, oneTime)
export type VendorAction = z.infer<typeof VendorAction>

/** One line of the history, which is only ever appended to. */
export const DirectiveStatus = z
  .strictObject({
    ...when,
    is: z
      .enum(['issued', 'effective', 'suspended', 'lifted'])
      .describe(
        '`issued`: known, not yet in force. `effective`: in force (again). `suspended`, `lifted`: not in force',
      ),
    source: z
      .union(
        [DirectiveSource, z.string().min(1)],
        'where it was read: an address, words, or a source',
      )
      .optional()
      .describe('Where it was read'),
    by: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)], 'a name, or names in brackets')
      .optional()
      .describe('Who entered it here; two persons with `twoPerson`'),
    note: z.string().optional().describe('What happened, in words'),
  })
  .refine(hasOneTime, oneTime)
export type DirectiveStatus = z.infer<typeof DirectiveStatus>

export const DirectiveReview = z
  .strictObject({
    state: z.enum(['unverified', 'verified']).describe('`verified` once a named person has signed'),
    by: z.string().min(1).nullable().default(null).describe('Who signed'),
    at: z
      .union([instant, day], 'an instant in UTC or a day')
      .nullable()
      .default(null)
      .describe('When'),
  })
  .refine((review) => review.state === 'unverified' || (review.by !== null && review.at !== null), {
    message: '`verified` needs `by`, a named person, and `at`',
  })
export type DirectiveReview = z.infer<typeof DirectiveReview>

export const Directive = z.strictObject({
  id: id.describe('Name, for instance `us-bis-2026-06-12`'),
  title: z.string().min(1).describe('Title for people'),
  instrument: Instrument.describe(
    'Kind of act; a `request`, a `vendor-decision` or a `contract` never forbids by itself',
  ),
  issuer: z.string().min(1).describe('Who issued it, for instance `us/bis`'),
  authority: z.array(z.string().min(1)).default([]).describe('Legal basis as the act states it'),
  publication: z
    .enum(['published', 'unpublished', 'reported-by-press'])
    .describe('Whether its text can be read'),
  source: DirectiveSource.describe('Where it was read'),
  effect: z
    .enum(['forbid', 'require-authorisation'])
    .describe('`forbid`: authorisations do not help. `require-authorisation`: they do'),
  scope: DirectiveScope.describe('What it concerns'),
  carveOuts: z.array(CarveOut).default([]).describe('What it spares'),
  vendorActions: z.array(VendorAction).default([]).describe('What the vendor did'),
  status: z.array(DirectiveStatus).min(1).describe('History, only ever appended to'),
  reviewDue: day.optional().describe('Day by which somebody should look again; never a lift'),
  review: DirectiveReview.default({ state: 'unverified', by: null, at: null }).describe(
    'Whether counsel has signed; `unverified` is shown wherever it is used',
  ),
  template: z
    .boolean()
    .optional()
    .describe('True: a shape to fill in, with invented names; it cannot be enforced'),
  note: z.string().optional().describe('What a reader must know'),
})
export type Directive = z.infer<typeof Directive>

/** One row of cases.yaml beside a shipped directive: who is allowed and who denied at which instant. */
export const DirectiveCase = z.strictObject({
  name: z.string().min(1).describe('The case as a sentence'),
  at: instant.describe('Instant of the question'),
  class: z
    .enum([
      'not-foreign-person',
      'foreign-person-authorised',
      'foreign-person-not-authorised',
      'undetermined',
    ])
    .describe('Eligibility class of the person'),
  definition: PersonDefinition.default('us-ear-772.1').describe(
    'Definition that the class follows',
  ),
  entity: z.string().optional().describe('Entity the person belongs to'),
  employment: z.string().optional().describe('Form of employment'),
  authorisations: z
    .array(z.string())
    .default([])
    .describe(
      'Authorisations the person holds, each naming this directive and the model asked for',
    ),
  lists: z
    .record(z.string(), z.array(z.string().min(1)))
    .optional()
    .describe(
      'Entities on the lists that carve-outs name, by list, as an authorisation of holdfast.yaml fills them',
    ),
  model: ModelId.describe('Model asked for'),
  facts: z
    .strictObject({
      family: z.string().optional().describe('Family of the model'),
      weights: WeightsAvailability.optional().describe('Whether its weights can be had'),
      trainingOperations: z.number().positive().optional().describe('Operations of its training'),
      vendorJurisdictions: z
        .array(JurisdictionCode)
        .optional()
        .describe('Seats of its vendor and of the ultimate parent'),
    })
    .optional()
    .describe(
      'What is known of the model; absent parts are unknown. Its vendor is what stands before the `/`',
    ),
  route: z
    .strictObject({
      id: z.string().default('direct').describe('Id of the route'),
      provider: z.string().default('anthropic').describe('Who serves it'),
      region: z.string().optional().describe('Region of the provider'),
      jurisdictions: z
        .array(JurisdictionCode)
        .default(['US'])
        .describe('Jurisdictions that reach it'),
    })
    .optional()
    .describe('Route asked for; absent: one that no part of the scope excludes'),
  purpose: Task.default('other').describe('Kind of work'),
  expect: z.enum(['allow', 'deny']).describe('What the rule alone says'),
  available: z.boolean().default(true).describe('False: the vendor had withdrawn the model'),
  clause: z.string().optional().describe('The clause that must be named as the reason'),
})
export type DirectiveCase = z.infer<typeof DirectiveCase>

export const DirectiveCases = z.strictObject({
  directive: id.describe('The directive they are for'),
  cases: z.array(DirectiveCase).min(2).describe('At least one allowed and one denied'),
})
export type DirectiveCases = z.infer<typeof DirectiveCases>
