import * as z from 'zod'
import { Instant } from './instant.ts'
import { EntryBody } from './ledger-entry.ts'
import { RecordId } from './record-id.ts'

/** An entry of something that took effect while the ledger could not be written: it is recorded once that works. */
export const UnrecordedEntry = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  at: Instant.describe('When it happened'),
  entry: EntryBody.describe('What happened'),
})
export type UnrecordedEntry = z.infer<typeof UnrecordedEntry>
