import * as z from 'zod'
import {
  Criticality,
  FallbackGrade,
  Feature,
  FileContext,
  GapKind,
  MigrationEffort,
  ResolutionState,
  Role,
  Task,
} from './vocabulary.ts'

/** The register: where an organisation depends on which hosted models, for which work. Schema version 1. */

/** A place in a file. Lines and columns count from 1; the path is relative to its repository. */
export const Place = z.strictObject({
  path: z.string(),
  line: z.int().positive(),
  column: z.int().positive().optional(),
})
export type Place = z.infer<typeof Place>

export const Hop = z.strictObject({
  path: z.string(),
  line: z.int().positive(),
  kind: z
    .string()
    .optional()
    .describe(
      'What this hop is: `constant`, `import`, `environment`, `enum`, `map`, `default`, `alias`, `answer` …',
    ),
  name: z.string().optional().describe('The name that was followed'),
})
export type Hop = z.infer<typeof Hop>

export const Occurrence = z.strictObject({
  repository: z.string(),
  path: z.string(),
  line: z.int().positive(),
  column: z.int().positive(),
  snippet: z.string().describe('The line as it stands, secrets redacted, at most 200 characters'),
  symbol: z.string().optional().describe('The enclosing function, class, job or key path'),
  via: z
    .array(Hop)
    .default([])
    .describe('The way from this place to where the model is written, nearest first'),
})
export type Occurrence = z.infer<typeof Occurrence>

export const RegisterRoute = z.strictObject({
  id: z.string().nullable().describe('Id in holdfast.yaml, when one matches'),
  provider: z.string().nullable(),
  protocol: z.string().nullable(),
  region: z.string().nullable(),
  baseUrl: z.string().nullable(),
})
export type RegisterRoute = z.infer<typeof RegisterRoute>

export const RegisterFallback = z.strictObject({
  model: z
    .string()
    .nullable()
    .describe(
      'Null when the fallback is a tool, a manual step or a model that could not be resolved',
    ),
  modelAsWritten: z.string(),
  vendor: z.string().nullable(),
  provider: z.string().nullable(),
  grade: FallbackGrade,
  reason: z.string().describe('Why this grade'),
  path: z.string(),
  line: z.int().positive(),
  missing: z
    .array(z.string())
    .default([])
    .describe(
      'Features of the call site that the fallback is not known to have, from the catalogue',
    ),
})
export type RegisterFallback = z.infer<typeof RegisterFallback>

export const Dependency = z.strictObject({
  id: z
    .string()
    .describe('The same across runs and across edits of task or workflow; free of line numbers'),
  model: z.string().nullable(),
  modelAsWritten: z.string(),
  vendor: z.string().nullable(),
  route: RegisterRoute,
  role: Role,
  context: FileContext,
  task: Task,
  workflow: z.string().nullable(),
  taskReason: z.string(),
  detection: z
    .number()
    .min(0)
    .max(1)
    .describe('How sure we are that this is a reference to a model in this role: 0–1'),
  resolution: ResolutionState,
  resolutionReason: z.string().describe('Why the resolution is what it is, in words'),
  overridableBy: z
    .array(z.string())
    .describe(
      'Things outside the tree that may replace the model: `env:NAME`, `vars:NAME`, `input:NAME`, `argument:NAME`',
    ),
  environment: z
    .string()
    .nullable()
    .describe(
      'For which deployment environment this candidate holds (`prod`, `dev`), null for all or unknown',
    ),
  detectors: z.array(z.string()).describe('Detectors that saw it'),
  occurrences: z.array(Occurrence),
  features: z.array(Feature),
  migrationEffort: MigrationEffort,
  migrationReason: z.string(),
  fallbacks: z.array(RegisterFallback),
  owners: z.array(z.string()),
  ownerSource: z
    .enum(['configuration', 'codeowners', 'git', 'manifest', 'none'])
    .describe('`manifest`: catalog-info.yaml or package.json names them'),
  lifecycle: z
    .enum(['active', 'deprecated', 'retired', 'suspended', 'unknown'])
    .describe(
      "Status in the catalogue on the day of the audit's catalogue: `active`, `deprecated`, `retired`, `suspended`, `unknown`",
    ),
  hidden: z.boolean().describe('True when a product decides the model and does not show it'),
  question: z.string().nullable().describe('Id of the question that would settle the model'),
})
export type Dependency = z.infer<typeof Dependency>

export const RegisterWorkflow = z.strictObject({
  id: z.string(),
  task: Task,
  source: z
    .enum(['configuration', 'inferred'])
    .describe('`configuration`: from holdfast.yaml. `inferred`: a guess with a reason'),
  reason: z.string(),
  confidence: z.number().min(0).max(1),
  owner: z.string().nullable(),
  criticality: Criticality.nullable(),
  dependencies: z.array(z.string()).describe('Ids of dependencies with role use or declare'),
  models: z.array(z.string()),
  fallbackGrade: FallbackGrade.nullable().describe(
    'Models the workflow may fall back to, with the best grade reached',
  ),
})
export type RegisterWorkflow = z.infer<typeof RegisterWorkflow>

export const Gap = z.strictObject({
  kind: GapKind,
  workflow: z.string().nullable(),
  dependency: z.string().nullable(),
  reason: z.string(),
  advice: z.string().describe('What would close it'),
  repository: z.string().nullable(),
  path: z.string().nullable(),
  line: z.int().positive().nullable(),
})
export type Gap = z.infer<typeof Gap>

/** Something that only a person can know, with the answer's place in holdfast.yaml. */
export const Question = z.strictObject({
  id: z.string().describe('`q-` and hex digits; stable across runs'),
  text: z.string(),
  kind: z.enum([
    'deployment',
    'inference-profile',
    'prompt',
    'agent',
    'variable',
    'hidden-model',
    'gateway',
    'other',
  ]),
  subject: z.string(),
  dependencies: z.array(z.string()),
  answer: z.string().nullable(),
})
export type Question = z.infer<typeof Question>

export const Credential = z.strictObject({
  provider: z.string(),
  form: z
    .enum(['reference', 'present'])
    .describe(
      '`reference`: a variable or secret is named. `present`: a key itself stands in the file; its value is never kept',
    ),
  name: z.string().nullable(),
  repository: z.string(),
  path: z.string(),
  line: z.int().positive(),
})
export type Credential = z.infer<typeof Credential>

export const SkippedFile = z.strictObject({ path: z.string(), reason: z.string() })
export type SkippedFile = z.infer<typeof SkippedFile>

export const Repository = z.strictObject({
  id: z.string(),
  root: z.string(),
  remote: z.string().nullable(),
  commit: z.string().nullable(),
  modified: z.boolean().describe('True when tracked files differ from the commit'),
  nested: z.array(z.string()).describe('Submodules and repositories nested inside, by path'),
})
export type Repository = z.infer<typeof Repository>

export const Register = z.strictObject({
  schemaVersion: z.literal(1),
  root: z.string(),
  partial: z.boolean().describe('True when the audit was stopped before its end'),
  asOf: z.iso
    .date()
    .optional()
    .describe('The day for which lifecycles and floating names were read'),
  repositories: z.array(Repository),
  tool: z.strictObject({
    name: z.literal('holdfast'),
    version: z.string(),
    rules: z
      .string()
      .describe(
        'Digest over detectors, catalogue and extractors: registers with different rules do not gate each other',
      ),
  }),
  files: z.strictObject({ seen: z.int(), read: z.int(), skipped: z.array(SkippedFile) }),
  dependencies: z.array(Dependency),
  workflows: z.array(RegisterWorkflow),
  gaps: z.array(Gap),
  questions: z.array(Question),
  credentials: z.array(Credential),
})
export type Register = z.infer<typeof Register>
