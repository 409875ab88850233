import * as z from 'zod'
import { RecordId } from './record-id.ts'

/**
 * What one process counted of the spend of a caller or workflow on one day. The processes of all gateways are added up;
 * rows of days that are over are removed.
 */
export const SpendRecord = z.strictObject({
  day: z.iso.date().describe('Day, UTC'),
  scope: z.enum(['principal', 'workflow']).describe('Whose spend it is'),
  subject: z.string().min(1).max(2_000).describe('Id of the caller or workflow'),
  currency: z.string().length(3).describe('ISO 4217'),
  keeper: RecordId.describe('The process that counted it; another one after every start'),
  nano: z.int().nonnegative().describe('In billionths of a currency unit'),
})
export type SpendRecord = z.infer<typeof SpendRecord>
