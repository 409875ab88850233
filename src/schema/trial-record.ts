import * as z from 'zod'
import { AnyJson } from './any-json.ts'
import { CandidateId } from './candidate-id.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** A trial: registered before its first call, and never changed in what it registered. */
export const TrialRecord = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  workflow: RecordId.describe('Workflow that is tried'),
  candidate: CandidateId.describe('Model that is tried, or `tool:NAME`'),
  route: RecordId.describe('Route it is reached over'),
  registration: AnyJson.describe('The preregistration'),
  registrationDigest: Sha256Digest.describe('SHA-256 of it in canonical JSON'),
  state: z
    .enum(['registered', 'running', 'decided', 'abandoned'])
    .describe('How far it has come; `decided` and `abandoned` are ends'),
  createdAt: Instant.describe('When it was registered'),
  createdBy: RecordId.describe('Who registered it'),
  endedAt: Instant.nullable().describe('When it was decided or abandoned'),
})
export type TrialRecord = z.infer<typeof TrialRecord>
