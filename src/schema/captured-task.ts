import * as z from 'zod'
import { TaskRequest } from './task-request.ts'
import { TaskAnswer } from './task-set.ts'

/** Why a call that was drawn became no task. It counts all the same: a sample that hides what it lost misleads. */
export const LeftOut = z.enum([
  'attachment',
  'provider-tool',
  'kept-by-provider',
  'several-answers',
  'too-long',
  'unreadable',
  'not-clean',
])
export type LeftOut = z.infer<typeof LeftOut>

/** What is sealed of one call: redacted already, and nothing of who asked. */
export const CapturedTask = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.string().describe('Workflow it was asked for'),
  day: z.iso
    .date()
    .describe('When it was answered; no finer, for the ledger tells who asked at an instant'),
  rate: z.number().describe('Share of the calls that was drawn then'),
  content: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('task'),
        cluster: z.string().describe('Calls of one conversation have the same'),
        request: TaskRequest.describe('What was asked'),
        answer: TaskAnswer.nullable().describe('What was answered; null: not in one piece'),
        model: z.string().describe('`vendor/name` that answered'),
        providerModel: z.string().nullable().describe('The same as the provider wrote it'),
        outcome: z.enum(['direct', 'failover', 'resumed']).describe('Who answered, and how'),
        redacted: z.record(z.string(), z.int()).describe('What was taken out, by kind'),
        rules: z.string().describe('Digest of the rules that took it out'),
      }),
      z.strictObject({
        kind: z.literal('left-out'),
        reason: LeftOut.describe('Why it is no task'),
      }),
    ])
    .describe('The task, or why there is none'),
})
export type CapturedTask = z.infer<typeof CapturedTask>

/** How it lies on the disk. */
export const SealedTask = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('captured-task'),
  recipient: z.string().describe('Which key opens it'),
  sealed: z.string().describe('Base64; the process that wrote it cannot read it back'),
})
export type SealedTask = z.infer<typeof SealedTask>
