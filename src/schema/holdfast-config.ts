import * as z from 'zod'
import { isMetadataAddress } from '../base/metadata-address.ts'
import { durationMs } from '../base/duration.ts'
import { ListPrice, ModelId, ProtocolName } from './catalogue.ts'
import { personalClaimIn } from './personal-claim.ts'
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
    /^(?:model|vendor|provider|route|region|jurisdiction|parent|hardware|common-cause|class|directive):.+$/,
    'an element `kind:id` such as `vendor:anthropic`',
  )

const Capacity = z.strictObject({
  concurrent: z.int().positive().optional().describe('Requests at the same time'),
  requestsPerMinute: z.int().positive().optional().describe('Requests a minute'),
  tokensPerMinute: z
    .int()
    .positive()
    .optional()
    .describe('Tokens a minute, input and output together'),
})

/** Of one route or of the local engine: what is not said stays as `gateway.timeouts` has it. */
const RouteTimeouts = z.strictObject({
  headersMs: z.int().positive().optional().describe('Until the headers of a stream are complete'),
  wholeMs: z
    .int()
    .positive()
    .optional()
    .describe('Until an answer in one piece is made; as `headersMs` of the route unless said'),
  firstTokenMs: z.int().positive().optional().describe('Until the first event with content'),
  idleMs: z.int().positive().optional().describe('Longest silence within an answer'),
  totalMs: z.int().positive().optional().describe('Whole request'),
})

export const ConfigRoute = z.strictObject({
  id: id.describe('Name of the route in this file'),
  provider: z.string().min(1).describe('Provider of the catalogue, or `self`'),
  protocol: ProtocolName.describe('Wire format that the base URL speaks; not the provider'),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
    .refine((url) => !isMetadataAddress(URL.parse(url)?.hostname ?? ''), {
      error: 'no address at which a cloud hands out credentials (link-local, metadata)',
    })
    .describe('Where requests go; Anthropic without `/v1`, OpenAI with it'),
  credential: CredentialReference.describe(
    'Where the key is read from: `env:NAME`, `file:PATH` or `none`; never the key itself',
  ),
  region: z
    .string()
    .min(1)
    .optional()
    .describe('Region of the provider, or a country in two letters for own machines'),
  project: z
    .string()
    .min(1)
    .optional()
    .describe('Project of Google Cloud, for models on Vertex AI'),
  retentionDays: z
    .int()
    .nonnegative()
    .optional()
    .describe('Days that the provider keeps requests and answers'),
  trainsOnInput: z
    .boolean()
    .optional()
    .describe('True when the provider may train on what is sent'),
  hardware: z.string().optional().describe('Maker of the accelerators, for instance `nvidia`'),
  priceOverride: z
    .record(ModelId, ListPrice)
    .optional()
    .describe('Prices of this route by model, where they differ from the catalogue'),
  capacity: Capacity.optional().describe('What this route can carry'),
  contextTokens: z
    .int()
    .positive()
    .optional()
    .describe(
      'Longest context that it serves, in tokens; absent: what the catalogue says of the model',
    ),
  timeouts: RouteTimeouts.optional().describe(
    'Time limits of one request over this route; each wins over `gateway.timeouts`',
  ),
  weightsHeld: z
    .boolean()
    .optional()
    .describe(
      "True when the weights are on this organisation's own disks: the vendor's jurisdiction no longer matters",
    ),
  models: z.record(ModelId, z.string().min(1)).describe('Our id to the name on the wire'),
})
export type ConfigRoute = z.infer<typeof ConfigRoute>

/** A small open model on this machine, which `holdfast serve --with-local` starts and ends. */
const ConfigLocal = z.strictObject({
  model: ModelId.describe('What the weights are, `vendor/name`; workflows name it as a fallback'),
  weights: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the weights (GGUF), relative to this file; absent: named by `--with-local FILE`',
    ),
  engine: z
    .string()
    .min(1)
    .default('llama-server')
    .describe(
      'Program that serves them: `llama-server` of llama.cpp, by its name on the PATH, or as a file relative to this one',
    ),
  arguments: z
    .array(z.string())
    .default([])
    .describe('Further arguments of the engine, for instance `[--n-gpu-layers, "99"]`'),
  contextTokens: z
    .int()
    .positive()
    .default(8192)
    .describe('Longest conversation, question and answer together, in tokens'),
  concurrent: z
    .int()
    .positive()
    .max(256)
    .default(1)
    .describe('Requests at the same time; each needs memory for a context of its own'),
  region: jurisdiction.optional().describe('Country in which this machine stands'),
  hardware: z.string().optional().describe('Maker of the accelerators, for instance `nvidia`'),
  timeouts: RouteTimeouts.optional().describe(
    'Time limits of one request; headers and first token 5 minutes unless said, for a processor is slow',
  ),
  startWithin: Duration.default('2m').describe('How long it may take until it is ready'),
  required: z
    .boolean()
    .default(false)
    .describe(
      'True: `holdfast serve --with-local` does not start without it; else it serves all other routes meanwhile',
    ),
})
export type ConfigLocal = z.infer<typeof ConfigLocal>

export const Money = z.strictObject({
  amount: z.number().positive().describe('Amount'),
  currency: z.string().length(3).describe('ISO 4217 code'),
})
export type Money = z.infer<typeof Money>

const UseLimits = z.strictObject({
  requestsPerMinute: z.int().positive().optional().describe('Requests a minute'),
  concurrent: z.int().positive().optional().describe('Requests at the same time'),
  spendPerDay: Money.optional().describe(
    'Spend in one UTC day, by the prices of route or catalogue',
  ),
})
export type ConfigUseLimits = z.infer<typeof UseLimits>

/** How a tool is run on one task, so that it can be tried like a model. */
export const ConfigToolRun = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Program and its words; no shell reads them. `{files}`: folder with the files of the task, where it also runs; `{request}`: file with what is asked, as JSON; `{answer}`: file that it writes its answer to, instead of its output; `{config}`: folder of this file. A program with a `/` in it is a file relative to this one',
    ),
  version: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Command that prints its version, which a verdict holds for; absent: the command alone',
    ),
  exitCodes: z
    .array(z.int().min(0).max(125))
    .min(1)
    .default([0])
    .describe('Codes with which it ends well; some analysers say 1 where they find something'),
  timeout: Duration.default('1m').describe('Time for one task; then it counts as failed'),
  memoryMiB: z
    .int()
    .positive()
    .max(65_536)
    .default(2048)
    .describe('Memory; beyond it, it counts as failed'),
})
export type ConfigToolRun = z.infer<typeof ConfigToolRun>

const ToolFallback = z.strictObject({
  tool: z.string().min(1).describe('A program that needs no model, for instance a static analyser'),
  run: ConfigToolRun.optional().describe(
    'How it is run on a task; absent: it cannot be qualified by a trial',
  ),
  capacity: Capacity.optional().describe('How much of the work it can carry'),
  rto: Duration.optional().describe('How soon it is ready'),
})
const ManualFallback = z.strictObject({
  manual: z.string().min(1).describe('People who do the work by hand'),
  capacity: Capacity.optional().describe('How much of the work they can carry'),
  rto: Duration.optional().describe('How soon they are ready'),
})
const ModelFallback = z.strictObject({
  model: ModelId.describe('Model that takes over, `vendor/name`'),
  route: id.optional().describe('Route it is reached over; absent: any route that lists it'),
  capacity: Capacity.optional().describe('How much of the work it can carry'),
  rto: Duration.optional().describe('How soon it is ready'),
})

/** A model (in order of preference), a tool or people. */
export const ConfigFallback = z.union([ModelId, ModelFallback, ToolFallback, ManualFallback])
export type ConfigFallback = z.infer<typeof ConfigFallback>

/** Where this work's data may go; checked at every hop. */
const DataLimits = z.strictObject({
  allowedJurisdictions: z
    .array(jurisdiction)
    .min(1)
    .optional()
    .describe('Jurisdictions that may reach the data, ISO 3166-1 alpha-2'),
  maxRetentionDays: z
    .int()
    .nonnegative()
    .optional()
    .describe('Longest time that a provider may keep requests and answers'),
  training: z
    .enum(['never', 'allowed'])
    .optional()
    .describe('Whether a provider may train on the data'),
})

export const ConfigHedge = z.strictObject({
  afterMs: z
    .int()
    .positive()
    .max(600_000)
    .describe('After so many milliseconds without content another hop is asked beside the first'),
})
export type ConfigHedge = z.infer<typeof ConfigHedge>

/** What a candidate must reach beside quality. Each gate has to be passed on its own (intersection–union). */
const TrialGates = z.strictObject({
  refusals: z
    .strictObject({
      atMost: share.describe('Share of tasks that may be refused, as an upper bound'),
      margin: share.describe('Refusals more than the incumbent’s that are accepted'),
    })
    .optional()
    .describe('Work that is refused'),
  format: z
    .strictObject({ atLeast: share.describe('Share that must be well formed, as a lower bound') })
    .optional()
    .describe('Answers in the form that was asked for'),
  toolCalls: z
    .strictObject({ atLeast: share.describe('Share that must be valid, as a lower bound') })
    .optional()
    .describe('Calls of tools with arguments that their schema takes'),
  latency: z
    .strictObject({
      ms: z.int().positive().describe('Milliseconds that an answer may take'),
      overAtMost: share.describe('Share of answers that may take longer, as an upper bound'),
    })
    .optional()
    .describe('Time until an answer is whole'),
  cost: z
    .strictObject({
      ratioAtMost: z.number().positive().describe('Cost of an answer to the incumbent’s'),
      perTaskAtMost: z
        .number()
        .positive()
        .optional()
        .describe('The most that one answer can cost on either side; mode `e-process` needs it'),
    })
    .optional()
    .describe('What an answer costs'),
})

/** When `holdfast serve` tries fallbacks again by itself. */
const TrialSchedule = z
  .strictObject({
    cron: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'Minute, hour, day of month, month, day of week: `0 3 * * 0` is every Sunday at three; at most once an hour',
      ),
    timeZone: z
      .string()
      .default('UTC')
      .describe('Time zone of `cron`, for instance `Europe/Berlin`'),
    before: Duration.optional().describe(
      'Instead of `cron`: so long before a verdict ends, and at once where one was ended before its day',
    ),
    jitter: Duration.default('10m').describe('Runs begin up to so much later, so that they spread'),
  })
  .refine(({ cron, before }) => (cron === undefined) !== (before === undefined), {
    message: 'either `cron` or `before`',
  })
export type TrialSchedule = z.infer<typeof TrialSchedule>

/** How fallbacks of a workflow are qualified. */
export const ConfigTrial = z.strictObject({
  tasks: z
    .string()
    .min(1)
    .describe('Task set, relative to this file, or one that is shipped: `shipped:NAME`'),
  margin: share.describe('The largest loss of quality that the owner accepts, 0–1'),
  marginReason: z
    .string()
    .min(1)
    .describe('Why so much loss is acceptable, for whoever reads it later'),
  alpha: share
    .optional()
    .describe('Risk of a false qualification, one-sided; 0.025 for critical work, else 0.05'),
  mode: z
    .enum(['fixed-n', 'e-process'])
    .default('fixed-n')
    .describe('`fixed-n` looks once, at the end; `e-process` may look after every task'),
  measure: z
    .enum(['pass-fail', 'graded'])
    .default('pass-fail')
    .describe('What is compared: `pass-fail` how many tasks pass, `graded` the mean score'),
  attempts: z
    .int()
    .positive()
    .max(20)
    .default(1)
    .describe('Answers to each task; they count as a cluster'),
  validFor: Duration.optional().describe(
    'How long a verdict counts; 30d for critical work, else 90d',
  ),
  incumbentFloor: share
    .default(0.5)
    .describe('The incumbent must reach this, as a lower bound; else the tasks tell nothing'),
  gates: TrialGates.default({}).describe('What has to be reached beside quality'),
  schedule: TrialSchedule.optional().describe(
    'When `holdfast serve` tries again by itself, within `qualification.budget`; absent: never',
  ),
})
export type ConfigTrial = z.infer<typeof ConfigTrial>

export const ConfigQualification = z.strictObject({
  key: z
    .string()
    .regex(/^(?:env|file):./)
    .describe('Key of the principal in whose name trials ask: `env:NAME` or `file:PATH`'),
  gateway: z
    .url()
    .optional()
    .describe('Gateway that is asked, without a path; absent: the running one of this folder'),
  judge: z
    .strictObject({
      model: ModelId.describe(
        'Model that judges, `vendor/name`, of neither family that is compared',
      ),
      route: id.describe('Route it is reached over'),
      workflow: id
        .optional()
        .describe(
          'Workflow as which it is asked, with limits on data that are no looser; absent: the one that is tried, among whose models it then has to be',
        ),
    })
    .optional()
    .describe('Who judges where a task set asks for it'),
  concurrent: z.int().positive().max(256).default(4).describe('Calls at the same time'),
  requestsPerMinute: z.int().positive().default(600).describe('Calls that begin within a minute'),
  timeout: Duration.default('2m').describe(
    'How long one answer may take; then it counts as failed',
  ),
  budget: Money.optional().describe('The most that one trial may cost, unless --budget says more'),
})
export type ConfigQualification = z.infer<typeof ConfigQualification>

/** Real calls become tasks: a sample of them is redacted, encrypted and kept for whoever owns the tasks. */
const ConfigCapture = z.strictObject({
  rate: share.describe('Share of the calls that are taken, 0–1; each is drawn on its own'),
  key: z
    .string()
    .regex(/^(?:env|file):./, '`env:NAME` or `file:PATH`')
    .describe(
      'X25519 public key (PEM) to which they are encrypted; the private half stays with the owner of the tasks',
    ),
  names: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with names that are always taken out, one a line, relative to this file: staff, customers, projects',
    ),
  tasksMax: z
    .int()
    .positive()
    .max(20_000)
    .default(2_000)
    .describe('So many are kept at most; then the oldest are removed'),
  bytesMax: z
    .int()
    .positive()
    .default(256 * 2 ** 20)
    .describe('So many bytes are kept at most; then the oldest are removed'),
  days: z.int().positive().max(3650).default(30).describe('So long each is kept'),
})
export type ConfigCapture = z.infer<typeof ConfigCapture>

export const ConfigWorkflow = z.strictObject({
  id: id.describe('Name of the workflow, used everywhere'),
  task: Task.describe('Kind of work'),
  owner: z
    .string()
    .optional()
    .describe('Team or person who answers for it; wins over CODEOWNERS and git'),
  criticality: Criticality.optional().describe('How much the organisation depends on it'),
  mtpd: Duration.optional().describe('Maximum tolerable period of disruption (ISO 22301)'),
  rto: Duration.optional().describe('Recovery time objective'),
  mbco: z
    .strictObject({
      passRate: share.optional().describe('Share of tasks that must still succeed, 0–1'),
      capacity: share.optional().describe('Share of the load that must still be carried, 0–1'),
      description: z.string().optional().describe('The objective in words'),
    })
    .optional()
    .describe('Minimum business continuity objective: the least that must still be delivered'),
  load: z
    .strictObject({
      concurrent: z.int().positive().optional().describe('Requests at the same time'),
      requestsPerMinute: z.int().positive().optional().describe('Requests a minute'),
      tokensPerMinute: z
        .int()
        .positive()
        .optional()
        .describe('Tokens a minute, input and output together'),
    })
    .optional()
    .describe('What the workflow asks for at its usual peak'),
  audience: z.array(id).optional().describe('Groups whose members the work is done for'),
  minStaff: z
    .int()
    .nonnegative()
    .optional()
    .describe('Fewer permitted people than this, and the work stops'),
  data: DataLimits.optional().describe("Where this work's data may go; checked at every hop"),
  requireQualified: z
    .boolean()
    .optional()
    .describe('True: only fallbacks with a valid trial count'),
  hedge: z
    .union([z.literal(false), ConfigHedge])
    .optional()
    .describe('Instead of `gateway.hedge`; `false`: never'),
  keepContents: z
    .boolean()
    .optional()
    .describe(
      'True: request and answer of each call stand in the ledger, encrypted to `ledger.counselKey`, which nobody else can open',
    ),
  trial: ConfigTrial.optional().describe('How fallbacks of this work are qualified'),
  capture: ConfigCapture.optional().describe(
    'Calls of this work that become tasks, redacted and encrypted; absent: none are kept',
  ),
  requiredSeal: z
    .int()
    .min(0)
    .max(4)
    .optional()
    .describe('SEAL of the EU Cloud Sovereignty Framework that this work needs'),
  limits: UseLimits.optional().describe(
    'What it may use of the gateway; each wins over `gateway.limits.perWorkflow`',
  ),
  paths: z
    .array(z.string().min(1))
    .optional()
    .describe('Findings under these globs belong to this workflow'),
  model: ModelId.optional().describe('Model the work is meant to use, `vendor/name`'),
  fallbacks: z
    .array(ConfigFallback)
    .optional()
    .describe('What takes over, in order of preference: a model, a tool or people'),
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
  headcount: z
    .partialRecord(EligibilityClass, z.int().nonnegative())
    .optional()
    .describe('How many people of each eligibility class; counts are enough, names are not wanted'),
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
  once: z
    .number()
    .nonnegative()
    .optional()
    .describe('Cost of doing it, in the currency of `remedies`'),
  perMonth: z
    .number()
    .nonnegative()
    .optional()
    .describe('Cost of keeping it, in the currency of `remedies`'),
})

const ConfigAuthorisation = z.strictObject({
  id: id.describe('Name of the authorisation in this file'),
  directive: z.string().min(1).describe('Id of the directive it stands under'),
  models: z.array(ModelId).min(1).describe('Models it covers'),
  entities: z
    .array(z.string().min(1))
    .optional()
    .describe('Entities it covers; absent: all of the organisation'),
  reference: z.string().optional().describe('Number or file reference of the authority'),
  validUntil: z.iso.date().optional().describe('Last day on which it holds'),
})

/** An answer to a question of the register, which audit could not know. */
export const ConfigAnswer = z.strictObject({
  question: z
    .string()
    .regex(/^q-[0-9a-f]{4,}$/, 'a question id of the register such as `q-3f2a`')
    .describe('Id of the question in the register'),
  model: ModelId.nullable().describe('The model it turned out to be; null: it is no model at all'),
  provider: z
    .string()
    .optional()
    .describe('Provider that serves it, when the register does not know'),
  by: z.string().optional().describe('Who says so'),
  at: z.iso.date().optional().describe('Day on which it was true'),
  note: z.string().optional().describe('How it is known'),
})
export type ConfigAnswer = z.infer<typeof ConfigAnswer>

const ConfigTraces = z.strictObject({
  endpoint: z
    .url({
      protocol: /^https?$/,
      error: 'expected an address such as `http://127.0.0.1:4318/v1/traces`',
    })
    .max(1000)
    .optional()
    .describe(
      'Where spans are posted to (OTLP over HTTP); absent: as the environment says (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`), else `http://localhost:4318/v1/traces`',
    ),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]+$/, 'the name of a header line'),
      z
        .string()
        .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, '`env:NAME` or `file:PATH`')
        .describe('Where its value is read from: `env:NAME` or `file:PATH`'),
    )
    .default({})
    .describe('Header lines for the receiver, a credential for instance'),
  sampleRatio: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'At most this share of the calls is traced; of those that belong to a trace only such as their caller samples, too',
    ),
  propagate: z
    .boolean()
    .default(false)
    .describe(
      'True: providers get `traceparent` and `tracestate`, so that they could go on with a trace',
    ),
})
export type ConfigTraces = z.infer<typeof ConfigTraces>

const ConfigGateway = z.strictObject({
  listen: z.string().default('127.0.0.1:8700').describe('Address and port for model traffic'),
  processes: z
    .union([z.int().min(1).max(256), z.literal('per-core')])
    .default(1)
    .describe(
      'Processes that carry model traffic; limits and circuits are those of the machine. `per-core`: one for each core',
    ),
  unqualifiedFallbacks: z
    .enum(['deny', 'allow-with-notice'])
    .default('allow-with-notice')
    .describe('What happens with a fallback that no valid trial covers'),
  traces: ConfigTraces.optional().describe('Traces of calls (OpenTelemetry); absent: none'),
  hedge: ConfigHedge.optional().describe(
    'Asks a second permitted hop where the first says nothing for long; it costs, and both count. Absent: never',
  ),
  inFlight: z
    .enum(['continue', 'restart', 'end'])
    .default('continue')
    .describe('What a stream does when its model is withdrawn'),
  conversations: z
    .union([
      z.literal(false),
      z.strictObject({
        holdFor: Duration.default('4h')
          .refine((text) => isWithin(text, '30d', '1s'), 'expected `1s` to `30d`')
          .describe('So long since a turn was last gone on behind'),
        memoryMiB: z
          .int()
          .positive()
          .max(4096)
          .default(64)
          .describe('So much memory in all; then those not used for longest go'),
      }),
    ])
    .optional()
    .describe(
      'Conversations of callers who send only what is new (`previous_response_id`) are held in memory, never on disk, so that they go on elsewhere. `false`: none is',
    ),
  onExpiry: z
    .enum(['deny-restricted', 'deny-all'])
    .default('deny-restricted')
    .describe('What is denied once a policy snapshot has expired'),
  timeouts: z
    .strictObject({
      connectMs: z.int().positive().default(3000).describe('Until the connection stands'),
      headersMs: z
        .int()
        .positive()
        .optional()
        .describe('Until the headers of a stream are complete; 20000 unless said'),
      wholeMs: z
        .int()
        .positive()
        .optional()
        .describe(
          'Until an answer in one piece is made, which has no headers before its end; as `headersMs` unless said, and 300000 where neither is',
        ),
      firstTokenMs: z
        .int()
        .positive()
        .default(30000)
        .describe('Until the first event with content'),
      idleMs: z.int().positive().default(20000).describe('Longest silence within an answer'),
      totalMs: z.int().positive().default(600000).describe('Whole request'),
    })
    .optional()
    .describe('Time limits of one request to a provider'),
  probes: z
    .strictObject({
      principal: id
        .optional()
        .describe(
          'Caller as whom models are probed; absent: a service of which nothing is known, so that no model is probed that a directive keeps from anybody',
        ),
      every: Duration.default('5m').describe(
        'How often a withdrawn model is probed; at least `1s`',
      ),
    })
    .optional()
    .describe('One-token requests that find out whether a withdrawn model is back'),
  limits: z
    .strictObject({
      perPrincipal: UseLimits.optional().describe('For each caller'),
      perWorkflow: UseLimits.optional().describe('For each workflow'),
    })
    .optional()
    .describe('Limits on what callers may use'),
  waiting: z
    .strictObject({
      waitMs: z
        .int()
        .nonnegative()
        .default(5000)
        .describe('Longest wait of one request for full routes, in all; 0: none'),
      waitingMax: z
        .int()
        .nonnegative()
        .default(100)
        .describe('Requests that wait for one route; of more, the least critical are sent away'),
      whenFull: z
        .enum(['wait', 'next'])
        .default('wait')
        .describe(
          '`wait`: another model or route is taken only when there is no room in time; `next`: at once, where one has room',
        ),
    })
    .optional()
    .describe('What happens to requests whose route has reached its `capacity`'),
})

export const ConfigLedger = z.strictObject({
  origin: z
    .string()
    .regex(/^[^\s+]+$/, 'a name without spaces and `+`, such as `acme.example/holdfast`')
    .optional()
    .describe('Name of the ledger; each process adds its own part. Default: from the organisation'),
  signingKey: CredentialReference.optional().describe(
    'Ed25519 private key (PEM) that signs checkpoints; outside `.holdfast/`',
  ),
  idKey: CredentialReference.optional().describe('Key of the HMAC that stands for a person'),
  digestKey: CredentialReference.optional().describe('Key of the HMAC of requests and answers'),
  counselKey: CredentialReference.optional().describe(
    'X25519 public key (PEM) to which classes and opted-in contents are encrypted',
  ),
  witness: z
    .string()
    .optional()
    .describe('File in which the last checkpoint is kept, best on another machine'),
  mode: z
    .enum(['prompt', 'strict'])
    .default('prompt')
    .describe('`strict`: a decision is durable before the first byte of its answer goes out'),
  onWriteFailure: z
    .enum(['stop-restricted', 'stop-all'])
    .default('stop-restricted')
    .describe('What is refused while the ledger cannot be written'),
  retentionYears: z
    .number()
    .min(0)
    .default(5)
    .describe('Years that an entry is kept, from the latest event (15 CFR 762.6: 5)'),
})
export type ConfigLedger = z.infer<typeof ConfigLedger>

const ConfigPrincipal = z
  .strictObject({
    id: id.describe('Name of the caller in this file'),
    kind: z.enum(['person', 'service']).describe('A person or a service'),
    key: CredentialReference.describe('Where the key is read from that this caller presents'),
    class: EligibilityClass.optional().describe(
      'Eligibility class attested by the owner of this file; absent: `undetermined`',
    ),
    attestation: z
      .strictObject({
        basis: z
          .enum(['self-attestation', 'hr-confirmation', 'counsel-confirmation', 'configuration'])
          .describe('On what the class rests'),
        attester: z.string().min(1).describe('Who vouches for it'),
        date: z.iso.date().describe('Day on which it was given'),
        expiresAt: z.iso
          .datetime({ message: 'a time in UTC such as `2027-06-30T00:00:00Z`' })
          .optional()
          .describe('First instant at which it counts no more: the caller is then `undetermined`'),
      })
      .optional()
      .describe(
        'Who vouches for `class`, on which basis and until when; absent: the owner of this file',
      ),
    groups: z.array(id).optional().describe('Groups it belongs to'),
    workflows: z
      .array(id)
      .optional()
      .describe('Workflows it may call for; absent: those of its groups'),
    entity: z.string().optional().describe('Legal entity it belongs to'),
    employment: z.string().optional().describe('Form of employment, where a directive asks for it'),
    authorisations: z.array(id).optional().describe('Authorisations of this file that name it'),
    limits: UseLimits.optional().describe(
      'What it may use of the gateway; each wins over `gateway.limits.perPrincipal`',
    ),
  })
  .refine(({ class: stated, attestation }) => stated !== undefined || attestation === undefined, {
    message: '`attestation` vouches for a `class`, and none is stated',
  })

/** Also true of what is no duration, which another check tells. */
function isWithin(text: string, longest: string, shortest = '0s'): boolean {
  if (!Duration.safeParse(text).success) return true
  const ms = durationMs(text)
  return ms >= durationMs(shortest) && ms <= durationMs(longest)
}

/** Name of a claim in a token: as it stands there, or with dots into nested objects. Never one that tells a country. */
const claimName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => personalClaimIn(name) === null, {
    error: ({ input }) =>
      `\`${String(input)}\` speaks of nationality, citizenship, country, birth or residence, and no such claim is ever read; expected a claim whose values are eligibility classes, groups, workflows, an entity or a form of employment`,
  })

const OidcClaims = z.strictObject(
  {
    subject: claimName.default('sub').describe('Claim that names the caller within its issuer'),
    groups: claimName.optional().describe('Claim with the groups of the caller'),
    class: claimName
      .optional()
      .describe(
        'Claim whose value is one of the four eligibility classes, attested by the issuer until the token expires; any other value, or none: `undetermined`',
      ),
    workflows: claimName
      .optional()
      .describe('Claim with the workflows it may call for; absent in a token: those of its groups'),
    entity: claimName.optional().describe('Claim with the legal entity it belongs to'),
    employment: claimName
      .optional()
      .describe('Claim with the form of employment, where a directive asks for it'),
    authorisations: claimName
      .optional()
      .describe('Claim with the authorisations of this file that name it'),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' && issue.keys.some((key) => personalClaimIn(key) !== null)
        ? `\`${issue.keys.join(', ')}\`: claims of nationality, citizenship, country, birth or residence are never read; expected only subject, groups, class, workflows, entity, employment, authorisations`
        : undefined,
  },
)

const issuerFields = {
  issuer: z
    .url({
      protocol: /^https?$/,
      error: 'expected an address such as `https://login.acme.example`',
    })
    .max(1000)
    .describe('Issuer exactly as its tokens name it in `iss`'),
  audience: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
      error: 'expected a name, or a list of names, that its tokens must have in `aud`',
    })
    .describe('What `aud` of a token must contain: one of these'),
  jwks: z
    .url({ protocol: /^https?$/, error: 'expected the address of a JSON Web Key Set' })
    .optional()
    .describe('Where its keys are; absent: where its discovery document says'),
  clockSkew: Duration.default('60s')
    .refine((text) => isWithin(text, '10m'), 'expected at most `10m`')
    .describe('By how much the clocks of issuer and gateway may differ'),
  staleKeys: Duration.default('24h')
    .refine((text) => isWithin(text, '7d'), 'expected at most `7d`')
    .describe('How long its last known keys count while it cannot be reached'),
}

export const ConfigOidcIssuer = z.strictObject({
  ...issuerFields,
  kind: z
    .enum(['person', 'service'])
    .default('person')
    .describe('Whom the tokens of this issuer for this audience speak of'),
  claims: OidcClaims.default({ subject: 'sub' }).describe('Which claims are read, and as what'),
  groups: z
    .record(z.string().min(1), id)
    .optional()
    .describe('What the issuer calls a group, to its id in `groups`; others must have that id'),
})
export type ConfigOidcIssuer = z.infer<typeof ConfigOidcIssuer>

/** What somebody may do through the admin API: each sees all that is not of persons; `counsel` that as well. */
export const AdminRole = z.enum(['viewer', 'operator', 'counsel', 'admin'])
export type AdminRole = z.infer<typeof AdminRole>

export const ConfigAdminIssuer = z.strictObject({
  ...issuerFields,
  claims: z
    .strictObject({
      subject: claimName
        .default('sub')
        .describe('Claim that names whoever asks; stands in the ledger with everything it changes'),
      roles: claimName.describe('Claim with its groups or roles, a list or one text'),
    })
    .describe('Which claims are read, and as what'),
  roles: z
    .record(z.string().min(1), AdminRole)
    .refine((roles) => Object.keys(roles).length > 0, 'expected at least one role')
    .describe('What the issuer calls a group or role, to what its holder may do; others give none'),
})
export type ConfigAdminIssuer = z.infer<typeof ConfigAdminIssuer>

const ConfigAdmin = z.strictObject({
  listen: z
    .string()
    .default('127.0.0.1:8701')
    .describe('Address and port; outside loopback only what is named here'),
  hosts: z
    .array(z.string().regex(/^[A-Za-z0-9.-]+$/, 'a host name without a port'))
    .default([])
    .describe('Names under which it is asked, beside `localhost` and IP addresses'),
  tokens: z
    .array(
      z.strictObject({
        id: id.describe('Who uses it; stands in the ledger with everything that it changes'),
        token: z
          .string()
          .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, '`env:NAME` or `file:PATH`')
          .describe(
            'Where the token is read from: `env:NAME` or `file:PATH`; never the token itself',
          ),
        role: AdminRole.describe('What its holder may do'),
      }),
    )
    .default([])
    .describe(
      'Who may ask; without any, and without `oidc`, the admin port answers for health only',
    ),
  oidc: z
    .union([ConfigAdminIssuer, z.array(ConfigAdminIssuer)])
    .optional()
    .describe('Issuers (OpenID Connect) whose signed tokens count beside `tokens`'),
  backups: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder, relative to this file, into which it writes backups of the store; absent: it writes none',
    ),
  checkpoints: z
    .array(
      z.strictObject({
        id: id.describe('By which it is asked for'),
        to: z
          .string()
          .regex(/^(?:file|git|https?):.+$/, '`file:FOLDER`, `git:FOLDER` or an https address')
          .describe('The place, as `holdfast ledger checkpoint --to` takes it'),
      }),
    )
    .default([])
    .describe('Places to which it may take checkpoints of the ledger'),
  snapshotKey: z
    .string()
    .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, '`env:NAME` or `file:PATH`')
    .optional()
    .describe(
      'Private Ed25519 key (PEM) with which it signs snapshots of the policy; absent: it signs none',
    ),
})

/** Stays useful when a key is misspelt: unknown keys are errors with a place, never ignored. */
export const HoldfastConfig = z.strictObject({
  version: z.literal(1),
  organisation: z
    .strictObject({
      name: z.string().min(1).describe('Name in reports'),
      homeJurisdiction: jurisdiction
        .optional()
        .describe('Where the organisation is at home, ISO 3166-1 alpha-2'),
    })
    .describe('Whose file this is'),
  routes: z.array(ConfigRoute).default([]).describe('Ways to reach models'),
  local: ConfigLocal.optional().describe(
    'A model whose weights are held, served by a program that `holdfast serve --with-local` starts; its route is called `local`',
  ),
  workflows: z.array(ConfigWorkflow).default([]).describe('Pieces of work that need a model'),
  qualification: ConfigQualification.optional().describe('How trials ask models'),
  groups: z.record(id, ConfigGroup).default({}).describe('Groups of people, by id'),
  commonCause: z
    .array(
      z.strictObject({
        id: id.describe('Name of the common cause'),
        elements: z
          .array(ElementReference)
          .min(2)
          .describe('Elements `kind:id` that it takes together'),
      }),
    )
    .default([])
    .describe('Elements that are lost together'),
  remedies: z
    .strictObject({
      currency: z.string().length(3).describe('ISO 4217 code'),
      horizonMonths: z.int().positive().describe('Months over which monthly costs are counted'),
      costs: z.array(RemedyCost).default([]).describe('Prices of actions'),
    })
    .optional()
    .describe('What remedies cost, for the simulation'),
  directives: z
    .strictObject({
      load: z
        .array(z.string().min(1))
        .default([])
        .describe('Ids of shipped or local directives to enforce'),
      twoPerson: z
        .boolean()
        .optional()
        .describe('True: lifting or widening a directive needs two named persons'),
    })
    .optional()
    .describe('Ids of directives that are enforced; the others are data for simulation'),
  authorisations: z
    .array(ConfigAuthorisation)
    .default([])
    .describe('Authorisations that the organisation holds under directives'),
  answers: z.array(ConfigAnswer).default([]).describe('Answers to questions of the register'),
  audit: z
    .strictObject({
      roots: z
        .array(z.string().min(1))
        .optional()
        .describe('Directories to audit when none is named, relative to this file'),
      exclude: z.array(z.string().min(1)).optional().describe('Globs of paths to leave out'),
      rules: z
        .array(z.string().min(1))
        .optional()
        .describe('Folders of detectors of your own, relative to this file'),
      maxFileBytes: z.int().positive().optional().describe('Larger files are listed as skipped'),
    })
    .optional()
    .describe('Settings of `holdfast audit`, beside its flags'),
  gateway: ConfigGateway.optional().describe('Settings of the gateway'),
  admin: ConfigAdmin.optional().describe('Console, admin API and metrics'),
  eligibility: z
    .strictObject({
      definition: z
        .string()
        .default('us-ear-772.1')
        .describe('Definition of persons that the classes follow'),
      reviewedBy: z.string().optional().describe('Who reviewed it'),
      legalBasis: z.string().optional().describe('Legal basis for keeping these classes'),
    })
    .optional()
    .describe('Who vouches for classifying staff at all, and on which legal basis'),
  sovereignty: z
    .strictObject({
      weightProfile: z
        .enum(['csf-1.2.1', 'csf-calculator-2026-06'])
        .default('csf-calculator-2026-06')
        .describe('Weights of the EU Cloud Sovereignty Framework that count'),
      answers: z
        .array(
          z.strictObject({
            criterion: z
              .string()
              .regex(/^SOV-[1-8]\.[1-9]$/, 'a criterion such as `SOV-1.8`')
              .describe('Criterion of the framework'),
            answer: z
              .int()
              .positive()
              .describe(
                'Which of its answers holds, counted from 1, in the order of the framework',
              ),
            evidence: z.array(z.string().min(1)).default([]).describe('Where it can be checked'),
            by: z.string().min(1).describe('Who attests it'),
            at: z.iso.date().describe('Day on which it was true'),
          }),
        )
        .default([])
        .describe('Answers that only a person can give'),
    })
    .optional()
    .describe('Answers to the EU Cloud Sovereignty Framework, for `holdfast sovereignty`'),
  principals: z.array(ConfigPrincipal).default([]).describe('Callers of the gateway'),
  oidc: z
    .union([ConfigOidcIssuer, z.array(ConfigOidcIssuer)])
    .optional()
    .describe('Issuers (OpenID Connect) whose signed tokens callers may present instead of a key'),
  ledger: ConfigLedger.optional().describe('Keys and rules of the ledger'),
  egress: z
    .strictObject({
      privateHosts: z
        .array(
          z
            .string()
            .regex(
              /^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@[\]?#]+)(?::\d{1,5})?$/,
              'a host such as `tsa.acme.internal`, `10.1.2.3:8080` or `[fd00::5]`',
            ),
        )
        .default([])
        .describe(
          'Hosts, with or without a port, that webhooks and time-stamping authorities may have in a private network; also over http',
        ),
    })
    .optional()
    .describe('What messages to other machines may reach, beside the public network'),
  store: z
    .string()
    .regex(/^(?:embedded|postgres(?:ql)?:\/\/.+)$/, '`embedded` or `postgres://…`')
    .default('embedded')
    .describe('Where state is kept: `embedded`, or the address of a PostgreSQL database'),
})
export type HoldfastConfig = z.infer<typeof HoldfastConfig>
