import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { Fault, messageOf } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import {
  acceptDirective,
  amendDirective,
  directiveStateAt,
  instantOf,
  personsOf,
} from '../policy/index.ts'
import type { Directive, DirectiveReview, DirectiveStatus } from '../schema/directive.ts'
import { appendToList, setKey } from './append-yaml.ts'
import {
  findingText,
  type GivenText,
  type PlacedFinding,
  placedFindings,
  throwErrors,
} from './directive-check.ts'
import { acceptedVersion } from './directive-history.ts'
import {
  type DirectiveWorkspace,
  findDirective,
  isFileName,
  openDirectives,
} from './directive-workspace.ts'
import {
  amendmentPath,
  type LoadedDirective,
  localDirectiveFolder,
  parseAmendment,
  parseDirective,
  readText,
} from './load-directives.ts'
import { instantOfFlag } from './instant-flag.ts'
import type { LazyStore } from './open-store.ts'
import { actorOf } from './record-actor.ts'
import { recordConfiguration } from './record-configuration.ts'
import {
  directiveDigest,
  directiveEntry,
  namesOf,
  refusalEntry,
  type Signature,
  signatureOf,
} from './record-directive.ts'
import { type Recorder, recordKeeper } from './record-keeper.ts'
import { printOut, writeFileWhole } from './write-output.ts'
import { whyNot } from './why-not.ts'

interface ChangeFlags {
  readonly config?: string | undefined
  readonly dryRun: boolean
}

export interface AddFlags extends ChangeFlags {
  readonly by?: string | undefined
}

/** `holdfast directive add`: checks a file and keeps it beside holdfast.yaml; nothing is ever overwritten. */
export async function addDirective(file: string, flags: AddFlags): Promise<void> {
  const cases = casesBeside(file)
  const added = await enterDirective(
    {
      text: await readText(file),
      path: file,
      cases: cases === null ? null : await readText(cases),
    },
    { ...flags, by: actorOf(flags.by) },
  )
  const { id, isTemplate, configPath } = added
  await printOut(
    `${[
      ...added.findings.map(findingText),
      ...added.paths.map((path) =>
        flags.dryRun ? `dry run: \`${path}\` was not written` : `written to \`${path}\``,
      ),
      isTemplate
        ? 'it is a template: fill it in and remove `template` before it can be enforced'
        : `it is data for simulation; to enforce it, add \`${id}\` to \`directives.load\` in \`${configPath}\``,
    ].join('\n')}\n`,
  )
  warn(added.warnings)
}

/** A directive that is to be kept, with its cases. */
export interface NewDirective extends GivenText {
  readonly cases: string | null
}

export interface AddedDirective {
  readonly id: string
  readonly isTemplate: boolean
  readonly configPath: string
  readonly findings: readonly PlacedFinding[]
  /** Where it is kept. */
  readonly paths: readonly string[]
  readonly warnings: readonly string[]
}

/** Checks a directive, keeps it in `directives/` and records who did so. Throws where its id is taken. */
export async function enterDirective(
  { text, path, cases }: NewDirective,
  { config, by, dryRun }: ChangeFlags & { readonly by: string },
): Promise<AddedDirective> {
  const workspace = await openDirectives(config)
  const directive = parseDirective(text, path)
  const findings = placedFindings(directive, text, path, workspace)
  throwErrors(findings)
  refuseTaken(directive.id, path, workspace)
  const target = join(localDirectiveFolder(workspace.folder), `${directive.id}.yaml`)
  const copies = [
    { path: target, text },
    ...(cases === null ? [] : [{ path: target.replace(/\.yaml$/, '.cases.yaml'), text: cases }]),
  ]
  const warnings = dryRun
    ? []
    : await deciding(workspace, async ({ recorder }) => {
        for (const copy of copies) await writeNew(copy.path, copy.text)
        const signature = { by: [by], source: signatureOf(null, directive).source }
        await recorder.recordAnyway(
          directiveEntry({ before: null, after: directive, change: 'added', signature }),
        )
      })
  return {
    id: directive.id,
    isTemplate: directive.template === true,
    configPath: workspace.configPath,
    findings,
    paths: copies.map((copy) => copy.path),
    warnings,
  }
}

function refuseTaken(id: string, path: string, { loaded }: DirectiveWorkspace): void {
  const taken = [
    ...loaded.directives.map((one) => ({ id: one.directive.id, path: one.path })),
    ...loaded.problems,
  ].find((one) => one.id === id)
  if (taken === undefined) return
  throw new Fault('HF_FILE_EXISTS', `\`${id}\` is the id of \`${taken.path}\` already`, {
    place: { path },
    expected: 'an id of its own',
    advice:
      'a directive is changed where it stands; `holdfast directive lift` and `review` add to it',
  })
}

/** The cases that test a directive: `cases.yaml` in its folder, or `<name>.cases.yaml` beside it. */
export function casesBeside(path: string): string | null {
  const candidates = [
    path.replace(/\.ya?ml$/, '.cases.yaml'),
    ...(basename(path) === 'directive.yaml' ? [join(dirname(path), 'cases.yaml')] : []),
  ]
  return candidates.find((candidate) => existsSync(candidate)) ?? null
}

/** Writes a file that is not there yet, and only then. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    const exists = existsSync(path)
    throw new Fault(
      exists ? 'HF_FILE_EXISTS' : 'HF_FILE_WRITE',
      exists ? `\`${path}\` exists already` : `cannot write \`${path}\`: ${whyNot(error)}`,
      {
        advice: exists ? 'move it away first' : 'choose a writable folder with --config',
        cause: error,
      },
    )
  }
}

export interface LiftFlags extends ChangeFlags {
  readonly at: string
  readonly source: string
  readonly by: readonly string[]
  readonly note?: string | undefined
}

/** `holdfast directive lift`: appends one signed line, to the local file or to the amendment of a shipped one. */
export async function liftDirective(id: string, flags: LiftFlags): Promise<void> {
  const { from, path, warnings, notes } = await enterLift(id, flags)
  await printOut(
    `\`${id}\` is lifted from ${from}\n${flags.dryRun ? 'dry run: nothing was written to' : 'written to'} \`${path}\`\n`,
  )
  warn(warnings)
  for (const text of notes) process.stderr.write(`note: ${text}\n`)
}

export interface ChangedDirective {
  /** File that has the line now. */
  readonly path: string
  readonly warnings: readonly string[]
}

/** Enters the line and records it, or throws. */
export async function enterLift(
  id: string,
  flags: LiftFlags,
): Promise<ChangedDirective & { readonly from: string; readonly notes: readonly string[] }> {
  const time = timeOfFlag(flags.at)
  const persons = flags.by.map((name) => name.trim()).filter((name) => name !== '')
  const line: DirectiveStatus = {
    ...time,
    is: 'lifted',
    source: flags.source,
    ...(persons.length === 0 ? {} : { by: persons.length === 1 ? persons[0] : persons }),
    ...(flags.note === undefined ? {} : { note: flags.note }),
  }
  const workspace = await openDirectives(flags.config)
  checkPersons(persons, workspace)
  const found = await findChangeable(workspace, id)
  const { path, warnings } = await changeFile(workspace, found, flags, {
    edit: (text) => appendToList(text, 'status', line),
    changed: (directive) => ({ ...directive, status: [...directive.status, line] }),
    change: 'lifted',
    signature: { by: namesOf(persons), source: flags.source },
  })
  const from = instantOf(time, 'relief')
  const notes = directiveStateAt(found.directive, from).isInForce
    ? []
    : [`\`${id}\` would not be in force at ${from} without this line either`]
  return { from, path, warnings, notes }
}

function checkPersons(persons: readonly string[], { config }: DirectiveWorkspace): void {
  const isTwo = config?.directives?.twoPerson === true
  if (personsOf(persons).size >= (isTwo ? 2 : 1)) return
  throw new Fault('HF_DIRECTIVE_HISTORY', 'a relief needs the name of whoever enters it', {
    expected: isTwo
      ? 'two different persons: --by NAME --by NAME (`directives.twoPerson`)'
      : '--by NAME',
  })
}

export interface ReviewFlags extends ChangeFlags {
  readonly by: string
  readonly at: string
}

/** `holdfast directive review`: counsel signs that the recorded rule says what the act says. */
export async function reviewDirective(id: string, flags: ReviewFlags): Promise<void> {
  const { review, path, warnings } = await enterReview(id, flags)
  await printOut(
    `\`${id}\` is verified by ${review.by}, ${review.at}\n${flags.dryRun ? 'dry run: nothing was written to' : 'written to'} \`${path}\`\n`,
  )
  warn(warnings)
}

/** Signs it and records that, or throws. */
export async function enterReview(
  id: string,
  flags: ReviewFlags,
): Promise<ChangedDirective & { readonly review: DirectiveReview }> {
  const time = timeOfFlag(flags.at)
  const by = flags.by.trim()
  if (by === '') {
    throw new Fault('HF_USAGE', '`--by` is empty', { expected: 'the name of whoever signs' })
  }
  const review: DirectiveReview = { state: 'verified', by, at: time.at ?? time.on ?? null }
  const workspace = await openDirectives(flags.config)
  const found = await findChangeable(workspace, id)
  const changed = await changeFile(workspace, found, flags, {
    edit: (text) => setKey(text, 'review', review),
    changed: (directive) => ({ ...directive, review }),
    change: 'reviewed',
    signature: { by: namesOf([by]), source: null },
  })
  return { ...changed, review }
}

/** A day stays a day, since then nobody knows more; an instant is written in UTC. */
function timeOfFlag(text: string): { readonly at?: string; readonly on?: string } {
  if (z.iso.date().safeParse(text).success) return { on: text }
  return { at: instantOfFlag(text) }
}

async function findChangeable(workspace: DirectiveWorkspace, id: string): Promise<LoadedDirective> {
  if (isFileName(id)) {
    throw new Fault('HF_USAGE', `\`${id}\` is no id of a directive`, {
      expected: 'the id of a directive that ships or lies in `directives/`',
      advice: '`holdfast directive add FILE` puts a file there',
    })
  }
  return findDirective(workspace, id)
}

interface FileChange {
  readonly edit: (text: string) => string
  readonly changed: (directive: Directive) => Directive
  readonly change: 'lifted' | 'reviewed'
  readonly signature: Signature
}

/** Edits the file, reads it again and holds it against what was there, before anything is written. */
async function changeFile(
  workspace: DirectiveWorkspace,
  found: LoadedDirective,
  flags: ChangeFlags,
  change: FileChange,
): Promise<{ readonly path: string; readonly warnings: readonly string[] }> {
  const { directive } = found
  const isLocal = found.origin === 'local'
  const path = isLocal
    ? found.path
    : (found.amendment ?? amendmentPath(workspace.folder, directive.id))
  const before =
    isLocal || found.amendment !== null ? await readText(path) : newAmendment(directive)
  const text = change.edit(before)
  const after = isLocal
    ? parseDirective(text, path)
    : amendDirective(await shippedVersion(found), parseAmendment(text, path))
  if (canonicalJson(after) !== canonicalJson(change.changed(directive))) {
    throw new Fault('HF_DIRECTIVE_INVALID', `\`${path}\` cannot be edited without changing more`, {
      place: { path },
      advice: 'append the line by hand',
    })
  }
  const { problems } = acceptDirective(directive, after, {
    twoPerson: workspace.config?.directives?.twoPerson === true,
  })
  if (problems.length > 0)
    throw new Fault('HF_DIRECTIVE_HISTORY', problems.join('; '), { place: { path } })
  if (flags.dryRun) return { path, warnings: [] }
  const warnings = await deciding(workspace, async (books) => {
    await refuseOvertaken(path, before)
    await enter({ before: directive, after, path, text }, change, books)
    await acceptEntered({ before: directive, after }, workspace, books)
  })
  return { path, warnings }
}

interface Entered {
  readonly before: Directive
  readonly after: Directive
  readonly path: string
  readonly text: string
}

/** A lift is on record before it stands in the file; what only says more is written whether it can be recorded or not. */
async function enter(
  { before, after, path, text }: Entered,
  { change, signature }: FileChange,
  { recorder }: Books,
): Promise<void> {
  const entry = directiveEntry({ before, after, change, signature })
  if (change === 'lifted') await recorder.record(entry)
  else await recorder.recordAnyway(entry)
  try {
    await writeFileWhole(path, text)
  } catch (error) {
    // What the ledger holds did not come to be: that has to stand behind it.
    const reason = messageOf(error)
    await recorder.recordAnyway(
      refusalEntry({ id: after.id, inForce: before, refused: after, reason }),
    )
    throw error
  }
}

/** Somebody else may have written to the file since it was read; an amendment may not be there yet. */
async function refuseOvertaken(path: string, before: string): Promise<void> {
  if (!existsSync(path) || (await readText(path)) === before) return
  throw new Fault('HF_STORE_CONFLICT', `\`${path}\` was changed meanwhile`, {
    place: { path },
    expected: 'the file as it was read',
    advice: 'repeat the command',
  })
}

/**
 * What was entered here counts at once where the directive is enforced, and is recorded by this command alone. Where
 * another version is in force than the file had, all that differs is for the next look at it to judge.
 */
async function acceptEntered(
  { before, after }: Pick<Entered, 'before' | 'after'>,
  { config, folder }: DirectiveWorkspace,
  { store }: Books,
): Promise<void> {
  if (config?.directives?.load.includes(after.id) !== true) return
  const accepted = await acceptedVersion(after.id, { folder, store })
  if (accepted === null || 'fault' in accepted) return
  if (accepted.digest !== directiveDigest(before)) return
  const { by, source } = signatureOf(before, after)
  try {
    const { directives } = await store.open()
    await directives.accept({ text: after, by, source, after: accepted.digest })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    process.stderr.write(
      `note: the next command that enforces it accepts it: ${visibleText(error.message)}\n`,
    )
  }
}

interface Books {
  readonly store: LazyStore
  readonly recorder: Recorder
}

/** Runs a change with ledger and store of holdfast.yaml; gives back what either has to say. */
async function deciding(
  { config, configPath }: DirectiveWorkspace,
  work: (books: Books) => Promise<void>,
): Promise<readonly string[]> {
  const keeper = recordKeeper({ config, configPath })
  try {
    await recordConfiguration(keeper, configPath)
    await keeper.deciding((recorder) => work({ store: keeper.store, recorder }))
    return keeper.warnings()
  } finally {
    await keeper.close()
  }
}

function warn(texts: readonly string[]): void {
  for (const text of texts) process.stderr.write(`warning: ${visibleText(text)}\n`)
}

/** The shipped directive without what the organisation has added. */
async function shippedVersion(found: LoadedDirective): Promise<Directive> {
  return parseDirective(await readText(found.path), found.path)
}

function newAmendment(directive: Directive): string {
  return `# What this organisation adds to a directive that ships with holdfast; only ever appended to.
directive: ${directive.id}
`
}
