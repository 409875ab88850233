import * as z from 'zod'
import { AnyJson } from './any-json.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/** Long work: many repositories to audit, a long trial, a dossier. */
export const JobRecord = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a kind such as `audit`')
    .describe('Which worker takes it'),
  idempotenceKey: RecordId.describe('Submitted again with this key, it is the same job'),
  input: AnyJson.describe('What the worker is given'),
  state: z
    .enum(['waiting', 'running', 'done', 'failed', 'cancelled'])
    .describe('`done`, `failed` and `cancelled` are ends'),
  attempt: z.int().nonnegative().describe('Times it was taken'),
  attemptsMax: z.int().positive().describe('After so many it has failed'),
  backoffMs: z.int().nonnegative().describe('Wait before the second attempt; doubles after each'),
  runAt: Instant.describe('Not before'),
  leaseMs: z.int().positive().describe('A worker that is silent for so long has lost it'),
  leaseToken: z.string().nullable().describe('Which taking holds it; null: nobody'),
  leaseUntil: Instant.nullable().describe('Until when, unless renewed'),
  worker: RecordId.nullable().describe('Process that has or had it last'),
  progress: z.number().min(0).max(1).describe('Share that is done'),
  progressNote: z.string().max(2000).nullable().describe('What it is doing, in words'),
  result: AnyJson.describe('What the worker gave back; null until then'),
  error: z.string().max(4000).nullable().describe('Why the last attempt failed'),
  createdAt: Instant.describe('When it was submitted'),
  createdBy: RecordId.describe('Who submitted it'),
  endedAt: Instant.nullable().describe('When it came to its end'),
})
export type JobRecord = z.infer<typeof JobRecord>
