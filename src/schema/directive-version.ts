import * as z from 'zod'
import { Directive } from './directive.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** One accepted text of a directive. The history of a directive is its versions; one of them is in force. */
export const DirectiveVersion = z.strictObject({
  directive: RecordId.describe('Id of the directive'),
  version: z.int().positive().describe('Counts the accepted texts of this directive from 1'),
  digest: Sha256Digest.describe('SHA-256 of the text in canonical JSON'),
  text: Directive.describe('The text as accepted'),
  by: z.array(RecordId).describe('Who accepted it; empty for a first version from a file'),
  source: z.string().min(1).nullable().describe('Where it was read, in words or as an address'),
  acceptedAt: Instant.describe('From when on it was in force here'),
  supersededAt: Instant.nullable().describe('When the next one took its place; null: in force'),
})
export type DirectiveVersion = z.infer<typeof DirectiveVersion>
