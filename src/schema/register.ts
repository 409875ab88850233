import * as z from 'zod'
import { Instant } from './instant.ts'
import {
  Criticality,
  FallbackGrade,
  FallbackStanding,
  Feature,
  FileContext,
  GapKind,
  Lifecycle,
  MigrationEffort,
  ResolutionState,
  Role,
  Task,
} from './vocabulary.ts'

/** The register: where an organisation depends on which hosted models, for which work. Schema version 1. */

/** A place in a file. Lines and columns count from 1; the path is relative to its repository. */
export const Place = z.strictObject({
  path: z.string().describe('Relative to its repository'),
  line: z.int().positive().describe('From 1'),
  column: z.int().positive().optional().describe('From 1'),
})
export type Place = z.infer<typeof Place>

export const Hop = z.strictObject({
  path: z.string().describe('File of this hop'),
  line: z.int().positive().describe('Line of this hop'),
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
  repository: z.string().describe('Id of the repository'),
  path: z.string().describe('Relative to its repository'),
  line: z.int().positive().describe('From 1'),
  column: z.int().positive().describe('From 1'),
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
  provider: z.string().nullable().describe('Who serves the model; null when nothing tells it'),
  protocol: z.string().nullable().describe('Wire format of the call; says nothing of the provider'),
  region: z.string().nullable().describe('Region in the name, the address or the client'),
  baseUrl: z.string().nullable().describe('Base URL, where the tree sets one'),
})
export type RegisterRoute = z.infer<typeof RegisterRoute>

export const RegisterFallback = z.strictObject({
  model: z
    .string()
    .nullable()
    .describe(
      'Null when the fallback is a tool, a manual step or a model that could not be resolved',
    ),
  modelAsWritten: z.string().describe('The text that stands in the file'),
  vendor: z.string().nullable().describe("Who made the fallback's model"),
  provider: z.string().nullable().describe('Who serves it'),
  grade: FallbackGrade.describe('How independent it is of what it stands in for'),
  reason: z.string().describe('Why this grade'),
  path: z.string().describe('Where it is written'),
  line: z.int().positive().describe('Line where it is written'),
  missing: z
    .array(z.string())
    .default([])
    .describe(
      'Features of the call site that the fallback is not known to have, from the catalogue',
    ),
  qualifiedUntil: Instant.nullable()
    .optional()
    .describe(
      'Until when a trial shows that it can do the work; null: none does. Absent: the work is in no holdfast.yaml',
    ),
})
export type RegisterFallback = z.infer<typeof RegisterFallback>

/** That a dependency was used, and who knows it. */
export const UseEvidence = z.strictObject({
  kind: z
    .enum(['observed', 'imported'])
    .describe(
      '`observed`: a gateway of holdfast carried it. `imported`: a log or report of somebody else says so, which nobody here witnessed',
    ),
  source: z.string().describe('`gateway`, or the kind of file it was read from'),
  workflow: z
    .string()
    .nullable()
    .describe('Workflow that the traffic named; null: any that uses the model may be meant'),
  route: z.string().nullable().describe('Id in holdfast.yaml, when one is known'),
  provider: z.string().nullable().describe('Who served it'),
  servedModel: z
    .string()
    .nullable()
    .describe('Model that answered, when it is known: another one after a failover'),
  requests: z.int().nonnegative().nullable().describe('Requests; null: the file counts none'),
  served: z
    .int()
    .nonnegative()
    .nullable()
    .describe('Requests that were answered; null: the file does not say'),
  tokens: z
    .int()
    .nonnegative()
    .nullable()
    .describe('Tokens, input and output together; null: they are not known'),
  firstSeen: Instant.describe(
    'Start of the first request, or of the first period that a file counts',
  ),
  lastSeen: Instant.describe('The last one'),
})
export type UseEvidence = z.infer<typeof UseEvidence>

export const Dependency = z.strictObject({
  id: z
    .string()
    .describe('The same across runs and across edits of task or workflow; free of line numbers'),
  model: z
    .string()
    .nullable()
    .describe('`vendor/name` of the catalogue; null when the name is opaque, hidden or unresolved'),
  modelAsWritten: z.string().describe('The text that stands in the file'),
  vendor: z.string().nullable().describe('Who made the model'),
  route: RegisterRoute.describe('The way to the model'),
  role: Role.describe('Use told from mention; only `use` and `declare` stop something'),
  context: FileContext.describe('What the file is for'),
  task: Task.describe('Kind of work'),
  workflow: z
    .string()
    .nullable()
    .describe('Workflow of holdfast.yaml, or a guess; null for roles other than use and declare'),
  taskReason: z.string().describe('Why this task'),
  detection: z
    .number()
    .min(0)
    .max(1)
    .describe('How sure we are that this is a reference to a model in this role: 0–1'),
  resolution: ResolutionState.describe('How the model was arrived at'),
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
  occurrences: z.array(Occurrence).describe('Every place of this dependency'),
  features: z.array(Feature).describe("What ties the call site to one vendor's interface"),
  migrationEffort: MigrationEffort.describe('How hard the call site is to move to another vendor'),
  migrationReason: z.string().describe('Points that led to the effort'),
  fallbacks: z
    .array(RegisterFallback)
    .describe('Fallbacks in code and configuration, in the order they are tried'),
  owners: z.array(z.string()).describe('Teams or persons, from the source in `ownerSource`'),
  ownerSource: z
    .enum(['configuration', 'codeowners', 'git', 'manifest', 'none'])
    .describe('`manifest`: catalog-info.yaml or package.json names them'),
  lifecycle: Lifecycle.describe(
    "Status in the catalogue on the day of the audit's catalogue: `active`, `deprecated`, `retired`, `suspended`, `unknown`",
  ),
  lifecycleReason: z
    .string()
    .optional()
    .describe('What ended it, where, when, and who says so; absent where nothing did'),
  hidden: z.boolean().describe('True when a product decides the model and does not show it'),
  question: z.string().nullable().describe('Id of the question that would settle the model'),
  evidence: z
    .array(UseEvidence)
    .optional()
    .describe('Traffic in which it was seen; a dependency without places is known from it alone'),
})
export type Dependency = z.infer<typeof Dependency>

/** A fallback that holdfast.yaml names, and what trials say of it. */
export const WorkflowFallback = z.strictObject({
  kind: z.enum(['model', 'tool', 'manual']).describe('What takes over'),
  name: z.string().describe('Model, tool or people, as holdfast.yaml names them'),
  route: z
    .string()
    .nullable()
    .describe('Route over which the model is reached; null: no route lists it, or it needs none'),
  standing: FallbackStanding.describe('What trials say of it for this work'),
  until: Instant.nullable().describe('Until when it is qualified, or was; null: it never was'),
  trial: z.string().nullable().describe('Id of the trial that says so'),
  endedBy: z
    .string()
    .nullable()
    .describe(
      'What ended its verdict: `validity-ended`, `model-snapshot-changed`, `prompt-changed` …; null: nothing did',
    ),
  lifecycle: Lifecycle.optional().describe(
    'Of the model over this route, in the catalogue; absent for tools and people',
  ),
  lifecycleReason: z
    .string()
    .optional()
    .describe('What ended it, where, when, and who says so; absent where nothing did'),
})
export type WorkflowFallback = z.infer<typeof WorkflowFallback>

export const RegisterWorkflow = z.strictObject({
  id: z.string().describe('Id in holdfast.yaml, or a guessed one'),
  task: Task.describe('Kind of work'),
  source: z
    .enum(['configuration', 'inferred'])
    .describe('`configuration`: from holdfast.yaml. `inferred`: a guess with a reason'),
  reason: z.string().describe('Why it is a workflow of its own'),
  confidence: z.number().min(0).max(1).describe('How sure a guess is: 0–1; 1 for configured ones'),
  owner: z.string().nullable().describe('Who answers for it'),
  criticality: Criticality.nullable().describe('From holdfast.yaml; null when it does not say'),
  dependencies: z.array(z.string()).describe('Ids of dependencies with role use or declare'),
  models: z.array(z.string()).describe('Models it uses or is declared to use'),
  fallbackGrade: FallbackGrade.nullable().describe(
    'Models the workflow may fall back to, with the best grade reached',
  ),
  fallbacks: z
    .array(WorkflowFallback)
    .optional()
    .describe(
      'Those that holdfast.yaml names, in order, a row a route; absent: it is not written there',
    ),
})
export type RegisterWorkflow = z.infer<typeof RegisterWorkflow>

export const Gap = z.strictObject({
  kind: GapKind.describe('What is missing or wrong'),
  workflow: z.string().nullable().describe('Workflow it concerns'),
  dependency: z.string().nullable().describe('Id of the dependency it concerns'),
  reason: z.string().describe('The gap in words'),
  advice: z.string().describe('What would close it'),
  repository: z.string().nullable().describe('Where it stands'),
  path: z.string().nullable().describe('File where it stands'),
  line: z.int().positive().nullable().describe('Line where it stands'),
})
export type Gap = z.infer<typeof Gap>

/** Something that only a person can know, with the answer's place in holdfast.yaml. */
export const Question = z.strictObject({
  id: z.string().describe('`q-` and hex digits; stable across runs'),
  text: z.string().describe('The question in words'),
  kind: z
    .enum([
      'deployment',
      'inference-profile',
      'prompt',
      'agent',
      'variable',
      'hidden-model',
      'gateway',
      'other',
    ])
    .describe('What kind of handle is asked about'),
  subject: z.string().describe('The handle as written'),
  dependencies: z.array(z.string()).describe('Ids of the dependencies that the answer settles'),
  answer: z.string().nullable().describe('Answer from holdfast.yaml, or null'),
})
export type Question = z.infer<typeof Question>

export const Credential = z.strictObject({
  provider: z.string().describe('Whose key it is'),
  form: z
    .enum(['reference', 'present'])
    .describe(
      '`reference`: a variable or secret is named. `present`: a key itself stands in the file; its value is never kept',
    ),
  name: z.string().nullable().describe('Variable or secret that is named; null for a key itself'),
  repository: z.string().describe('Id of the repository'),
  path: z.string().describe('File'),
  line: z.int().positive().describe('Line'),
})
export type Credential = z.infer<typeof Credential>

export const SkippedFile = z.strictObject({
  path: z.string().describe('File that was not read'),
  reason: z.string().describe('Why it was not read'),
})
export type SkippedFile = z.infer<typeof SkippedFile>

export const Repository = z.strictObject({
  id: z.string().describe('Short name, from the remote or the folder'),
  root: z.string().describe('Folder, relative to the audited one'),
  remote: z.string().nullable().describe('Address of the remote, without credentials'),
  commit: z.string().nullable().describe('Commit that was audited; null without git'),
  modified: z.boolean().describe('True when tracked files differ from the commit'),
  nested: z.array(z.string()).describe('Submodules and repositories nested inside, by path'),
})
export type Repository = z.infer<typeof Repository>

export const Register = z.strictObject({
  schemaVersion: z.literal(1),
  root: z.string().describe('The audited folder'),
  partial: z.boolean().describe('True when the audit was stopped before its end'),
  asOf: z.iso
    .date()
    .optional()
    .describe('The day for which lifecycles and floating names were read'),
  repositories: z.array(Repository).describe('Repositories that were audited'),
  tool: z
    .strictObject({
      name: z.literal('holdfast'),
      version: z.string().describe('Version of holdfast'),
      rules: z
        .string()
        .describe(
          'Digest over detectors, catalogue and extractors: registers with different rules do not gate each other',
        ),
    })
    .describe('What made this register'),
  files: z
    .strictObject({
      seen: z.int().describe('Files in the list'),
      read: z.int().describe('Files that were read or searched'),
      skipped: z.array(SkippedFile).describe('Files that were not read, each with its reason'),
    })
    .describe('Files of the audited tree'),
  dependencies: z
    .array(Dependency)
    .describe('Every place where a model is named, one row a model, route, role and symbol'),
  workflows: z.array(RegisterWorkflow).describe('Workflows of holdfast.yaml and guessed ones'),
  gaps: z.array(Gap).describe('What is missing or wrong, worst first'),
  questions: z.array(Question).describe('What only a person can answer'),
  credentials: z
    .array(Credential)
    .describe('Keys that are referenced or stand in files; never their values'),
})
export type Register = z.infer<typeof Register>

/** `tool.rules` of a register before the first audit: all that stands in it was shown by traffic. */
export const noRules = 'none'
