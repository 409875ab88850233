import * as z from 'zod'
import { GraderSettings } from './grader-settings.ts'
import { TaskOutput, TaskParameters, TaskRequest, TaskTool } from './task-request.ts'
import { Task as TaskKind } from './vocabulary.ts'

/**
 * A task set is a folder: `task-set.json` says what holds for all of it (TaskSetHeader), `tasks.jsonl` has one task a
 * line (Task). JSON Schemas: schema/task-set.schema.json and schema/task.schema.json.
 */

const id = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'an id of letters, digits, `.`, `_`, `:` and `-`')

export const TaskProvenance = z.strictObject({
  kind: z
    .enum(['synthetic', 'captured', 'imported', 'public'])
    .describe(
      '`synthetic`: made up; `captured`: calls at the gateway; `imported`: out of another tool; `public`: a published set',
    ),
  source: z.string().optional().describe('Where it is from: a file, an address, a commit'),
  at: z.iso.date().optional().describe('Day it was made or taken'),
  by: z.string().optional().describe('Who made it'),
})
export type TaskProvenance = z.infer<typeof TaskProvenance>

export const TaskRedaction = z.strictObject({
  state: z
    .enum(['none', 'redacted', 'not-needed'])
    .describe('`not-needed`: there is nothing of persons and no secret in it'),
  rules: z.string().optional().describe('Which rules were applied, by their digest'),
})
export type TaskRedaction = z.infer<typeof TaskRedaction>

/** What a model said, as far as graders look at it. A text alone is short for `{ text }`. */
export const TaskAnswer = z.union([
  z.string(),
  z.strictObject({
    text: z.string().optional().describe('All text of the answer'),
    toolCalls: z
      .array(
        z.strictObject({
          name: z.string().describe('Name of the tool'),
          arguments: z.record(z.string(), z.json()).describe('What it is called with'),
        }),
      )
      .optional()
      .describe('Calls of tools, in their order'),
    stop: z
      .enum(['stop', 'tool-calls', 'max-tokens', 'refusal', 'content-filter'])
      .optional()
      .describe('Why the answer ended'),
  }),
])
export type TaskAnswer = z.infer<typeof TaskAnswer>

export const Task = z.strictObject({
  id: id.describe('Name of the task within its set'),
  cluster: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'What tasks have in common that makes them fail together: repository, customer, conversation; absent: nothing',
    ),
  request: TaskRequest.describe(
    'What is asked; `system`, `tools`, `output` and `parameters` of the header hold where it says nothing',
  ),
  files: z
    .record(
      z
        .string()
        .max(300)
        .regex(
          /^(?!\.{0,2}\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\0]+$/,
          'a path below the folder, without `..`',
        ),
      z.string(),
    )
    .optional()
    .describe(
      'What the task is about, as files: a tool that is tried gets them in a folder; models read them in `request`',
    ),
  expected: z
    .json()
    .optional()
    .describe('What graders compare with: a text, several, a number, JSON, findings or tool calls'),
  graders: z
    .array(GraderSettings)
    .min(1)
    .optional()
    .describe('How it is judged, instead of the graders of the header; all must pass'),
  knownGood: z
    .array(TaskAnswer)
    .optional()
    .describe('Answers that must pass: graders and judges are measured on them'),
  knownBad: z.array(TaskAnswer).optional().describe('Answers that must fail'),
  tags: z.array(z.string()).optional().describe('For instance language and difficulty'),
  provenance: TaskProvenance.optional().describe('Instead of that of the header'),
  licence: z.string().optional().describe('SPDX expression, instead of that of the header'),
})
export type Task = z.infer<typeof Task>

export const TaskSetHeader = z.strictObject({
  schemaVersion: z.literal(1).describe('1'),
  id: id.describe('Name of the set'),
  title: z.string().min(1).describe('What the tasks are, in one line'),
  task: TaskKind.describe('Kind of work'),
  workflow: z.string().optional().describe('Workflow of holdfast.yaml that the tasks stand for'),
  licence: z.string().optional().describe('SPDX expression, or `proprietary`'),
  provenance: TaskProvenance.optional().describe('Where the tasks are from'),
  redaction: TaskRedaction.optional().describe('Whether secrets and personal data were taken out'),
  system: z.string().optional().describe('Instruction of every task that has none of its own'),
  tools: z.array(TaskTool).optional().describe('Tools of every task that has none of its own'),
  output: TaskOutput.optional().describe('Form of the answer, where a task does not say it'),
  parameters: TaskParameters.optional().describe(
    'How models are to answer, where a task is silent',
  ),
  graders: z
    .array(GraderSettings)
    .min(1)
    .optional()
    .describe('How answers are judged, where a task has no graders; all must pass'),
  review: z
    .literal('needed')
    .optional()
    .describe('Nobody has looked through the tasks yet; whoever has takes this line out'),
  notes: z.string().optional().describe('What a reader should know'),
})
export type TaskSetHeader = z.infer<typeof TaskSetHeader>
