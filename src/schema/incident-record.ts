import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/** It has happened: what, since when, who knows, what was done. */
export const IncidentRecord = z.strictObject({
  id: RecordId.describe('UUIDv7'),
  title: z.string().min(1).max(500).describe('The incident in a line'),
  state: z.enum(['open', 'contained', 'closed']).describe('`contained`: the work goes on'),
  elements: z.array(z.string().min(1)).describe('Elements `kind:id` that are lost'),
  directives: z.array(RecordId).describe('Directives behind it'),
  log: z
    .array(
      z.strictObject({
        at: Instant.describe('When'),
        by: RecordId.describe('Who'),
        text: z.string().min(1).max(4000).describe('What was seen, decided or done'),
      }),
    )
    .describe('What was seen, decided and done, oldest first'),
  openedAt: Instant.describe('When it was opened'),
  openedBy: RecordId.describe('Who or what opened it'),
  closedAt: Instant.nullable().describe('When it was closed'),
  closedBy: RecordId.nullable().describe('Who closed it'),
  revision: z.int().nonnegative().describe('Counts its versions; 0: not kept yet'),
})
export type IncidentRecord = z.infer<typeof IncidentRecord>
