import * as z from 'zod'
import { ModelId } from './catalogue.ts'

/**
 * What a trial found, and under which conditions it still counts. A fallback is qualified while one record with
 * its key says QUALIFIED, is not past `validUntil` and is not invalidated.
 */
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/)

export const VerdictKey = z.strictObject({
  workflow: z.string(),
  model: ModelId,
  route: z.string(),
  /** The id that the provider said it served. */
  servedModel: z.string(),
  promptDigest: sha256,
  toolsDigest: sha256,
  gradersDigest: sha256,
})
export type VerdictKey = z.infer<typeof VerdictKey>

export const VerdictRecord = z.strictObject({
  schemaVersion: z.literal(1),
  trial: z.string(),
  key: VerdictKey,
  verdict: z.enum(['QUALIFIED', 'NOT_QUALIFIED', 'INCONCLUSIVE', 'INVALID', 'EXPIRED']),
  /** RFC 3339, UTC. */
  decidedAt: z.iso.datetime(),
  validUntil: z.iso.datetime(),
  /** What ended it before its time, for instance `model-snapshot-changed`. */
  invalidatedBy: z.string().nullable(),
})
export type VerdictRecord = z.infer<typeof VerdictRecord>
