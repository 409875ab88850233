import * as z from 'zod'

/** A time in UTC to the millisecond: texts of this one form sort as the times do, on every back end. */
export const Instant = z.iso.datetime({
  precision: 3,
  message: 'a time in UTC with milliseconds such as `2026-06-12T21:21:00.000Z`',
})
export type Instant = z.infer<typeof Instant>
