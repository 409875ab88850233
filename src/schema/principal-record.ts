import * as z from 'zod'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'

/**
 * A caller of the gateway that the store keeps. Its eligibility class is no part of it: that is what somebody
 * attests, see attestation-record.ts. There is no place here for anything a class could be concluded from.
 */
export const PrincipalRecord = z.strictObject({
  id: RecordId.describe('Name of the caller; the ledger keeps only its HMAC'),
  kind: z.enum(['person', 'service']).describe('A person or a service'),
  entity: z.string().min(1).nullable().describe('Legal entity it belongs to'),
  employment: z.string().min(1).nullable().describe('Form of employment, where a directive asks'),
  groups: z.array(RecordId).describe('Groups it belongs to'),
  workflows: z
    .array(RecordId)
    .nullable()
    .describe('Workflows it may call for; null: those of its groups'),
  authorisations: z.array(RecordId).describe('Authorisations of holdfast.yaml that name it'),
  createdAt: Instant.describe('When it was entered'),
  createdBy: RecordId.describe('Who entered it'),
  disabledAt: Instant.nullable().describe('From then on it may call nothing; null: it may'),
  revision: z.int().nonnegative().describe('Counts its versions; 0: not kept yet'),
})
export type PrincipalRecord = z.infer<typeof PrincipalRecord>
