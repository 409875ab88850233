import * as z from 'zod'
import { ModelId } from './catalogue.ts'
import { Instant } from './instant.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/**
 * What a trial promises before its first call: written once, hashed in canonical JSON, entered in the ledger. The verdict
 * is computed from this and the outcomes alone.
 */

const Share = z.number().min(0).max(1)

export const TrialSide = z.strictObject({
  model: RecordId.describe('Model that is asked for, or the id of a tool'),
  route: RecordId.describe('Route it is reached over'),
  servedModel: z.string().describe('The id that the provider must say it served'),
})
export type TrialSide = z.infer<typeof TrialSide>

export const QualityGate = z.strictObject({
  measure: z
    .enum(['pass-fail', 'graded'])
    .describe('`pass-fail`: scores are 0 or 1; `graded`: anything between counts'),
  margin: z.number().gt(0).lt(1).describe('Largest mean loss of score that the owner accepts'),
  reason: z.string().min(1).describe('Why the owner accepts that loss'),
})
export type QualityGate = z.infer<typeof QualityGate>

export const TrialGates = z.strictObject({
  quality: QualityGate.describe(
    'The candidate’s score may be at most the margin below the incumbent’s',
  ),
  refusal: z
    .strictObject({
      cap: z.number().gt(0).lt(1).describe('Share of refused tasks that must be ruled out'),
      margin: z.number().gt(0).lt(1).describe('Accepted excess over the incumbent’s refusals'),
    })
    .nullable()
    .describe('Refusals of legitimate tasks; null: no gate'),
  format: z
    .strictObject({ floor: z.number().gt(0).lt(1).describe('Share of valid answers to be shown') })
    .nullable()
    .describe('Answers whose form a program can read; null: no gate'),
  toolCalls: z
    .strictObject({ floor: z.number().gt(0).lt(1).describe('Share of valid calls to be shown') })
    .nullable()
    .describe('Calls of tools as their schemas ask for; null: no gate'),
  contextFit: z
    .strictObject({
      windowTokens: z.int().positive().describe('Context window of the candidate'),
      outputReserveTokens: z.int().nonnegative().describe('Kept free for the answer'),
    })
    .nullable()
    .describe('Every recorded task must fit, by the candidate’s own tokens'),
  latency: z
    .strictObject({
      objectiveMs: z.number().positive().describe('Time an answer may take'),
      overShareMax: z.number().gt(0).lt(1).describe('Share over it that must be ruled out'),
    })
    .nullable()
    .describe('Answers that come too late; null: no gate'),
  cost: z
    .strictObject({
      ratioMax: z.number().positive().describe('Candidate’s cost by the incumbent’s'),
      perTaskMax: z
        .number()
        .positive()
        .nullable()
        .describe('Most that one task can cost on either side; mode `e-process` needs it'),
    })
    .nullable()
    .describe('What the candidate costs beside the incumbent; null: no gate'),
})
export type TrialGates = z.infer<typeof TrialGates>

export const TrialControls = z.strictObject({
  negative: z
    .strictObject({ kind: z.string().describe('For instance `scrambled-answers`, a weak model') })
    .nullable()
    .describe('Must be found worse than the margin; null: none, and the trial is INVALID'),
  incumbentFloor: Share.describe('Mean score that the incumbent must be shown to exceed'),
  repeat: z
    .strictObject({
      flipShareMax: z
        .number()
        .gt(0)
        .max(1)
        .describe('Share of tasks whose outcome may differ when the incumbent is asked twice'),
    })
    .nullable()
    .describe('A/A: the incumbent against itself; null only with a reason in `repeatWaived`'),
  repeatWaived: z
    .string()
    .nullable()
    .describe('Why there is no A/A, for instance that the incumbent is gone'),
})
export type TrialControls = z.infer<typeof TrialControls>

export const Preregistration = z
  .strictObject({
    schemaVersion: z.literal(1),
    workflow: RecordId.describe('Workflow that is tried'),
    candidate: TrialSide.describe('Who is tried'),
    incumbent: TrialSide.describe(
      'Always the original one, never a replacement that was qualified',
    ),
    digests: z
      .strictObject({
        tasks: Sha256Digest.describe('Task set'),
        prompt: Sha256Digest.describe('Prompts'),
        tools: Sha256Digest.describe('Tools'),
        graders: Sha256Digest.describe('Graders and judge'),
        prices: Sha256Digest.nullable().describe('Price table'),
        policy: Sha256Digest.nullable().describe('Provider’s policy and classifier notices'),
        route: Sha256Digest.optional().describe(
          'Where the candidate is reached: provider, address, region, name on the wire',
        ),
      })
      .describe('What the verdict holds for: a change of one of these ends it'),
    judge: z
      .strictObject({
        model: ModelId.describe('Model that is asked for'),
        servedModel: z.string().describe('The id that the provider must say it served'),
      })
      .nullable()
      .describe('Model that judges, if any'),
    samplingFrame: z.string().describe('Which work the tasks were drawn from, and how'),
    parameters: z.json().describe('Decoding parameters, repetitions, whatever else is fixed'),
    mode: z
      .enum(['fixed-n', 'e-process'])
      .describe('`fixed-n`: one look, after the last task; `e-process`: a look at any time'),
    alpha: z.number().gt(0).max(0.25).describe('One-sided chance of a false qualification'),
    beta: z
      .number()
      .gt(0)
      .max(0.5)
      .describe('Chance of stopping a good candidate as worse; with 1 − β power is planned'),
    tasksPlanned: z.int().positive().describe('N, or the cap of an e-process'),
    clustersMin: z.int().min(6).describe('Fewer clusters make the trial INVALID; 30 is advised'),
    unscoredShareMax: z
      .number()
      .min(0)
      .max(0.02)
      .describe('Share of judge errors from which the trial is INVALID'),
    gates: TrialGates.describe('What has to be shown; every gate that is there must be passed'),
    controls: TrialControls.describe('What shows that the trial can tell good from bad'),
    seed: z.int().describe('Of the order of tasks and of resampling'),
    validityDays: z.int().positive().max(366).describe('Days that the verdict counts'),
    decideBefore: Instant.describe('A trial that is decided later is EXPIRED'),
  })
  .superRefine((plan, context) => {
    if (
      plan.mode === 'e-process' &&
      plan.gates.cost !== null &&
      plan.gates.cost.perTaskMax === null
    )
      context.addIssue({
        code: 'custom',
        path: ['gates', 'cost', 'perTaskMax'],
        message: 'mode `e-process` needs the most that one task can cost',
      })
    if (plan.controls.repeat === null && plan.controls.repeatWaived === null)
      context.addIssue({
        code: 'custom',
        path: ['controls', 'repeatWaived'],
        message: 'say why there is no A/A comparison',
      })
    if (plan.clustersMin > plan.tasksPlanned)
      context.addIssue({
        code: 'custom',
        path: ['clustersMin'],
        message: 'there are never more clusters than tasks',
      })
  })
export type Preregistration = z.infer<typeof Preregistration>
