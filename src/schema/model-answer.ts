import * as z from 'zod'
import { Instant } from './instant.ts'

/** How a call of a trial came out. Every one but `failed` says something about who was asked, and counts. */
export const AnswerOutcome = z.enum([
  'answered',
  'refused-by-api',
  'truncated',
  'timed-out',
  'context-overflow',
  'rerouted',
  'rejected',
  'crashed',
  'failed',
])
export type AnswerOutcome = z.infer<typeof AnswerOutcome>

const count = z.int().nonnegative().nullable()

/** What came back of one call of a trial, kept as it came: graded again it gives the same grade. */
export const ModelAnswer = z.strictObject({
  outcome: AnswerOutcome.describe(
    'How it came out: `rejected` the request was refused as wrong, `crashed` a tool ended in an error, `failed` nobody answered, which says nothing of who was asked',
  ),
  text: z.string().describe('What was written, all parts in a row; empty: nothing'),
  toolCalls: z
    .array(
      z.strictObject({
        name: z.string().describe('Tool that is to be called'),
        arguments: z.string().describe('JSON text as it was written'),
      }),
    )
    .describe('Tools that are to be called'),
  stop: z.string().nullable().describe('Why it ended, in the provider’s word'),
  category: z.string().nullable().describe('Of a refusal, in the provider’s word'),
  servedModel: z
    .string()
    .nullable()
    .describe('`vendor/name` that answered, as the gateway knows it'),
  providerModel: z.string().nullable().describe('The same as the provider wrote it'),
  route: z.string().nullable().describe('Route it came over'),
  request: z.string().nullable().describe('Id of the request in the ledger'),
  usage: z
    .strictObject({
      input: count.describe('Tokens in'),
      output: count.describe('Tokens out, those of reasoning among them'),
      cacheRead: count.describe('Of those in, read from a cache'),
      cacheWrite: count.describe('Of those in, put into a cache'),
      reasoning: count.describe('Of those out, of reasoning'),
    })
    .nullable()
    .describe('Tokens; null: the provider does not say'),
  at: Instant.nullable()
    .default(null)
    .describe(
      'When all of it was there, or it was given up; null: it was kept before this was noted',
    ),
  ms: z.number().nonnegative().describe('Milliseconds until all of it was there, of the last try'),
  tries: z
    .int()
    .positive()
    .describe('Requests that it took: those before found no room or no server'),
  isAskedAgain: z
    .boolean()
    .describe(
      'A call before this one was lost when a process ended, and a person chose to ask again',
    ),
  problem: z.string().nullable().describe('What went wrong, in words'),
})
export type ModelAnswer = z.infer<typeof ModelAnswer>

/** The same before it is known whether it was asked for the second time. */
export type FreshAnswer = Omit<ModelAnswer, 'isAskedAgain' | 'at'> & { readonly at: string }
