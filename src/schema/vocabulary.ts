import * as z from 'zod'

/** The closed lists of words that register, configuration, detectors and reports share. */

/** Kind of work a model is used for. */
export const Task = z.enum([
  'code-review',
  'vulnerability-assessment',
  'security-testing',
  'incident-triage',
  'code-generation',
  'support',
  'extraction',
  'summarisation',
  'chat',
  'embedding',
  'evaluation',
  'other',
])
export type Task = z.infer<typeof Task>

export const Criticality = z.enum(['critical', 'important', 'supporting'])
export type Criticality = z.infer<typeof Criticality>

/** What the catalogue says of a model at whoever serves it. */
export const Lifecycle = z.enum(['active', 'deprecated', 'retired', 'suspended', 'unknown'])
export type Lifecycle = z.infer<typeof Lifecycle>

/** Use told from mention: only `use` and `declare` are dependencies that stop something. */
export const Role = z.enum(['use', 'declare', 'allow', 'price', 'test', 'documentation', 'mention'])
export type Role = z.infer<typeof Role>

/** What a file is for, by its path and name; the context of everything found in it. */
export const FileContext = z.enum([
  'production',
  'test',
  'documentation',
  'ci',
  'developer-tool',
  'evaluation',
  'generated',
  'vendored',
])
export type FileContext = z.infer<typeof FileContext>

/**
 * How the model was arrived at. `declared`: written in a structured file at a model's place. `resolved`: through
 * code, every hop inside the tree. `overridable`: a default beside something outside the tree that may replace
 * it. `inferred`: a product's default or a family name. `opaque`: a handle whose model stands elsewhere.
 * `unresolved`: the chain ends outside the tree.
 */
export const ResolutionState = z.enum([
  'declared',
  'resolved',
  'overridable',
  'inferred',
  'opaque',
  'unresolved',
])
export type ResolutionState = z.infer<typeof ResolutionState>

export const MigrationEffort = z.enum(['low', 'medium', 'high'])
export type MigrationEffort = z.infer<typeof MigrationEffort>

/** How independent a fallback is, weakest first. */
export const FallbackGrade = z.enum([
  'same-model-other-route',
  'same-vendor',
  'same-jurisdiction',
  'independent',
  'self-hosted',
  'unknown',
])
export type FallbackGrade = z.infer<typeof FallbackGrade>

/** What about a call site ties it to one vendor's interface. */
export const Feature = z.enum([
  'tools',
  'prompt-caching',
  'thinking',
  'computer-use',
  'files',
  'batches',
  'structured-output',
  'citations',
  'context-management',
  'mcp',
  'code-execution',
  'web-search',
  'beta-header',
  'stored-responses',
  'assistants',
  'realtime',
  'cached-content',
  'safety-settings',
  'fine-tuned',
  'embeddings',
  'prefill',
  'refusal-handling',
  'token-counting',
  'guardrails',
  'provisioned-throughput',
  'vision',
  'streaming',
])
export type Feature = z.infer<typeof Feature>

/** What trials say of a fallback for some work. Drills, which are to qualify people, leave no evidence yet. */
export const FallbackStanding = z.enum([
  'qualified',
  'expired',
  'not-qualified',
  'untried',
  'not-needed',
])
export type FallbackStanding = z.infer<typeof FallbackStanding>

export const GapKind = z.enum([
  'no-fallback',
  'unqualified',
  'expired',
  'same-vendor-fallback',
  'same-jurisdiction-fallback',
  'retired',
  'deprecated',
  'suspended',
  'hidden-model',
  'unresolved',
  'unowned',
  'hard-coded-key',
  'undeclared',
  'stale',
])
export type GapKind = z.infer<typeof GapKind>
