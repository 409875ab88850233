import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** A key `hfk_<prefix>_<secret>` that a caller presents. Of the secret only its digest is kept. */
export const PrincipalKey = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  principal: RecordId.describe('Whose key it is'),
  prefix: z
    .string()
    .regex(/^[a-z2-7]{10}$/, 'ten letters of base32')
    .describe('The visible part, by which it is found and spoken of'),
  secretDigest: Sha256Digest.describe('SHA-256 of the secret part: 256 random bits'),
  workflows: z
    .array(RecordId)
    .nullable()
    .describe('Workflows it may be used for; null: all of the principal'),
  createdAt: Instant.describe('When it was issued'),
  createdBy: RecordId.describe('Who issued it'),
  expiresAt: Instant.nullable().describe('First instant at which it counts no more'),
  revokedAt: Instant.nullable().describe('First instant at which it was taken back'),
  revokedBy: RecordId.nullable().describe('Who took it back'),
  replaces: RecordId.nullable().describe('Id of the key that it was rotated from'),
})
export type PrincipalKey = z.infer<typeof PrincipalKey>
