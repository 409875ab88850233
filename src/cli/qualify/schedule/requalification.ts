import * as z from 'zod'
import type { DueRun } from '../../../qualification/index.ts'
import type { JobRecord } from '../../../schema/job-record.ts'

/** Kind of the jobs that try fallbacks again. */
export const requalification = 'requalification'

const Requalification = z.object({
  key: z.string(),
  workflow: z.string(),
  candidate: z.string().nullable(),
  cause: z.enum(['schedule', 'expiry', 'invalidated']),
  dueAt: z.string(),
  runAt: z.string(),
  /** Counts from 1 the times that it made room for another run. */
  turn: z.int().positive(),
})

/** What a job is given. */
export type Requalification = DueRun & { readonly turn: number }

/** Null: written by another version. */
export function readRequalification(input: JobRecord['input']): Requalification | null {
  return Requalification.safeParse(input).data ?? null
}
