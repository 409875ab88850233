import * as z from 'zod'
import { AnyJson } from './any-json.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/** A rehearsal: what was planned, by whom, and what was measured. */
export const DrillRecord = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  state: z
    .enum(['planned', 'running', 'ended', 'aborted'])
    .describe('`ended` and `aborted` are ends; a drill never outlives its process'),
  traffic: z.enum(['mirrored', 'live']).describe('`live`: real traffic; needs two persons'),
  by: z.array(RecordId).min(1).describe('Who ordered it'),
  plan: AnyJson.describe('What is forbidden, for whom, for how long, in which share'),
  result: AnyJson.describe('What was measured; null until then'),
  createdAt: Instant.describe('When it was planned'),
  startedAt: Instant.nullable().describe('When the clock began'),
  endedAt: Instant.nullable().describe('When everything was as before'),
  revision: z.int().nonnegative().describe('Counts its versions; 0: not kept yet'),
})
export type DrillRecord = z.infer<typeof DrillRecord>
