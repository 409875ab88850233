import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Register } from './register.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** One state of the register; the history of the register is its records. */
export const RegisterRecord = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  number: z.int().nonnegative().describe('Order of arrival, counted from 1 by the store'),
  digest: Sha256Digest.describe('SHA-256 of the register in canonical JSON'),
  createdAt: Instant.describe('When it was entered'),
  createdBy: RecordId.describe('Who or what entered it, for instance `audit`'),
  register: Register.describe('The register'),
})
export type RegisterRecord = z.infer<typeof RegisterRecord>
