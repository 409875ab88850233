import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** In which state something outside the store was last seen, so that a change of it is noticed once. */
export const Sighting = z.strictObject({
  subject: RecordId.describe('What was looked at, for instance `holdfast.yaml`'),
  digest: Sha256Digest.describe('SHA-256 of what was seen'),
  seenAt: Instant.describe('When it was first seen so'),
})
export type Sighting = z.infer<typeof Sighting>
