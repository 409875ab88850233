import * as z from 'zod'

/** What a record of the store is found by: a UUIDv7 or a name, free of control characters. */
export const RecordId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\u0000-\u001f\u007f]+$/, 'a text without control characters')
export type RecordId = z.infer<typeof RecordId>
