import * as z from 'zod'
import { Attestation } from './attestation.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/** An attestation as the store keeps it: never changed, only revoked; a renewal is a record of its own. */
export const AttestationRecord = z.strictObject({
  ...Attestation.shape,
  id: RecordId.describe('UUIDv7'),
  principal: RecordId.describe('Whom it speaks of'),
  recordedAt: Instant.describe('When it was entered'),
  recordedBy: RecordId.describe('Who entered it'),
  revokedAt: Instant.nullable().describe('From then on it counts no more; null: it stands'),
  revokedBy: RecordId.nullable().describe('Who revoked it'),
})
export type AttestationRecord = z.infer<typeof AttestationRecord>
