import type { GraderId } from '../../schema/grader-settings.ts'
import { exact } from './exact.ts'
import { findings } from './findings.ts'
import type { Grader } from './grader.ts'
import { judge } from './judge.ts'
import { jsonSchema } from './json-schema.ts'
import { jsonSimilarity } from './json-similarity.ts'
import { numeric } from './numeric.ts'
import { plugIn } from './plug-in.ts'
import { refusal } from './refusal.ts'
import { regex } from './regex.ts'
import { tests } from './tests.ts'
import { toolCalls } from './tool-calls.ts'

/** Every grader by its id: a word of the schema without a grader does not compile. */
export const graders: { readonly [Id in GraderId]: Grader<Id> } = {
  exact,
  findings,
  judge,
  'json-schema': jsonSchema,
  'json-similarity': jsonSimilarity,
  numeric,
  'plug-in': plugIn,
  refusal,
  regex,
  tests,
  'tool-calls': toolCalls,
}
