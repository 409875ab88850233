import * as z from 'zod'
import { CandidateId } from './candidate-id.ts'

/**
 * What a trial found, and under which conditions it still counts. A fallback is qualified while one record with
 * its key says QUALIFIED, is not past `validUntil` and is not invalidated.
 */
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/)

export const VerdictKey = z.strictObject({
  workflow: z.string().describe('Workflow that was tried'),
  model: CandidateId.describe('Model that was tried, or `tool:NAME`'),
  route: z.string().describe('Route it was reached over; of a tool it says nothing'),
  servedModel: z.string().describe('The id that the provider said it served'),
  promptDigest: sha256.describe('Digest of the prompts'),
  toolsDigest: sha256.describe('Digest of the tools'),
  gradersDigest: sha256.describe('Digest of the graders'),
})
export type VerdictKey = z.infer<typeof VerdictKey>

export const VerdictRecord = z.strictObject({
  schemaVersion: z.literal(1),
  trial: z.string().describe('Id of the trial'),
  key: VerdictKey.describe('What the verdict holds for'),
  verdict: z
    .enum(['QUALIFIED', 'NOT_QUALIFIED', 'INCONCLUSIVE', 'INVALID', 'EXPIRED'])
    .describe('What the trial found'),
  decidedAt: z.iso.datetime().describe('RFC 3339, UTC'),
  validUntil: z.iso.datetime().describe('From then on the verdict counts no more'),
  invalidatedBy: z
    .string()
    .nullable()
    .describe('What ended it before its time, for instance `model-snapshot-changed`'),
})
export type VerdictRecord = z.infer<typeof VerdictRecord>
