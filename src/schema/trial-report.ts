import * as z from 'zod'
import { Instant } from './instant.ts'
import { Preregistration } from './preregistration.ts'
import { RecordId } from './record-id.ts'
import { OutcomeKind } from './scored-outcome.ts'
import { Sha256Digest } from './sha256-digest.ts'
import { TaskProvenance, TaskRedaction } from './task-set.ts'
import { TrialResult } from './trial-result.ts'
import { Criticality, Task } from './vocabulary.ts'

/**
 * All that is told of one trial, and the only thing that its reports are made from. It is computed from the registration
 * and the answers: a trial that was killed and resumed gives the same bytes as one that was not.
 */

const count = z.int().nonnegative()
const share = z.number().min(0).max(1)

/** A text that is shown in part. */
export const Excerpt = z.strictObject({
  text: z.string().max(4_000).describe('Its beginning, as it was written'),
  leftOut: count.describe('Characters that were left out; 0: it is whole'),
})
export type Excerpt = z.infer<typeof Excerpt>

export const TrialReportTasks = z.strictObject({
  id: z.string().describe('Name of the task set'),
  title: z.string().describe('What the tasks are'),
  task: Task.nullable().describe('Kind of work; null: not said'),
  digest: Sha256Digest.describe('Digest of the task set'),
  tasks: count.describe('Tasks of the trial'),
  clusters: count.describe('Clusters they are in'),
  largestCluster: count.describe('Tasks of the largest cluster'),
  provenance: z
    .array(TaskProvenance.extend({ tasks: count.describe('Tasks that are from there') }))
    .describe('Where the tasks are from, the most first'),
  licences: z
    .array(
      z.strictObject({
        licence: z.string().describe('SPDX expression, `proprietary`, or `unknown`'),
        tasks: count.describe('Tasks under it'),
      }),
    )
    .describe('Under which terms the tasks stand, the most first'),
  redaction: TaskRedaction.nullable().describe('Whether secrets and personal data were taken out'),
})
export type TrialReportTasks = z.infer<typeof TrialReportTasks>

export const TrialArmCost = z.strictObject({
  currency: z.string().length(3).describe('ISO 4217 code'),
  total: z.number().nonnegative().describe('What the known answers cost together'),
  perTask: z.number().nonnegative().describe('What one answer costs on average'),
  known: count.describe('Answers whose cost is known'),
  priceSource: z.string().describe('Where the prices are from, and of which day'),
})
export type TrialArmCost = z.infer<typeof TrialArmCost>

export const TrialArmLatency = z.strictObject({
  known: count.describe('Answers whose time is known'),
  p50Ms: z.number().nonnegative().describe('Half were there within it'),
  p95Ms: z.number().nonnegative().describe('19 of 20 were there within it'),
  maxMs: z.number().nonnegative().describe('The slowest'),
})
export type TrialArmLatency = z.infer<typeof TrialArmLatency>

export const TrialArm = z.strictObject({
  arm: z
    .enum(['incumbent', 'candidate', 'negative', 'repeat'])
    .describe('`negative`: the negative control; `repeat`: the incumbent asked again'),
  model: RecordId.describe('Model that was asked for, or the id of a tool'),
  route: RecordId.describe('Route it was reached over'),
  source: z
    .strictObject({
      kind: z
        .enum(['asked', 'frozen', 'rearranged'])
        .describe(
          '`asked`: in this trial; `frozen`: answers of before; `rearranged`: made from another arm’s answers, for nothing',
        ),
      digest: Sha256Digest.nullable().describe('Of the file of frozen answers'),
      trial: RecordId.nullable().describe('Trial that asked for the frozen answers'),
      from: Instant.nullable().describe('When the first frozen answer came'),
      until: Instant.nullable().describe('When the last frozen answer came'),
    })
    .describe('Where the answers are from'),
  answers: count.describe('Tasks with an outcome'),
  outcomes: z
    .partialRecord(OutcomeKind, count)
    .describe('How many came out how; kinds that did not occur are absent'),
  meanScore: share
    .nullable()
    .describe('Failures counted as 0, unscored tasks left out; null: nothing is scored'),
  cost: TrialArmCost.nullable().describe('Null: unknown, or nothing was asked'),
  latency: TrialArmLatency.nullable().describe('Null: not measured'),
  tokens: z
    .strictObject({
      input: count.describe('Tokens in, together'),
      output: count.describe('Tokens out, together'),
      known: count.describe('Answers whose tokens are known'),
    })
    .nullable()
    .describe('Null: the provider says nothing'),
  served: z
    .array(
      z.strictObject({
        model: z.string().nullable().describe('As the provider wrote it; null: it said nothing'),
        answers: count.describe('Answers it gave'),
      }),
    )
    .describe('Who answered, in the provider’s words, the most first'),
})
export type TrialArm = z.infer<typeof TrialArm>

const LabelledShare = z.strictObject({
  right: count.describe('Answers that were graded as they are labelled'),
  of: count.describe('Labelled answers that were graded'),
  low: share.describe('Lower end of the interval of 95%'),
  high: share.describe('Upper end of the interval of 95%'),
})

/** How graders do on answers whose worth is known. */
export const LabelledAccuracy = z.strictObject({
  good: LabelledShare.describe('Known-good answers, of which every one should pass'),
  bad: LabelledShare.describe('Known-bad answers, of which every one should fail'),
  unscored: count.describe('Labelled answers that could not be graded'),
  wrong: z
    .array(
      z.strictObject({
        task: RecordId.describe('Task'),
        label: z.enum(['good', 'bad']).describe('What the answer is'),
        index: count.describe('Which of the task’s answers with this label, from 0'),
        reason: z.string().describe('What the grader said'),
      }),
    )
    .max(20)
    .describe('Answers that were graded wrongly, at most 20'),
})
export type LabelledAccuracy = z.infer<typeof LabelledAccuracy>

export const TrialGrader = z.strictObject({
  grader: z.string().describe('Kind of grader; `all`: the graders of each task together'),
  tasks: count.describe('Tasks that it grades'),
  accuracy: LabelledAccuracy.nullable().describe('Null: no task has a labelled answer for it'),
})
export type TrialGrader = z.infer<typeof TrialGrader>

export const TrialJudge = z.strictObject({
  model: RecordId.describe('Model that was asked to judge'),
  route: RecordId.describe('Route it was reached over'),
  asked: count.describe('Judgements it was asked for'),
  errors: count.describe('Judgements that never came or were none'),
  served: TrialArm.shape.served.describe('Who judged, in the provider’s words'),
  cost: TrialArmCost.nullable().describe('What judging cost; null: unknown'),
  calibration: LabelledAccuracy.nullable().describe(
    'How it judges answers whose worth is known; null: not measured, so nothing is known of its accuracy',
  ),
  calibratedBy: z
    .strictObject({
      measurement: RecordId.describe('The calibration that the registration names'),
      report: Sha256Digest.describe('SHA-256 of what it found, as it stands in the ledger'),
    })
    .optional()
    .describe('Absent: the registration names none'),
})
export type TrialJudge = z.infer<typeof TrialJudge>

const DisagreementSide = z.strictObject({
  kind: OutcomeKind.describe('What came back'),
  score: share.nullable().describe('Null: no score of its own'),
  servedModel: z.string().nullable().describe('As the provider wrote it'),
  answer: Excerpt.describe('What was written'),
  toolCalls: Excerpt.nullable().describe('Tools that were called, as text; null: none'),
  grades: z
    .array(
      z.strictObject({
        grader: z.string().describe('Kind of grader'),
        outcome: z.enum(['pass', 'fail', 'unscored']).describe('What it found'),
        score: share.nullable().describe('0 to 1; null: unscored'),
        reason: Excerpt.describe('Why, in words'),
      }),
    )
    .max(20)
    .describe('What each grader found; empty: nothing was graded'),
})

/** A task on which one side did better, with both answers side by side. */
export const TrialDisagreement = z.strictObject({
  task: RecordId.describe('Task'),
  cluster: z.string().describe('Cluster it is in'),
  better: z.enum(['candidate', 'incumbent']).describe('Who scored higher'),
  prompt: Excerpt.describe('What was asked'),
  incumbent: DisagreementSide.describe('What the incumbent did'),
  candidate: DisagreementSide.describe('What the candidate did'),
})
export type TrialDisagreement = z.infer<typeof TrialDisagreement>

export const TrialDisagreements = z.strictObject({
  incumbentBetter: count.describe('Tasks on which the incumbent scored higher'),
  candidateBetter: count.describe('Tasks on which the candidate scored higher'),
  alike: count.describe('Scored tasks on which they scored the same'),
  bothPass: count.nullable().describe('Of those alike, passed by both; null: scores are graded'),
  neitherPass: count.nullable().describe('Of those alike, passed by neither; null: likewise'),
  shown: z
    .array(TrialDisagreement)
    .max(20)
    .describe('Some of them, chosen by the seed of the trial and by nobody'),
})
export type TrialDisagreements = z.infer<typeof TrialDisagreements>

export const TrialCalls = z.strictObject({
  planned: count.describe('Calls that the trial needs'),
  answered: count.describe('Calls that were answered'),
  lost: count.describe('Calls whose answer was lost with a process, and not asked again'),
  askedAgain: count.describe('Calls that were lost and asked again, perhaps paid twice'),
  retried: count.describe('Calls that found no room or no server at first'),
})
export type TrialCalls = z.infer<typeof TrialCalls>

export const TrialReport = z.strictObject({
  schemaVersion: z.literal(1).describe('1'),
  trial: RecordId.describe('Id of the trial'),
  workflow: RecordId.describe('Workflow that was tried'),
  criticality: Criticality.nullable().describe('Of the workflow; null: not said'),
  createdAt: Instant.describe('When the trial was registered'),
  createdBy: RecordId.describe('Who registered it'),
  registration: Preregistration.describe('What was promised before the first call'),
  registrationDigest: Sha256Digest.describe('SHA-256 of the registration in canonical JSON'),
  tasks: TrialReportTasks.describe('The task set, and where it is from'),
  result: TrialResult.describe('What was found; with a plan of several trials, after Holm'),
  plan: z
    .strictObject({
      trials: z.int().positive().describe('Trials of the plan'),
      adjustedP: share.nullable().describe('The trial’s p after Holm over all of them'),
    })
    .nullable()
    .describe('The plan it is part of; null: it stands alone'),
  arms: z.array(TrialArm).describe('Who answered, at what price and speed'),
  calls: TrialCalls.describe('Calls of the trial'),
  graders: z.array(TrialGrader).describe('The graders and how accurate they are'),
  judge: TrialJudge.nullable().describe('The judge; null: none was used'),
  disagreements: TrialDisagreements.describe('Where both sides differ'),
  notices: z.array(z.string()).describe('What a reader must know, in sentences'),
})
export type TrialReport = z.infer<typeof TrialReport>
