import * as z from 'zod'
import { ModelId } from './catalogue.ts'
import { Instant } from './instant.ts'
import { ModelAnswer } from './model-answer.ts'
import { RecordId } from './record-id.ts'
import { Sha256Digest } from './sha256-digest.ts'

/** First line of a file of frozen answers: of whom they are, to what. Each further line is one `FrozenAnswer`. */
export const FrozenHeader = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('frozen-answers').describe('What the file is'),
  trial: RecordId.describe('The trial that asked'),
  workflow: RecordId.describe('Workflow whose incumbent answered'),
  model: ModelId.describe('The incumbent, `vendor/name`'),
  route: RecordId.describe('Route it was reached over'),
  providerModels: z
    .array(z.string())
    .describe('All names that the provider gave the model that answered'),
  taskSet: Sha256Digest.describe('Digest of the tasks'),
  from: Instant.describe('When the first answer came'),
  until: Instant.describe('When the last one came'),
})
export type FrozenHeader = z.infer<typeof FrozenHeader>

export const FrozenAnswer = z.strictObject({
  item: RecordId.describe('Id of the task'),
  attempt: z.int().positive().describe('Counts answers to this task from 1'),
  answer: ModelAnswer.describe('What was answered'),
})
export type FrozenAnswer = z.infer<typeof FrozenAnswer>
