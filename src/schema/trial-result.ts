import * as z from 'zod'
import { Instant } from './instant.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** What a trial found, gate by gate, with all that a statistician needs to check it. The verdict record is cut from it. */

const GateInterval = z.strictObject({
  lower: z.number(),
  upper: z.number(),
  confidence: z.number().describe('Two-sided; its ends are one-sided bounds at half the rest'),
  method: z.string().describe('How it was computed'),
})

export const GateResult = z.strictObject({
  gate: z.string().describe('`quality`, `refusal-cap`, `refusal-difference`, `format` and so on'),
  state: z
    .enum(['passed', 'failed', 'undecided', 'not-tested'])
    .describe('`failed`: shown to be beyond the limit; `undecided`: neither shown'),
  estimate: z.number().nullable(),
  interval: GateInterval.nullable(),
  limit: z.number().describe('Margin, cap, floor or ratio that was registered'),
  test: z.string().describe('Name of the test that decides'),
  p: z.number().nullable().describe('One-sided; in mode `e-process` 1/max E'),
  logE: z.number().nullable().describe('ln of the highest evidence for it; null in mode `fixed-n`'),
  counted: z.int().describe('Tasks it rests on'),
  designEffect: z
    .number()
    .describe('How many tasks move together in a cluster; 1: each on its own'),
  worstCase: z
    .strictObject({ state: z.enum(['passed', 'failed', 'undecided']), p: z.number().nullable() })
    .nullable()
    .describe('The same with every unscored task counted against the candidate'),
  sensitivity: z
    .array(z.strictObject({ method: z.string(), lower: z.number(), upper: z.number() }))
    .describe('Other methods on the same data; they decide nothing'),
  tasksNeeded: z
    .int()
    .nullable()
    .describe('Tasks that would probably decide it; null: none or unknown'),
  say: z.string().describe('One sentence'),
})
export type GateResult = z.infer<typeof GateResult>

export const ControlResult = z.strictObject({
  control: z.enum(['negative', 'incumbent-floor', 'repeat']),
  state: z.enum(['held', 'broken', 'absent', 'waived']),
  estimate: z.number().nullable(),
  bound: z.number().nullable(),
  limit: z.number().nullable(),
  say: z.string(),
})
export type ControlResult = z.infer<typeof ControlResult>

export const TrialResult = z.strictObject({
  schemaVersion: z.literal(1),
  registrationDigest: Sha256Digest.nullable().describe('SHA-256 of the preregistration'),
  verdict: z.enum(['QUALIFIED', 'NOT_QUALIFIED', 'INCONCLUSIVE', 'INVALID', 'EXPIRED']),
  reasons: z
    .array(z.strictObject({ code: z.string(), say: z.string() }))
    .describe('Why it is this verdict, the weightiest first'),
  gates: z.array(GateResult),
  controls: z.array(ControlResult),
  pMax: z.number().nullable().describe('Largest p of the gates: the p of the whole trial'),
  logEMin: z.number().nullable().describe('Least ln E of the gates, in mode `e-process`'),
  counts: z.strictObject({
    planned: z.int(),
    scored: z.int(),
    unscored: z.int(),
    pending: z.int(),
    clusters: z.int(),
    byKind: z.record(z.string(), z.int()).describe('The candidate’s outcomes'),
  }),
  tasksNeeded: z.int().nullable(),
  decidedAt: Instant,
  validUntil: Instant,
})
export type TrialResult = z.infer<typeof TrialResult>
