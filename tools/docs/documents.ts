import { readdirSync, readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import * as z from 'zod'
import { compareText } from '../../src/base/compare.ts'
import { shortDigest } from '../../src/base/digest.ts'
import { faultCodes } from '../../src/base/fault-codes.ts'
import { type DetectorFile, readDetectorFolder } from '../../src/cli/load-detectors.ts'
import { loadDirectives } from '../../src/cli/load-directives.ts'
import { createProgram } from '../../src/cli/program.ts'
import { codecs } from '../../src/protocols/codecs.ts'
import { CatalogueOverlay } from '../../src/schema/catalogue.ts'
import { reasonCodes } from '../../src/schema/decision.ts'
import { Detector } from '../../src/schema/detector.ts'
import { Directive, DirectiveCases } from '../../src/schema/directive.ts'
import { DirectiveAmendment } from '../../src/schema/directive-amendment.ts'
import { GuardrailReport } from '../../src/schema/guardrail-report.ts'
import { HoldfastConfig } from '../../src/schema/holdfast-config.ts'
import { JudgeCalibration } from '../../src/schema/judge-calibration.ts'
import { LedgerEntry } from '../../src/schema/ledger-entry.ts'
import { PhrasedTask, PhrasingSetHeader } from '../../src/schema/phrasing-set.ts'
import { Preregistration } from '../../src/schema/preregistration.ts'
import { Register } from '../../src/schema/register.ts'
import { ScoredOutcome } from '../../src/schema/scored-outcome.ts'
import { Simulation } from '../../src/schema/simulation.ts'
import { SovereigntyAssessment } from '../../src/schema/sovereignty.ts'
import { Task, TaskSetHeader } from '../../src/schema/task-set.ts'
import { Timeline } from '../../src/schema/timeline.ts'
import { TrialReport } from '../../src/schema/trial-report.ts'
import { TrialResult } from '../../src/schema/trial-result.ts'
import { VerdictRecord } from '../../src/schema/verdict.ts'
import { adminApiPage } from './admin-api-page.ts'
import { csfPage } from './csf-page.ts'
import { schemaTable } from './schema-table.ts'
import { shippedDirectivesPage } from './shipped-directives.ts'
import { starterSetsPage } from './starter-sets-page.ts'
import { taskImportersPage } from './task-importers-page.ts'
import { translationPage } from './translation-page.ts'
import { usageSourcesPage } from './usage-sources-page.ts'

export const repositoryRoot = resolve(import.meta.dirname, '../..')

/** The schemas that other programs and editors read. */
export const publishedSchemas: Readonly<
  Record<string, { readonly schema: z.ZodType; readonly title: string }>
> = {
  'schema/holdfast.schema.json': { schema: HoldfastConfig, title: 'holdfast.yaml' },
  'schema/register.schema.json': { schema: Register, title: 'Holdfast register' },
  'schema/detector.schema.json': { schema: Detector, title: 'Holdfast detector' },
  'schema/catalogue-overlay.schema.json': {
    schema: CatalogueOverlay,
    title: 'Holdfast catalogue overlay',
  },
  'schema/directive.schema.json': { schema: Directive, title: 'Holdfast directive' },
  'schema/directive-amendment.schema.json': {
    schema: DirectiveAmendment,
    title: 'Holdfast directive amendment',
  },
  'schema/directive-cases.schema.json': {
    schema: DirectiveCases,
    title: 'Holdfast cases of a directive',
  },
  'schema/simulation.schema.json': { schema: Simulation, title: 'Holdfast simulation' },
  'schema/sovereignty.schema.json': {
    schema: SovereigntyAssessment,
    title: 'Holdfast sovereignty assessment',
  },
  'schema/timeline.schema.json': { schema: Timeline, title: 'Holdfast timeline' },
  'schema/ledger-entry.schema.json': { schema: LedgerEntry, title: 'Holdfast ledger entry' },
  'schema/task-set.schema.json': { schema: TaskSetHeader, title: 'Holdfast task set' },
  'schema/task.schema.json': { schema: Task, title: 'Holdfast task' },
  'schema/phrasing-set.schema.json': {
    schema: PhrasingSetHeader,
    title: 'Holdfast set of phrasings',
  },
  'schema/phrased-task.schema.json': { schema: PhrasedTask, title: 'Holdfast phrased task' },
  'schema/preregistration.schema.json': {
    schema: Preregistration,
    title: 'Holdfast preregistration of a trial',
  },
  'schema/scored-outcome.schema.json': {
    schema: ScoredOutcome,
    title: 'Holdfast outcome of a task',
  },
  'schema/trial-result.schema.json': { schema: TrialResult, title: 'Holdfast result of a trial' },
  'schema/trial-report.schema.json': { schema: TrialReport, title: 'Holdfast report of a trial' },
  'schema/guardrail-report.schema.json': {
    schema: GuardrailReport,
    title: 'Holdfast report of guardrail consistency',
  },
  'schema/judge-calibration.schema.json': {
    schema: JudgeCalibration,
    title: 'Holdfast calibration of a judge',
  },
  'schema/verdict.schema.json': { schema: VerdictRecord, title: 'Holdfast verdict record' },
}

/** Every generated file by its path in the repository: a test compares them with what stands there. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const detectors = await readDetectorFolder(join(repositoryRoot, 'data/detectors'))
  return new Map<string, string>([
    ...Object.entries(publishedSchemas).map(
      ([path, { schema, title }]) => [path, jsonSchema(schema, title)] as const,
    ),
    ['data/detectors.json', await compiledDetectors(detectors)],
    ['src/audit/extractors-version.ts', extractorsVersion()],
    ['docs/reference/error-codes.md', errorCodes()],
    ['docs/reference/reason-codes.md', reasonCodesPage()],
    ['docs/reference/cli.md', commandReference(await createProgram())],
    ['docs/reference/admin-api.md', `${generatedNote}${adminApiPage()}`],
    [
      'docs/reference/holdfast-yaml.md',
      schemaPage('holdfast.yaml', HoldfastConfig, 'schema/holdfast.schema.json'),
    ],
    [
      'docs/reference/register.md',
      schemaPage('The register', Register, 'schema/register.schema.json'),
    ],
    [
      'docs/reference/detector-files.md',
      schemaPage('Detector files', Detector, 'schema/detector.schema.json'),
    ],
    [
      'docs/reference/directive-files.md',
      schemaPage('Directive files', Directive, 'schema/directive.schema.json'),
    ],
    [
      'docs/reference/simulation.md',
      schemaPage('The simulation', Simulation, 'schema/simulation.schema.json'),
    ],
    [
      'docs/reference/sovereignty.md',
      schemaPage(
        'The sovereignty assessment',
        SovereigntyAssessment,
        'schema/sovereignty.schema.json',
      ),
    ],
    ['docs/reference/csf.md', `${generatedNote}${csfPage(repositoryRoot)}`],
    ['docs/reference/hiding-places.md', await hidingPlaces(detectors)],
    ['docs/reference/shipped-directives.md', await shippedDirectives()],
    ['docs/reference/starter-sets.md', `${generatedNote}${await starterSetsPage()}`],
    ['docs/reference/task-importers.md', `${generatedNote}${taskImportersPage()}`],
    ['docs/reference/usage-sources.md', `${generatedNote}${usageSourcesPage()}`],
    ['docs/reference/translation.md', `${generatedNote}${translationPage(Object.values(codecs))}`],
  ])
}

/** Rooms whose code decides what an audit finds, whatever the rules say. */
const extractingRooms = ['src/audit', 'src/catalogue'] as const

/** A digest over the code of these rooms: no edit of them can be forgotten. */
function extractorsVersion(): string {
  const files = extractingRooms
    .flatMap((room) =>
      readdirSync(join(repositoryRoot, room), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${room}/${name}`,
      ),
    )
    .filter(
      (path) =>
        path.endsWith('.ts') &&
        !path.endsWith('.test.ts') &&
        !path.endsWith('/extractors-version.ts'),
    )
    .toSorted(compareText)
  const code = files.map((path) => `${path}\n${readFileSync(join(repositoryRoot, path), 'utf8')}`)
  return `/**
 * Digest over the code that decides what an audit finds, made by \`npm run docs\`. It changes the rules of a
 * register: caches of before are dropped, and registers of before do not gate those of after.
 */
export const extractorsVersion = '${shortDigest(code.join('\n'))}'
`
}

const generatedNote = '<!-- Generated by `npm run docs`; a test fails when it is stale. -->\n\n'

function jsonSchema(schema: z.ZodType, title: string): string {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return `${JSON.stringify({ title, ...json }, null, 2)}\n`
}

async function compiledDetectors(files: readonly DetectorFile[]): Promise<string> {
  const sizes = await Promise.all(
    files.map(
      async ({ path }) => [path.slice(path.lastIndexOf('/') + 1), (await stat(path)).size] as const,
    ),
  )
  const detectors = files.map(({ detector: { fixtures: _fixtures, ...rules } }) => rules)
  return `${JSON.stringify({ files: Object.fromEntries(sizes), detectors })}\n`
}

function reasonCodesPage(): string {
  const rows = Object.entries(reasonCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  return `${generatedNote}# Reason codes

Every decision of policy gives its reasons, the deciding ones first. Each has one of these codes, and beside it the policy, the
directive with its clause, source and review state, and the reason in words. [Policy](../guide/policy.md)

| Code | Meaning |
|---|---|
${rows.join('\n')}
`
}

function errorCodes(): string {
  const rows = Object.entries(faultCodes).map(
    ([code, { exitCode, meaning, advice }]) =>
      `| \`${code}\` | ${exitCode} | ${meaning} | ${advice} |`,
  )
  return `${generatedNote}# Error codes

An error prints what went wrong, where, what was expected, what to do next, and one of these codes.

| Exit code | Means |
|---|---|
| 0 | done |
| 1 | a gate failed: \`--fail-on\` found something, or a difference was asked to be none |
| 2 | usage or configuration |
| 3 | a fault: disk, git, a bug |
| 130 | stopped by Ctrl-C; what was found so far was written and is marked partial |

| Code | Exit | Meaning | What to do, where the error itself says nothing better |
|---|---|---|---|
${rows.join('\n')}
`
}

function commandReference(program: Command): string {
  const pages = commandsOf(program, []).map(
    ({ name, command }) =>
      `## \`${name}\`\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\`\n`,
  )
  return `${generatedNote}# Commands\n\n${pages.join('\n')}`
}

function commandsOf(
  command: Command,
  above: readonly string[],
): readonly { name: string; command: Command }[] {
  const path = [...above, command.name()]
  return [
    { name: path.join(' '), command: command.configureHelp({ helpWidth: 100 }) },
    ...command.commands.flatMap((sub) => commandsOf(sub, path)),
  ]
}

function schemaPage(title: string, schema: z.ZodType, path: string): string {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return `${generatedNote}# ${title}\n\nJSON Schema: \`${path}\`. Keys marked * are required.\n\n${schemaTable(json)}\n`
}

const HidingPlaces = z.strictObject({
  classes: z.record(z.string(), z.string()),
  places: z.array(z.strictObject({ number: z.int(), class: z.string(), title: z.string() })),
})

export async function readHidingPlaces(): Promise<z.infer<typeof HidingPlaces>> {
  return HidingPlaces.parse(
    JSON.parse(await readFile(join(repositoryRoot, 'data/hiding-places.json'), 'utf8')),
  )
}

async function hidingPlaces(files: readonly DetectorFile[]): Promise<string> {
  const { classes, places } = await readHidingPlaces()
  const sections = Object.entries(classes).map(([letter, title]) => {
    const rows = places
      .filter((place) => place.class === letter)
      .map((place) => {
        const found = files
          .filter(({ detector }) => detector.places.includes(place.number))
          .map(({ detector }) => `\`${detector.id}\``)
        return `| ${place.number} | ${place.title} | ${found.join(', ')} |`
      })
    return `## ${letter}. ${title}\n\n| # | Place | Detectors |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  return `${generatedNote}# Hiding places\n\nWhere a dependency on a hosted model can stand, and which detectors look there.\n\n${sections.join('\n')}`
}

async function shippedDirectives(): Promise<string> {
  // A folder without `directives/`: only what ships.
  const { directives, problems } = await loadDirectives({
    folder: join(repositoryRoot, 'tools'),
    shipped: join(repositoryRoot, 'data/directives'),
  })
  for (const { fault } of problems) throw fault
  return `${generatedNote}${shippedDirectivesPage(directives, repositoryRoot)}`
}
