import * as z from 'zod'
import { AnyJson } from './any-json.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/**
 * One call of a trial. It is claimed before the call and answered after it: an answer that stays claimed was
 * perhaps paid for, and whoever resumes the trial sees that instead of calling again.
 */
export const TrialAnswer = z.strictObject({
  trial: RecordId.describe('Trial it belongs to'),
  item: RecordId.describe('Item of the task set'),
  arm: RecordId.describe('Who answered: `candidate`, `incumbent`, a control'),
  attempt: z.int().positive().describe('Counts the calls for this item and arm from 1'),
  state: z.enum(['claimed', 'answered']).describe('`claimed`: the call may be under way'),
  claimedAt: Instant.describe('Before the call'),
  claimedBy: RecordId.describe('Process that calls'),
  answeredAt: Instant.nullable().describe('After the call'),
  answer: AnyJson.describe('What came back, outcomes such as a refusal included; null until then'),
})
export type TrialAnswer = z.infer<typeof TrialAnswer>
