import * as z from 'zod'
import { Instant } from './instant.ts'

/** What changed, in the words of the store's repositories. */
export const ChangeTopic = z.enum([
  'attestations',
  'circuits',
  'directives',
  'dossiers',
  'drills',
  'incidents',
  'jobs',
  'keys',
  'principals',
  'registers',
  'routes',
  'sightings',
  'snapshots',
  'spends',
  'trials',
  'unrecorded',
  'verdicts',
])
export type ChangeTopic = z.infer<typeof ChangeTopic>

/** A line of the change feed: that something is new, never what it is. */
export const StoredChange = z.strictObject({
  sequence: z.int().positive().describe('Order in which changes became visible'),
  topic: ChangeTopic.describe('Which repository'),
  key: z.string().describe('Id of the record that changed'),
  at: Instant.describe('When it was written'),
})
export type StoredChange = z.infer<typeof StoredChange>
