import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** `parameters` of a preregistration: all that is fixed beside what decides. */
export const TrialParameters = z.strictObject({
  attempts: z.int().positive().describe('Answers to each task; those to one task are a cluster'),
  lookEvery: z
    .int()
    .positive()
    .describe('In mode `e-process`: a look after so many more comparisons, in their order'),
  repeatTasks: z.int().nonnegative().describe('Tasks that the incumbent is asked once more'),
  negativeTasks: z
    .int()
    .nonnegative()
    .describe('Tasks that are given the incumbent’s answer to another one'),
  plan: z
    .strictObject({
      id: RecordId.describe('The same for all trials of one plan'),
      trials: z.array(z.string()).min(1).describe('All of them: Holm corrects for so many'),
    })
    .describe('Trials that were registered together'),
  sharesIncumbent: z
    .boolean()
    .describe('True: other trials of the plan compare with the same answers of the incumbent'),
  earlierTrials: z
    .int()
    .nonnegative()
    .describe('Trials of this candidate for this work that were registered before'),
  frozen: z
    .strictObject({
      trial: RecordId.describe('The trial that asked'),
      digest: Sha256Digest.describe('SHA-256 of the file'),
      from: Instant.describe('When the first answer came'),
      until: Instant.describe('When the last one came'),
      attempts: z.int().positive().describe('Most answers to one task'),
    })
    .nullable()
    .describe('The incumbent’s answers of before, where it is not asked; null: it is asked'),
  calibration: z
    .strictObject({
      measurement: RecordId.describe('Under this id its calls are kept'),
      report: Sha256Digest.describe('SHA-256 of what it found'),
    })
    .optional()
    .describe('How the judge did on known answers of these tasks; absent: not measured before'),
})
export type TrialParameters = z.infer<typeof TrialParameters>
