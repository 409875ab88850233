import * as z from 'zod'
import { RecordId } from './record-id.ts'

/**
 * What came of one task on one side. `answered` has a score; the other kinds are failures of the side that was asked, but
 * for `judge-error` and `runner-error`, which are nobody's answer: they leave the task unscored.
 */
export const OutcomeKind = z.enum([
  'answered',
  'missing',
  'timeout',
  'refusal',
  'truncation',
  'invalid-format',
  'context-overflow',
  'provider-error',
  'reroute',
  'judge-error',
  'runner-error',
])
export type OutcomeKind = z.infer<typeof OutcomeKind>

export const ScoredOutcome = z
  .strictObject({
    task: RecordId.describe('Task of the set'),
    kind: OutcomeKind.describe('What came back'),
    score: z.number().min(0).max(1).nullable().describe('0 to 1 where `answered`, else null'),
    servedModel: z.string().nullable().describe('What the provider said it served'),
    formatValid: z.boolean().nullable().describe('Null where the task asks for no format'),
    toolCallsValid: z.boolean().nullable().describe('Null where the task has no tools'),
    contextTokens: z.int().nonnegative().nullable().describe('Input by the candidate’s tokenizer'),
    latencyMs: z.number().nonnegative().nullable().describe('Whole answer, measured live'),
    cost: z.number().nonnegative().nullable().describe('In the currency of the price table'),
    inputTokens: z.int().nonnegative().nullable().describe('Tokens in; null: not said'),
    outputTokens: z.int().nonnegative().nullable().describe('Tokens out; null: not said'),
  })
  .superRefine((outcome, context) => {
    if ((outcome.kind === 'answered') !== (outcome.score !== null))
      context.addIssue({
        code: 'custom',
        path: ['score'],
        message: '`answered` has a score and nothing else has',
      })
  })
export type ScoredOutcome = z.infer<typeof ScoredOutcome>
