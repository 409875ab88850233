import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'
import { LabelledAccuracy } from './trial-report.ts'

/**
 * How a judge does on answers whose worth is known: by a rubric, and in pairs whose places are changed. Computed from
 * its registration and the replies alone; no figure stands here that no judge has produced.
 */

const count = z.int().nonnegative()
const share = z.number().min(0).max(1)

/** What a calibration promises before its first call. */
export const CalibrationRegistration = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('judge-calibration').describe('Tells it from the registration of a trial'),
  workflow: RecordId.describe('Workflow whose tasks are judged'),
  judge: z
    .strictObject({ model: RecordId, route: RecordId, workflow: RecordId })
    .describe('Who judges, over which route, and as which workflow it is asked'),
  sides: z
    .array(RecordId)
    .describe('Models that trials of the workflow compare; the judge is of the family of none'),
  set: z.strictObject({
    id: z.string().describe('Task set'),
    corpus: Sha256Digest.describe('Of all that is asked, expected and judged'),
    answers: Sha256Digest.describe('Of the known answers'),
    tasks: count.describe('Tasks whose known answers are judged'),
  }),
  rubric: z.string().describe('Rubric for tasks without one of their own'),
  votes: z.int().min(1).max(9).describe('How often each answer is judged, where a task is silent'),
  seed: z.int().describe('Of the order of calls'),
})
export type CalibrationRegistration = z.infer<typeof CalibrationRegistration>

const CountedShare = z.strictObject({
  count: count.describe('So many'),
  of: count.describe('Of so many'),
  low: share.describe('Lower end of the interval of 95% (Clopper–Pearson)'),
  high: share.describe('Upper end of the interval of 95% (Clopper–Pearson)'),
})
export type CountedShare = z.infer<typeof CountedShare>

export const JudgeCalibration = z.strictObject({
  schemaVersion: z.literal(1).describe('1'),
  measurement: RecordId.describe('Under this id calls are kept'),
  registration: CalibrationRegistration,
  registrationDigest: Sha256Digest,
  createdAt: Instant.describe('When it was registered'),
  state: z.enum(['unfinished', 'finished']),
  calls: z.strictObject({
    planned: count,
    answered: count,
    lost: count.describe('Lost with a process, and not asked again'),
  }),
  served: z
    .array(z.strictObject({ model: z.string().nullable(), answers: count }))
    .describe('Who judged, in the provider’s words, the most first'),
  rubric: LabelledAccuracy.describe(
    'By rubric: known-good answers that passed (sensitivity), known-bad ones that failed (specificity)',
  ),
  disagreements: CountedShare.describe('Answers on which its own votes differ'),
  pairs: z
    .strictObject({
      right: CountedShare.describe('Pairs in which it prefers the good answer in both orders'),
      flips: CountedShare.describe('Pairs in which changing places changes what it prefers'),
      wrong: CountedShare.describe('Pairs in which it prefers the bad answer in both orders'),
      unscored: count.describe('Pairs with a reply that was no verdict'),
    })
    .describe('A known-good against a known-bad answer, in both orders'),
})
export type JudgeCalibration = z.infer<typeof JudgeCalibration>
