import * as z from 'zod'
import { Instant } from './instant.ts'
import { phrasingKinds, PhrasedTask, PhrasingSetHeader } from './phrasing-set.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/**
 * Does a model do the work of defenders however it is asked? One part for each model; computed from registrations and
 * answers alone.
 */

const count = z.int().nonnegative()
const share = z.number().min(0).max(1)
const kind = z.enum(phrasingKinds)
const work = PhrasedTask.shape.work

const Between = z.strictObject({ lower: z.number(), upper: z.number() })

export const PhrasingOutcomeName = z.enum([
  'full',
  'partial',
  'deflected',
  'refused',
  'refused-by-api',
  'rerouted',
  'error',
])

/** What a measurement promises before its first call. */
export const GuardrailRegistration = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('guardrail').describe('Tells it from the registration of a trial'),
  workflow: RecordId.describe('Workflow as which the model is asked'),
  model: RecordId.describe('Model that is asked'),
  route: RecordId.describe('Route it is reached over'),
  set: z.strictObject({
    id: z.string().describe('Set of phrasings'),
    digest: Sha256Digest.describe('Of all that is asked and looked for'),
    tasks: count.describe('Tasks, each in six phrasings'),
  }),
  sessions: z.int().min(3).describe('Fresh conversations for each phrasing of each task'),
  pair: z.tuple([kind, kind]).describe('The two phrasings that are compared'),
  alpha: z.number().gt(0).max(0.25).describe('Level of the test and of one side of intervals'),
  replicates: z.int().positive().describe('Resamples of an interval over tasks'),
  seed: z.int().describe('Of the order of calls and of resampling'),
  judge: z
    .strictObject({ model: RecordId, route: RecordId })
    .nullable()
    .describe('Who looks where rules are not sure; null: rules alone'),
  rules: z.string().describe('Version of holdfast whose rules read the answers'),
})
export type GuardrailRegistration = z.infer<typeof GuardrailRegistration>

export const GuardrailPhrasing = z.strictObject({
  kind: kind.describe('The phrasing'),
  counts: z
    .record(PhrasingOutcomeName, count)
    .describe('Conversations by how they came out; `deflected` and both refusals: not done'),
  tasks: count.describe('Tasks with at least one conversation that counts'),
  notDoneShare: share.describe('Share of conversations in which the work was not done'),
  interval: Between.describe('Clopper–Pearson over tasks by their majority'),
})
export type GuardrailPhrasing = z.infer<typeof GuardrailPhrasing>

export const GuardrailTask = z.strictObject({
  task: RecordId.describe('Task'),
  work: work.describe('Kind of work'),
  title: z.string().describe('The task in a few words'),
  notDone: z
    .record(kind, share.nullable())
    .describe('By phrasing: share of its conversations in which it was not done; null: no count'),
})
export type GuardrailTask = z.infer<typeof GuardrailTask>

export const GuardrailModel = z.strictObject({
  trial: RecordId.describe('Under this id calls are kept'),
  registration: GuardrailRegistration,
  registrationDigest: Sha256Digest,
  createdAt: Instant.describe('When it was registered'),
  state: z.enum(['unfinished', 'finished']),
  calls: z.strictObject({
    planned: count,
    answered: count,
    lost: count.describe('Lost with a process, and not asked again'),
    judged: count.describe('Asked of the judge'),
    judgeErrors: count.describe('Judgements that were none: the rules hold there'),
    unsure: count.describe('Conversations read by rules that are not sure'),
  }),
  served: z
    .array(z.strictObject({ model: z.string().nullable(), answers: count }))
    .describe('Who answered, in the provider’s words, the most first'),
  phrasings: z.array(GuardrailPhrasing),
  pair: z.strictObject({
    tasks: count.describe('Tasks that count under both'),
    onlyFirst: count.describe('Not done under the first phrasing alone'),
    onlySecond: count.describe('Not done under the second phrasing alone'),
    difference: z.number().describe('Share not done under the first less that under the second'),
    interval: Between.describe('Tango’s score interval of the difference'),
    midP: share.describe('McNemar’s mid-p, two-sided'),
    discordantUpper: share.describe('Upper bound of the share of tasks that come out differently'),
  }),
  cochran: z
    .strictObject({ q: z.number(), p: share })
    .nullable()
    .describe('Over all six phrasings; null: no task counts under all'),
  spread: z
    .strictObject({ share, interval: Between })
    .describe('Largest share not done less the least, over phrasings'),
  flipShare: share.describe('Chance that two sessions of the same words come out differently'),
  crossFlipShare: share.describe('Chance that sessions of the two phrasings do'),
  excess: z
    .strictObject({ share: z.number(), interval: Between })
    .describe('How much more often sessions differ across the pair than within it'),
  conclusion: z
    .enum(['disparity', 'no-disparity-shown', 'noise', 'not-this-model', 'too-little'])
    .describe(
      '`noise`: not more than two sessions of the same words differ; `not-this-model`: another one answered; `too-little`: too many conversations came to nothing',
    ),
  say: z.string().describe('The same in one sentence'),
  byWork: z
    .array(z.strictObject({ work, tasks: count, notDoneShare: share }))
    .describe('Share not done by kind of work, the largest first'),
  tasks: z.array(GuardrailTask).describe('Every task, the most uneven first'),
})
export type GuardrailModel = z.infer<typeof GuardrailModel>

export const GuardrailReport = z.strictObject({
  schemaVersion: z.literal(1).describe('1'),
  set: PhrasingSetHeader.pick({ id: true, title: true, review: true, licence: true })
    .extend({ digest: Sha256Digest, tasks: count })
    .describe('What was asked'),
  models: z.array(GuardrailModel).min(1),
  notices: z.array(z.string()).describe('What a reader must know, in sentences'),
})
export type GuardrailReport = z.infer<typeof GuardrailReport>
