import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** A policy snapshot as it was published: the signed text byte by byte, so that its signature can be checked. */
export const SnapshotRecord = z.strictObject({
  id: RecordId.describe('Version of the snapshot'),
  number: z.int().nonnegative().describe('Order of publication, counted from 1 by the store'),
  digest: Sha256Digest.describe('SHA-256 of the content'),
  content: z.string().min(1).describe('The snapshot as signed'),
  directives: z
    .array(z.strictObject({ id: RecordId, digest: Sha256Digest }))
    .describe('Directives it was made from'),
  createdAt: Instant.describe('When it was made'),
  createdBy: RecordId.describe('Process or person that made it'),
  expiresAt: Instant.describe('First instant at which it is no longer valid'),
})
export type SnapshotRecord = z.infer<typeof SnapshotRecord>
