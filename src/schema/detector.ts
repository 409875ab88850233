import * as z from 'zod'
import { ProtocolName } from './catalogue.ts'
import { Feature, Role, Task } from './vocabulary.ts'

/**
 * A detector: one SDK, product or file kind, as data (data/detectors/*.yaml, or a folder of a user's own).
 * A file is looked at when its path matches `files` (absent: any) and its text holds one of `keywords`.
 */

/** Kinds of hiding place. */
export const PlaceClass = z.enum(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'])
export type PlaceClass = z.infer<typeof PlaceClass>

export const Language = z.enum([
  'python',
  'javascript',
  'typescript',
  'tsx',
  'go',
  'java',
  'kotlin',
  'csharp',
  'ruby',
  'php',
  'rust',
  'swift',
  'elixir',
])
export type Language = z.infer<typeof Language>

/** A regular expression without look-around and back-references, so that it runs in linear time. */
const Pattern = z.string().min(1)

/** What a match says. Only the fields that the match itself does not give. */
export const Emission = z.strictObject({
  fact: z
    .enum(['use', 'client', 'credential', 'fallback', 'environment', 'feature'])
    .default('use')
    .describe('What kind of thing was found'),
  role: Role.default('use').describe('Role of the model in this place'),
  provider: z
    .string()
    .optional()
    .describe('Provider that is reached unless something else is said'),
  protocol: ProtocolName.optional().describe('Wire format of the call'),
  vendor: z.string().optional().describe('Vendor, where the product serves only one'),
  product: z
    .string()
    .optional()
    .describe('The product whose default or alias table decides the model'),
  task: Task.optional().describe('Task of a product that is made for one'),
  features: z.array(Feature).default([]).describe('Features that the match shows'),
  detection: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'How sure one sighting is. Caps: structured key 0.95, literal in model position 0.9, bare string 0.5, mention 0.2',
    ),
  hidden: z
    .boolean()
    .default(false)
    .describe('The product chooses the model and does not say which'),
  defaultModel: z
    .strictObject({
      model: z.string().describe('The model'),
      source: z.string().describe('Where that was read'),
      asOf: z.iso.date().describe('Day on which it was true'),
    })
    .optional()
    .describe(
      'A model given nowhere means this: with a source and a date, or absent when nobody knows',
    ),
})
export type Emission = z.infer<typeof Emission>

const ruleBase = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .describe('Name of the rule, unique in its detector'),
  emit: Emission.prefault({}).describe('What a match says'),
}

/** A call, constructor, builder method or struct literal in source code. */
export const CallRule = z.strictObject({
  ...ruleBase,
  call: z
    .strictObject({
      languages: z.array(Language).min(1).describe('Languages the rule holds for'),
      callee: Pattern.describe(
        'Matched against the callee as written, for instance `client.messages.create` or `anthropic.MessageNewParams`',
      ),
      where: z
        .record(z.string(), Pattern)
        .default({})
        .describe(
          "Every argument named here must be given and its text match (`{ '0': '^bedrock-runtime$' }`)",
        ),
      model: z
        .array(z.string())
        .default([])
        .describe(
          'Names of arguments that hold the model; nested ones with dots (`parameters.model`); `0`, `1` are positions',
        ),
      modelOptional: z
        .boolean()
        .default(false)
        .describe(
          'True: a call without a model argument is still a use (a default stands elsewhere)',
        ),
      fallbacks: z
        .array(z.string())
        .default([])
        .describe('Arguments that hold a list of fallbacks'),
      baseUrl: z.array(z.string()).default([]).describe('Arguments that hold the base URL'),
      region: z.array(z.string()).default([]).describe('Arguments that hold the region'),
      credential: z.array(z.string()).default([]).describe('Arguments that hold the key'),
      provider: z
        .array(z.string())
        .default([])
        .describe(
          'The argument that names the provider (`provider="groq"`, `Provider::Anthropic`)',
        ),
    })
    .describe('A call, constructor, builder method or struct literal'),
})
export type CallRule = z.infer<typeof CallRule>

/** A place in a structured file (YAML, JSON, TOML, HCL, dotenv, INI, XML, Markdown front matter). */
export const StructureRule = z.strictObject({
  ...ruleBase,
  structure: z
    .strictObject({
      select: z
        .string()
        .describe(
          'Path to an object or value: names, `*` (one step), `**` (any steps), `[]` is the same as `*`. `` is the root',
        ),
      where: z
        .record(z.string(), Pattern)
        .default({})
        .describe('Every path below the selected node must exist and match'),
      model: z
        .array(z.string())
        .default([])
        .describe(
          'Paths below the selected node that hold the model, the first that exists wins; `.` is the node itself',
        ),
      extract: Pattern.optional().describe(
        'Takes the model out of a longer text (a command line): group `model`',
      ),
      modelOptional: z
        .boolean()
        .default(false)
        .describe('True: a place without a model is still a use (a default stands elsewhere)'),
      fallbacks: z.array(z.string()).default([]).describe('Paths that hold fallbacks'),
      baseUrl: z.array(z.string()).default([]).describe('Paths that hold the base URL'),
      region: z.array(z.string()).default([]).describe('Paths that hold the region'),
      provider: z.array(z.string()).default([]).describe('Paths that name the provider'),
      name: z
        .array(z.string())
        .default([])
        .describe('Paths that name the thing, for symbols and workflows (`name`, `id`)'),
    })
    .describe('A place in a structured file'),
})
export type StructureRule = z.infer<typeof StructureRule>

/** A pattern in plain text. Groups: `model`, `provider`, `baseUrl`, `region`, `variable`, `fallback`. */
export const PatternRule = z.strictObject({
  ...ruleBase,
  pattern: z
    .strictObject({
      regex: Pattern.describe(
        'Regular expression without look-around and back-references; groups `model`, `provider`, `baseUrl`, `region`, `variable`, `fallback`',
      ),
      ignoreCase: z.boolean().default(false).describe('True: capitals do not matter'),
      within: z
        .enum(['any', 'code'])
        .default('code')
        .describe('Where in code it may stand: `code` leaves comments out, `any` does not'),
    })
    .describe('A pattern in text'),
})
export type PatternRule = z.infer<typeof PatternRule>

/**
 * A tool's command line: in scripts, CI steps, hooks, and lists of arguments (`["claude", "-p"]`). An option is
 * written as it stands (`--model`, `-m`); `--config model=` is an option whose value begins with `model=`; a number
 * is a position among the words that are no options, after the subcommand.
 */
export const CommandRule = z.strictObject({
  ...ruleBase,
  command: z
    .strictObject({
      programs: z.array(z.string().min(1)).min(1).describe('Names of the program'),
      subcommand: z
        .array(z.string())
        .default([])
        .describe('Words that must follow in this order, options left out (`models`, `run`)'),
      model: z.array(z.string()).default([]).describe('Options that hold the model'),
      modelOptionalWith: z
        .array(z.string())
        .default([])
        .describe(
          'One of these words makes a command without a model a use all the same (`-p`, `exec`); `*`: always',
        ),
      fallbacks: z.array(z.string()).default([]).describe('Options that hold fallbacks'),
      provider: z.array(z.string()).default([]).describe('Options that name the provider'),
      baseUrl: z.array(z.string()).default([]).describe('Options that hold the base URL'),
      region: z.array(z.string()).default([]).describe('Options that hold the region'),
    })
    .describe('A command line'),
})
export type CommandRule = z.infer<typeof CommandRule>

/** The existence of a file is the finding (a reviewer's settings with no model in them). */
export const FileRule = z.strictObject({
  ...ruleBase,
  file: z.strictObject({}).describe('The file itself is the finding'),
})
export type FileRule = z.infer<typeof FileRule>

export const DetectorRule = z.union([CallRule, StructureRule, PatternRule, CommandRule, FileRule])
export type DetectorRule = z.infer<typeof DetectorRule>

export const FixtureExpectation = z.strictObject({
  model: z
    .string()
    .nullable()
    .optional()
    .describe('Resolved id; null for opaque, hidden or unresolved. Absent: not checked'),
  modelAsWritten: z.string().optional().describe('The text that stands in the file'),
  line: z.int().positive().optional().describe('Line of the occurrence or of a hop on its way'),
  role: Role.optional().describe('Role in the register'),
  provider: z.string().nullable().optional().describe('Provider in the register'),
  resolution: z.string().optional().describe('Resolution in the register'),
  fallback: z.string().optional().describe('Model of a fallback in the register'),
})

/** One file, or several when the way goes through more (`files`). */
export const Fixture = z.strictObject({
  name: z.string().optional().describe('What the fixture shows'),
  path: z.string().optional().describe('Path of the one file'),
  content: z.string().optional().describe('Text of the one file'),
  files: z.record(z.string(), z.string()).optional().describe('Several files, text by path'),
  expect: z
    .array(FixtureExpectation)
    .default([])
    .describe('What must be found; nothing else may be'),
})
export type Fixture = z.infer<typeof Fixture>

export const Detector = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .describe('Name of the detector and of its file'),
  title: z.string().describe('What it looks for, in words'),
  class: PlaceClass.describe('Kind of hiding place'),
  places: z
    .array(z.int().min(1).max(104))
    .min(1)
    .describe('Numbers of the hiding places covered (docs/reference/hiding-places.md)'),
  version: z.int().positive().describe('Raised when a rule changes its meaning'),
  sources: z
    .array(z.string())
    .default([])
    .describe('What was read to confirm the tokens; empty: not confirmed yet'),
  keywords: z
    .array(z.string().min(2))
    .default([])
    .describe(
      'Literals, one of which must stand in the file; for detectors with a file rule they may be empty',
    ),
  files: z.array(z.string()).optional().describe('Globs; absent: any file'),
  rules: z.array(DetectorRule).min(1).describe('What to look for'),
  fixtures: z
    .strictObject({
      hits: z.array(Fixture).min(1).describe('Files in which something must be found'),
      nearMisses: z.array(Fixture).min(1).describe('Files that look alike and must stay silent'),
    })
    .describe('Proof that every rule fires and stays silent'),
})
export type Detector = z.infer<typeof Detector>

/** What an audit needs of a detector. */
export type AuditDetector = Omit<Detector, 'fixtures'>
