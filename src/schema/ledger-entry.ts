import * as z from 'zod'
import { ReasonCode } from './decision.ts'
import { Directive } from './directive.ts'
import { Task } from './vocabulary.ts'
import { VerdictRecord } from './verdict.ts'

/**
 * What the ledger keeps. Persons appear as HMAC ids, contents as HMAC digests. JSON Schema: schema/ledger-entry.schema.json. Fields are only ever added, and optional when they are.
 */

const instant = z.iso.datetime({ message: 'a time in UTC' })
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/, '`sha256:` and 64 hex digits')

/** HMAC-SHA-256 under a key of the organisation: links entries to one another, not to a name. */
const hmac = z.string().regex(/^hmac:[0-9a-f]{64}$/, '`hmac:` and 64 hex digits')

/** Who did something to configuration, directives or the ledger: a name or role, as they signed in. */
const by = z.string().min(1).describe('Who did it')

const happenedAt = instant
  .optional()
  .describe('When it happened, where that was before the ledger could be written')

/**
 * A readable value that can be made unreadable: `sealed` is encrypted under the key of a period, and `commitment`
 * still proves afterwards what it was to whoever holds an opening.
 */
export const SealedValue = z.strictObject({
  period: z.string().min(1).describe('Key of which period opens it'),
  sealed: z.string().describe('Base64: nonce, cipher text, tag (AES-256-GCM)'),
  commitment: sha256.describe('Digest over the value and a blind that is sealed with it'),
})
export type SealedValue = z.infer<typeof SealedValue>

const Tokens = z.strictObject({
  input: z.int().nonnegative().nullable().describe('Tokens in'),
  output: z.int().nonnegative().nullable().describe('Tokens out'),
  cacheRead: z.int().nonnegative().nullable().optional().describe('Tokens read from a cache'),
  cacheWrite: z.int().nonnegative().nullable().optional().describe('Tokens put into a cache'),
  reasoning: z.int().nonnegative().nullable().optional().describe('Tokens of reasoning'),
})

export const DecisionEntry = z.strictObject({
  kind: z.literal('decision').describe('What kind of entry this is'),
  request: z.string().describe('Id of the request; the hops of one request share it'),
  principal: hmac.nullable().describe('Who asked; null: nobody that is known'),
  principalKind: z.enum(['person', 'service']).nullable().describe('What asked'),
  class: SealedValue.nullable().describe('Eligibility class of the caller, sealed'),
  workflow: z.string().nullable().describe('Workflow it was for'),
  purpose: Task.describe('Kind of work'),
  requestedModel: z.string().describe('The name that was asked for'),
  servedModel: z.string().nullable().describe('What the provider says it served; null: nothing'),
  model: z.string().nullable().describe('`vendor/name` of this hop'),
  route: z.string().nullable().describe('Route of this hop'),
  provider: z.string().nullable().describe('Provider of this hop'),
  countries: z.array(z.string()).describe('Jurisdictions of the route, ISO 3166-1 alpha-2'),
  hop: z.int().nonnegative().describe('0: the first attempt'),
  snapshot: z.string().describe('Version of the policy that decided'),
  verdict: z.enum(['allow', 'deny']).describe('What policy said'),
  reasons: z.array(ReasonCode).describe('Why'),
  directives: z.array(z.string()).describe('Directives that the reasons name'),
  outcome: z
    .enum(['direct', 'failover', 'resumed', 'denied', 'failed', 'cut', 'overtaken'])
    .describe('What became of the hop; `overtaken`: another that was asked beside it answered'),
  notices: z.array(z.string()).optional().describe('Notices that the caller got'),
  tokens: Tokens.nullable().describe('What was used'),
  startedAt: instant.describe('When the hop began'),
  endedAt: instant.nullable().describe('When it ended'),
  requestDigest: hmac.nullable().describe('HMAC of the request'),
  answerDigest: hmac.nullable().describe('HMAC of the answer'),
  content: z
    .strictObject({
      recipient: z.string().describe('Key that opens it'),
      sealed: z.string().describe('Base64; the process that wrote it cannot read it back'),
    })
    .optional()
    .describe('Request and answer, only where the workflow opts in'),
})
export type DecisionEntry = z.infer<typeof DecisionEntry>

const DirectiveEntry = z.strictObject({
  kind: z.literal('directive').describe('What kind of entry this is'),
  change: z
    .enum(['added', 'accepted', 'status', 'lifted', 'widened', 'reviewed', 'refused'])
    .describe('What was done to it; `added`: its file, without being enforced'),
  directive: z.string().describe('Id of the directive'),
  by: z.array(z.string().min(1)).describe('Persons named; empty for what was refused'),
  source: z.string().nullable().describe('Where the change was read'),
  before: sha256.nullable().describe('Digest before'),
  after: sha256.nullable().describe('Digest after'),
  text: Directive.optional().describe('The directive as accepted'),
  reason: z.string().optional().describe('Why it was refused'),
  happenedAt,
})

const ChangeEntry = z.strictObject({
  kind: z
    .enum(['configuration', 'catalogue', 'policy', 'route', 'circuit', 'principal'])
    .describe('What kind of entry this is'),
  subject: z.string().describe('What was changed'),
  change: z.string().describe('What was done to it'),
  by,
  before: sha256.nullable().describe('Digest before'),
  after: sha256.nullable().describe('Digest after'),
  happenedAt,
})

const SnapshotEntry = z.strictObject({
  kind: z.literal('snapshot').describe('What kind of entry this is'),
  snapshot: z.string().describe('Version of the policy'),
  digest: sha256.describe('Digest of its content'),
  directives: z
    .array(
      z.strictObject({
        id: z.string().describe('Id of the directive'),
        digest: sha256.describe('Digest of its accepted text'),
      }),
    )
    .describe('Directives in it'),
  expiresAt: instant.describe('From then on it decides no more'),
  happenedAt,
})

const AttestationEntry = z.strictObject({
  kind: z.literal('attestation').describe('What kind of entry this is'),
  principal: hmac.describe('Whose class it is'),
  definition: z.string().describe('Definition of persons'),
  class: SealedValue.describe('The class, sealed'),
  basis: z.string().describe('On what it rests'),
  attester: z.string().describe('Who attested it'),
  by: z.string().min(1).optional().describe('Who entered or ended it'),
  validUntil: instant.nullable().describe('End of the attestation; null: none'),
  change: z.enum(['attested', 'renewed', 'revoked', 'expired']).describe('What happened to it'),
  happenedAt,
})

const TrialEntry = z.strictObject({
  kind: z.literal('trial').describe('What kind of entry this is'),
  trial: z.string().describe('Id of the trial'),
  change: z
    .enum(['registered', 'verdict', 'invalidated', 'abandoned', 'frozen', 'measured'])
    .describe(
      'What happened; `abandoned`: ended for good without a verdict; `frozen`: its incumbent’s answers were kept for later trials; `measured`: a measurement without a verdict has ended',
    ),
  registration: sha256
    .optional()
    .describe('Digest of the preregistration; absent where only the verdict is known here'),
  verdict: VerdictRecord.optional().describe('What it found'),
  report: sha256.optional().describe('Digest of the report that was made with the verdict'),
  frozen: sha256.optional().describe('Digest of the file of frozen answers'),
})

const RequalificationEntry = z.strictObject({
  kind: z.literal('requalification').describe('What kind of entry this is'),
  workflow: z.string().describe('Workflow whose fallbacks are tried again'),
  candidate: z
    .string()
    .nullable()
    .describe('Only this one, `vendor/name@route`; null: all of the workflow'),
  job: z.string().describe('Id of the job'),
  attempt: z.int().positive().describe('How many times the job was begun'),
  event: z.enum(['started', 'ended', 'failed', 'stopped']).describe('What happened'),
  cause: z
    .enum(['schedule', 'expiry', 'invalidated'])
    .describe('Its time came, a verdict comes to its end, or one was ended before its day'),
  dueAt: instant.describe('When it was due'),
  detail: z.string().optional().describe('Why it failed, in words'),
})

/** Somebody has read or written out tasks that were captured from traffic. */
const CaptureEntry = z.strictObject({
  kind: z.literal('capture').describe('What kind of entry this is'),
  workflow: z.string().describe('Workflow whose calls they were'),
  event: z.enum(['shown', 'exported']).describe('What was done with them'),
  tasks: z.int().nonnegative().describe('How many were opened'),
  recipient: z.string().describe('Key that opened them'),
  digest: sha256.describe('Digest of what was shown or written, in canonical JSON'),
  by,
})

const DrillEntry = z.strictObject({
  kind: z.literal('drill').describe('What kind of entry this is'),
  drill: z.string().describe('Id of the drill'),
  event: z.string().describe('What happened'),
  by: z.array(z.string().min(1)).describe('Who did it'),
  detail: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .describe('More of it'),
})

const DossierEntry = z.strictObject({
  kind: z.literal('dossier').describe('What kind of entry this is'),
  dossier: z.string().describe('Id of the dossier'),
  dossierKind: z.string().describe('Kind of dossier'),
  manifest: sha256.describe('Digest of its manifest'),
  by,
})

/** What a hold or a removal speaks of. Parts are joined by AND; what is absent restricts nothing. */
export const EntrySelection = z.strictObject({
  principal: hmac.optional().describe('Entries of this caller'),
  directive: z.string().optional().describe('Entries that this directive touches'),
  model: z.string().optional().describe('Entries of this model'),
  from: instant.optional().describe('Entries from this instant on'),
  to: instant.optional().describe('Entries before this instant'),
})
export type EntrySelection = z.infer<typeof EntrySelection>

const HoldEntry = z.strictObject({
  kind: z.literal('hold').describe('What kind of entry this is'),
  hold: z.string().describe('Name of the hold'),
  change: z.enum(['placed', 'released']).describe('What was done'),
  selection: EntrySelection.describe('What it keeps'),
  reference: z.string().describe('Matter or letter it is for'),
  by,
})

/** The tombstone of contents that were removed: the tree keeps their hashes, and this says why. */
const RemovalEntry = z.strictObject({
  kind: z.literal('removal').describe('What kind of entry this is'),
  origin: z.string().describe('Log they stood in'),
  ranges: z
    .array(z.tuple([z.int().nonnegative(), z.int().nonnegative()]))
    .describe('Entries, first and last, from 0'),
  rule: z.string().describe('Rule of retention that allowed it'),
  by,
})

/** The key of a period was destroyed: the classes sealed under it can be read by nobody. */
const UnsealingEntry = z.strictObject({
  kind: z.literal('key-destruction').describe('What kind of entry this is'),
  period: z.string().describe('Name of the period'),
  reason: z.string().describe('Why'),
  by,
})

const KeyEntry = z.strictObject({
  kind: z.literal('key-rotation').describe('What kind of entry this is'),
  before: z.string().describe('Verifier key that signed so far'),
  after: z.string().describe('Verifier key that signs from here on'),
  by,
})

const ProcessEntry = z.strictObject({
  kind: z.literal('process').describe('What kind of entry this is'),
  event: z
    .enum(['started', 'recovered', 'stopped', 'write-failed', 'write-restored', 'witnessed'])
    .describe('What happened'),
  version: z.string().describe('Version of holdfast'),
  detail: z.string().optional().describe('More of it, in words'),
})

/** What is handed to `record`. */
export const EntryBody = z.discriminatedUnion('kind', [
  DecisionEntry,
  DirectiveEntry,
  ChangeEntry,
  SnapshotEntry,
  AttestationEntry,
  TrialEntry,
  RequalificationEntry,
  CaptureEntry,
  DrillEntry,
  DossierEntry,
  HoldEntry,
  RemovalEntry,
  UnsealingEntry,
  KeyEntry,
  ProcessEntry,
])
export type EntryBody = z.infer<typeof EntryBody>

/** What stands in the ledger: the ledger itself adds id and instant. */
export const LedgerEntry = z.strictObject({
  id: z.uuid().describe('UUIDv7'),
  at: instant.describe('When it was recorded, UTC, milliseconds'),
  entry: EntryBody.describe('What happened'),
})
export type LedgerEntry = z.infer<typeof LedgerEntry>
