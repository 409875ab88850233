import * as z from 'zod'
import { AnyJson } from './any-json.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** The manifest of a dossier that was made: its documents lie in files, their digests here. */
export const DossierRecord = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  kind: z.string().min(1).describe('For instance `continuity-plan`, `exemption`, `prior-use`'),
  createdAt: Instant.describe('When it was made'),
  createdBy: RecordId.describe('Who made it'),
  manifestDigest: Sha256Digest.describe('SHA-256 of the manifest in canonical JSON'),
  manifest: AnyJson.describe('Documents with digests, and what they were made from'),
})
export type DossierRecord = z.infer<typeof DossierRecord>
