import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/** A circuit that was opened. One over a withdrawn model is closed by a person once a probe has passed. */
export const CircuitRecord = z.strictObject({
  id: RecordId.describe('What it stands over, for instance `model:anthropic/claude-fable-5`'),
  kind: z.enum(['withdrawn', 'outage']).describe('`outage` circuits close by themselves'),
  model: z.string().min(1).nullable().describe('Model it concerns'),
  route: RecordId.nullable().describe('Route it concerns; null: all of the model'),
  state: z.enum(['open', 'probe-passed', 'closed']).describe('`closed`: traffic passes'),
  reason: z.string().min(1).max(2000).describe('What opened it'),
  openedAt: Instant.describe('When it was opened'),
  probedAt: Instant.nullable().describe('When it was last probed'),
  closedAt: Instant.nullable().describe('When it was closed'),
  closedBy: RecordId.nullable().describe('Person who closed it'),
  revision: z.int().nonnegative().describe('Counts its versions; 0: not kept yet'),
})
export type CircuitRecord = z.infer<typeof CircuitRecord>
