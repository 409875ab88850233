import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/**
 * What is kept of a route beside holdfast.yaml: whether an operator takes it out of traffic, and the origin that its
 * credential was accepted for.
 */
export const RouteRecord = z.strictObject({
  id: RecordId.describe('Id of the route in holdfast.yaml'),
  state: z
    .enum(['enabled', 'disabled'])
    .describe('`disabled`: an operator takes it out of traffic'),
  reason: z.string().max(500).nullable().describe('Why it is disabled, in words'),
  changedAt: Instant.nullable().describe('When an operator last changed its state'),
  changedBy: RecordId.nullable().describe('Who changed it'),
  origin: z.string().max(500).nullable().describe('Origin that the credential was accepted for'),
  credential: z.string().max(500).nullable().describe('Where the credential is read from'),
  acceptedAt: Instant.nullable().describe('When the origin was accepted'),
  acceptedBy: RecordId.nullable().describe('Who accepted it'),
  refusedOrigin: z
    .string()
    .max(500)
    .nullable()
    .describe('Another origin that holdfast.yaml was seen with; null: none since'),
  revision: z.int().nonnegative().describe('Counts its versions; 0: not kept yet'),
})
export type RouteRecord = z.infer<typeof RouteRecord>
