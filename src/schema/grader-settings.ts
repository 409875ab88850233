import * as z from 'zod'

/**
 * How an answer is judged: one object a grader, told apart by `grader`. `expected` of the task is what most of them
 * compare with.
 */

const JsonObject = z.record(z.string(), z.json())

const ExactSettings = z.strictObject({
  grader: z.literal('exact').describe('The answer is one of the expected texts'),
  ignoreCase: z.boolean().optional().describe('True: `Yes` and `yes` are the same'),
  ignoreSpace: z
    .boolean()
    .optional()
    .describe('False: white space counts; else runs of it are one blank, none at the ends'),
  ignorePunctuation: z.boolean().optional().describe('True: punctuation does not count'),
})

const NumericSettings = z.strictObject({
  grader: z.literal('numeric').describe('The number in the answer is the expected one'),
  absolute: z.number().nonnegative().optional().describe('Largest difference that passes'),
  relative: z.number().nonnegative().optional().describe('The same as a share of what is expected'),
  take: z
    .enum(['only', 'last'])
    .optional()
    .describe('`only` (the default): the answer holds one number; `last`: the last one counts'),
})

const RegexSettings = z.strictObject({
  grader: z.literal('regex').describe('A regular expression is found in the answer'),
  pattern: z
    .string()
    .max(2000)
    .describe('The expression; one that may take more than linear time is refused'),
  ignoreCase: z.boolean().optional().describe('True: `a` matches `A`'),
  mustMatch: z.boolean().optional().describe('False: it must not be found'),
})

const JsonSchemaSettings = z.strictObject({
  grader: z.literal('json-schema').describe('The JSON in the answer follows a schema'),
  schema: JsonObject.describe('JSON Schema, draft 2020-12 or 07'),
})

const JsonSimilaritySettings = z.strictObject({
  grader: z.literal('json-similarity').describe('How much of the expected JSON the answer has'),
  passScore: z.number().min(0).max(1).optional().describe('Least score that passes; default 1'),
  absolute: z.number().nonnegative().optional().describe('Largest difference of numbers'),
  ignoreCase: z.boolean().optional().describe('True: texts are compared without their case'),
  ignoreOrder: z.boolean().optional().describe('True: lists are compared as sets'),
  ignore: z
    .array(z.string())
    .optional()
    .describe('Members that do not count, by their path such as `/items/*/note`'),
})

export const FindingLabel = z.strictObject({
  file: z.string().optional().describe('File of the finding; absent: the task has one file'),
  line: z.int().positive().describe('First line of the weakness'),
  endLine: z.int().positive().optional().describe('Last line; absent: the same'),
  cwe: z
    .string()
    .regex(/^CWE-\d+$/, 'a weakness such as `CWE-89`')
    .describe('What it is, such as `CWE-89`'),
})
export type FindingLabel = z.infer<typeof FindingLabel>

const FindingsSettings = z.strictObject({
  grader: z
    .literal('findings')
    .describe('Findings in the answer against labels: same file, near line, same family of CWE'),
  lineWindow: z.int().nonnegative().optional().describe('Lines that it may be off; default 3'),
  passScore: z.number().min(0).max(1).optional().describe('Least score that passes; default 1'),
  score: z
    .enum(['f1', 'precision', 'recall'])
    .optional()
    .describe('What the score is; default `f1`; a clean file without findings is 1'),
  cwe: z
    .enum(['family', 'exact', 'ignored'])
    .optional()
    .describe('`family` (the default): the same, or at most two steps up or down in CWE'),
})

export const testPrograms = ['node', 'python3'] as const

const TestsSettings = z.strictObject({
  grader: z.literal('tests').describe('Tests run on the answered code, and pass'),
  program: z.enum(testPrograms).describe('What runs the tests'),
  answerFile: z.string().describe('File that the code of the answer is written to'),
  testFile: z.string().describe('File that is run; exit 0 passes'),
  files: z
    .record(z.string(), z.string())
    .describe('All other files, the test among them: path to content'),
  seconds: z.number().positive().max(600).optional().describe('Time limit; default 10'),
  memoryMiB: z.int().positive().max(16_384).optional().describe('Memory limit; default 512'),
  container: z
    .string()
    .regex(
      /^[a-z0-9][\w.:/-]*@sha256:[0-9a-f]{64}$/,
      'an image pinned by its digest, `NAME@sha256:…`',
    )
    .optional()
    .describe(
      'Image in which they run, with `docker` or `podman`; it must be on the machine. Absent: a process with limits',
    ),
})
export type TestsSettings = z.infer<typeof TestsSettings>

const ToolCallsSettings = z.strictObject({
  grader: z.literal('tool-calls').describe('The answer calls the expected tools'),
  order: z.enum(['any', 'strict']).optional().describe('`any` (the default): in whatever order'),
  extra: z
    .enum(['refused', 'allowed'])
    .optional()
    .describe('Whether further calls are a fault; default `refused`'),
  ignore: z.array(z.string()).optional().describe('Arguments that do not count, by name'),
  ignoreCase: z.boolean().optional().describe('True: texts are compared without their case'),
})

const RefusalSettings = z.strictObject({
  grader: z.literal('refusal').describe('Whether the answer does the work or refuses it'),
  expect: z
    .enum(['answer', 'refusal'])
    .optional()
    .describe('`answer` (the default): a refusal fails; `refusal`: for prompts to be refused'),
  judge: z
    .boolean()
    .optional()
    .describe('True: a judge decides where the rules are not sure; else the rules alone do'),
})

const JudgeSettings = z.strictObject({
  grader: z.literal('judge').describe('Another model judges the answer by a rubric'),
  mode: z
    .enum(['rubric', 'pairwise'])
    .optional()
    .describe(
      '`rubric` (the default): pass or fail; `pairwise`: against the reference, asked in both orders',
    ),
  rubric: z.string().min(1).describe('What a good answer has, in words'),
  votes: z
    .int()
    .min(1)
    .max(9)
    .optional()
    .describe('How often it is asked; default 3, and all must agree, else there is no verdict'),
})
export type JudgeSettings = z.infer<typeof JudgeSettings>

const PlugInSettings = z.strictObject({
  grader: z.literal('plug-in').describe('A module of the user judges'),
  module: z.string().min(1).describe('File of the module, relative to the task set'),
  settings: z.json().optional().describe('Handed to the module as it is'),
})

export const GraderSettings = z.discriminatedUnion('grader', [
  ExactSettings,
  NumericSettings,
  RegexSettings,
  JsonSchemaSettings,
  JsonSimilaritySettings,
  FindingsSettings,
  TestsSettings,
  ToolCallsSettings,
  RefusalSettings,
  JudgeSettings,
  PlugInSettings,
])
export type GraderSettings = z.infer<typeof GraderSettings>
export type GraderId = GraderSettings['grader']
export type SettingsOf<Id extends GraderId> = Extract<GraderSettings, { readonly grader: Id }>
