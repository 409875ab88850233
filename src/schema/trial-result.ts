import * as z from 'zod'
import { Instant } from './instant.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** What a trial found, gate by gate, with all that a statistician needs to check it. The verdict record is cut from it. */

const GateInterval = z.strictObject({
  lower: z.number().describe('Lower end'),
  upper: z.number().describe('Upper end'),
  confidence: z.number().describe('Two-sided; its ends are one-sided bounds at half the rest'),
  method: z.string().describe('How it was computed'),
})

export const GateResult = z.strictObject({
  gate: z.string().describe('`quality`, `refusal-cap`, `refusal-difference`, `format` and so on'),
  state: z
    .enum(['passed', 'failed', 'undecided', 'not-tested'])
    .describe('`failed`: shown to be beyond the limit; `undecided`: neither shown'),
  estimate: z.number().nullable().describe('What was found; null: nothing was tested'),
  interval: GateInterval.nullable().describe(
    'How sure that is; null: there is no doubt of a count',
  ),
  limit: z.number().describe('Margin, cap, floor or ratio that was registered'),
  test: z.string().describe('Name of the test that decides'),
  p: z.number().nullable().describe('One-sided; in mode `e-process` 1/max E'),
  logE: z.number().nullable().describe('ln of the highest evidence for it; null in mode `fixed-n`'),
  counted: z.int().describe('Tasks it rests on'),
  designEffect: z
    .number()
    .describe('How many tasks move together in a cluster; 1: each on its own'),
  worstCase: z
    .strictObject({
      state: z.enum(['passed', 'failed', 'undecided']).describe('What the gate would be'),
      p: z.number().nullable().describe('Its p then'),
    })
    .nullable()
    .describe('The same with every unscored task counted against the candidate'),
  sensitivity: z
    .array(
      z.strictObject({
        method: z.string().describe('Name of the method'),
        lower: z.number().describe('Lower end'),
        upper: z.number().describe('Upper end'),
      }),
    )
    .describe('Other methods on the same data; they decide nothing'),
  tasksNeeded: z
    .int()
    .nullable()
    .describe('Tasks that would probably decide it; null: none or unknown'),
  say: z.string().describe('One sentence'),
})
export type GateResult = z.infer<typeof GateResult>

export const ControlResult = z.strictObject({
  control: z
    .enum(['negative', 'incumbent-floor', 'repeat'])
    .describe('`repeat`: the incumbent asked twice'),
  state: z
    .enum(['held', 'broken', 'absent', 'waived'])
    .describe('`broken` and `absent` make the trial INVALID'),
  estimate: z.number().nullable().describe('What was found'),
  bound: z.number().nullable().describe('One-sided bound of it'),
  limit: z.number().nullable().describe('What the bound is held against'),
  say: z.string().describe('One sentence'),
})
export type ControlResult = z.infer<typeof ControlResult>

export const TrialResult = z.strictObject({
  schemaVersion: z.literal(1),
  registrationDigest: Sha256Digest.nullable().describe('SHA-256 of the preregistration'),
  verdict: z
    .enum(['QUALIFIED', 'NOT_QUALIFIED', 'INCONCLUSIVE', 'INVALID', 'EXPIRED'])
    .describe('What the trial found'),
  reasons: z
    .array(
      z.strictObject({
        code: z.string().describe('For programs'),
        say: z.string().describe('For people'),
      }),
    )
    .describe('Why it is this verdict, the weightiest first'),
  gates: z.array(GateResult).describe('Every registered gate; all must be passed'),
  controls: z.array(ControlResult).describe('Could the trial tell good from bad?'),
  pMax: z.number().nullable().describe('Largest p of the gates: the p of the whole trial'),
  logEMin: z.number().nullable().describe('Least ln E of the gates, in mode `e-process`'),
  counts: z
    .strictObject({
      planned: z.int().describe('Tasks of the trial'),
      scored: z.int().describe('Tasks with a score on both sides'),
      unscored: z.int().describe('Tasks that nobody’s answer decides, such as judge errors'),
      pending: z.int().describe('Tasks that the candidate was not asked yet'),
      clusters: z.int().describe('Clusters of the scored tasks'),
      byKind: z.record(z.string(), z.int()).describe('The candidate’s outcomes'),
    })
    .describe('How many tasks the verdict rests on'),
  tasksNeeded: z
    .int()
    .nullable()
    .describe('Tasks that would probably decide the undecided gates; null: none or unknown'),
  decidedAt: Instant.describe('Instant of the decision'),
  validUntil: Instant.describe('From then on the verdict counts no more'),
})
export type TrialResult = z.infer<typeof TrialResult>
