import { readFile } from 'node:fs/promises'
import { isSeq, LineCounter, parseDocument } from 'yaml'
import { compareText } from '../base/compare.ts'
import { Fault, type FaultPlace, messageOf } from '../base/fault.ts'
import { suggestNames } from '../catalogue/index.ts'
import {
  acceptDirective,
  checkDirective,
  directiveStateAt,
  namedInDirective,
} from '../policy/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { Directive } from '../schema/directive.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import {
  acceptedVersion,
  acceptedVersions,
  filesOfBefore,
  type HistoryPlaces,
  takeOverFiles,
  type UnreadableHistory,
} from './directive-history.ts'
import {
  type DirectiveFinding,
  isOvertaken,
  settleFinding,
  sightingOf,
} from './directive-settlement.ts'
import { knownNames } from './known-names.ts'
import type { DirectiveProblem, LoadedDirectives } from './load-directives.ts'
import { type RecordKeeper, recordKeeper, type Recorder } from './record-keeper.ts'

/** An enforced directive that cannot be read: everybody is denied the models it names. */
interface InvalidDirective {
  readonly id: string
  readonly models: readonly string[]
  /** What is wrong with it, and where. */
  readonly text: string
}

export interface EnforcedDirectives {
  /** The versions in force, by id. */
  readonly directives: readonly Directive[]
  readonly invalid: readonly InvalidDirective[]
  /** What every command that uses them has to say. */
  readonly warnings: readonly string[]
  /** Of the warnings, those of directives that contradict themselves: they are enforced as they stand. */
  readonly contradictions?: readonly string[] | undefined
}

export interface EnforceOptions {
  readonly config: HoldfastConfig
  readonly configPath: string
  /** The folder of holdfast.yaml. */
  readonly folder: string
  readonly loaded: LoadedDirectives
  readonly catalogue: Catalogue
  readonly now: string
  /** False: newly accepted versions are not kept, and no store is made; for commands that only look. */
  readonly keep: boolean
  /** Ledger and store that the caller holds; absent: those of holdfast.yaml, closed at the end. */
  readonly keeper?: RecordKeeper | undefined
}

/**
 * The directives that holdfast.yaml lists, each in the version that its accepted history allows (decision 0009).
 * Only an id that nobody knows, a template and a file that names nothing stop the run: the rest goes on, loudly.
 */
export async function enforceDirectives(options: EnforceOptions): Promise<EnforcedDirectives> {
  const keeper = options.keeper ?? recordKeeper(options)
  try {
    const found = await enforceAll({ ...options, keeper })
    return { ...found, warnings: [...found.warnings, ...keeper.warnings()] }
  } finally {
    if (options.keeper === undefined) await keeper.close()
  }
}

interface KeptOptions extends EnforceOptions {
  readonly keeper: RecordKeeper
}

async function enforceAll(options: KeptOptions): Promise<EnforcedDirectives> {
  const ids = [...new Set(options.config.directives?.load ?? [])].toSorted(compareText)
  const results = await lookAndDecide(ids, options)
  const directives = results.flatMap((one) => one.directives)
  const { contradictions, doubts } = findingsOn(directives, options)
  return {
    directives,
    invalid: results.flatMap((one) => one.invalid),
    warnings: [
      ...results.flatMap((one) => one.warnings),
      ...contradictions,
      ...doubts,
      ...(await forgottenDirectives(ids, options)),
    ],
    contradictions,
  }
}

/** Most starts find nothing new, and then only look. What is new is looked at again before it is decided. */
async function lookAndDecide(
  ids: readonly string[],
  options: KeptOptions,
): Promise<readonly EnforcedDirectives[]> {
  const places = placesOf(options)
  const looked: Looked[] = []
  for (const id of ids) looked.push(await lookAt(id, options))
  const isAllKnown = looked.every(({ finding }) => finding === null)
  if (!options.keep || (isAllKnown && !(await isSomethingLeft(options))))
    return looked.map(({ enforced }) => enforced)
  return await options.keeper.deciding(async (recorder) => {
    const taken = await takeOverFiles(places, recorder)
    const decided: EnforcedDirectives[] = [{ directives: [], invalid: [], warnings: taken }]
    for (const id of ids) decided.push(await decide(id, options, recorder))
    return decided
  })
}

/** Files of before to be taken over, or entries that wait for the ledger. */
async function isSomethingLeft({ folder, keeper }: KeptOptions): Promise<boolean> {
  if ((await filesOfBefore(folder)).length > 0) return true
  if (!keeper.isKept) return false
  try {
    const waiting = await (await keeper.store.ifThere())?.unrecorded.list(1)
    return waiting !== undefined && waiting.length > 0
  } catch {
    // A store that cannot be read is told of where it is asked for a directive.
    return false
  }
}

/** Somebody else may be first each time; after so many times something is wrong. */
const decideAttempts = 5

async function decide(
  id: string,
  options: KeptOptions,
  recorder: Recorder,
): Promise<EnforcedDirectives> {
  for (let attempt = 1; ; attempt += 1) {
    const { enforced, finding } = await lookAt(id, options)
    if (finding === null) return enforced
    try {
      const books = { store: options.keeper.store, recorder, isLast: attempt === decideAttempts }
      const settled = await settleFinding(finding, books)
      return settled.held === null
        ? { ...enforced, warnings: [...enforced.warnings, ...settled.warnings] }
        : lastAccepted(settled.held.directive, settled.held.why)
    } catch (error) {
      if (!isOvertaken(error)) throw error
    }
  }
}

function placesOf({ folder, keeper }: KeptOptions): HistoryPlaces {
  return { folder, store: keeper.store }
}

/**
 * What `holdfast directive check` would say of files that are enforced: a contradiction, which check and add refuse
 * and somebody put there by hand, or a vendor, family, provider or definition that nobody knows: misspelt, it
 * reaches nothing, or everybody. A model by its id may be new.
 */
function findingsOn(
  directives: readonly Directive[],
  { catalogue, loaded }: EnforceOptions,
): { readonly contradictions: readonly string[]; readonly doubts: readonly string[] } {
  if (directives.length === 0) return { contradictions: [], doubts: [] }
  const known = knownNames(catalogue)
  const found = directives.flatMap((directive) => {
    const path = loaded.directives.find((one) => one.directive.id === directive.id)?.path
    return checkDirective(directive, { known }).map((finding) => ({
      ...finding,
      id: directive.id,
      check: `\`holdfast directive check ${path ?? directive.id}\` shows where`,
    }))
  })
  return {
    contradictions: found
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ id, message, check }) =>
          `directive \`${id}\` contradicts itself and is enforced as it stands: ${message}; ${check}`,
      ),
    doubts: found
      .filter(({ severity, path }) => severity === 'warning' && path.some(isWide))
      .map(({ id, message, check }) => `directive \`${id}\`: ${message}; ${check}`),
  }
}

function isWide(key: string | number): boolean {
  return key === 'vendors' || key === 'families' || key === 'providers' || key === 'definition'
}

interface Looked {
  readonly enforced: EnforcedDirectives
  /** What has to be kept and recorded; null: nothing is new. */
  readonly finding: DirectiveFinding | null
}

async function lookAt(id: string, options: KeptOptions): Promise<Looked> {
  const { loaded } = options
  const file = loaded.directives.find((one) => one.directive.id === id)
  const problem = loaded.problems.find((one) => one.id === id)
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(id)) throw await unknownDirective(id, options)
  const history = await acceptedVersion(id, placesOf(options))
  if (history !== null && 'fault' in history) {
    return known(unreadableHistory(id, history, file?.directive, options))
  }
  if (file === undefined) {
    if (history !== null)
      return await refused(history.directive, null, missingText(id, problem), options)
    if (problem !== undefined) return known(denyNamed(problem, options))
    throw await unknownDirective(id, options)
  }
  if (file.directive.template === true && history === null) {
    throw await templateFault(id, file.path, options)
  }
  const verdict = acceptDirective(history?.directive ?? null, file.directive, {
    twoPerson: options.config.directives?.twoPerson === true,
  })
  if (verdict.problems.length > 0) {
    const path = file.amendment ?? file.path
    const why = `\`${path}\` is not accepted: ${verdict.problems.join('; ')}`
    return await refused(verdict.inForce, file.directive, why, options)
  }
  const enforced = { directives: [verdict.inForce], invalid: [], warnings: [] }
  if (verdict.isNew)
    return { enforced, finding: { kind: 'version', before: history, after: file.directive } }
  return { enforced, finding: await recoveryOf(id, options) }
}

function known(enforced: EnforcedDirectives): Looked {
  return { enforced, finding: null }
}

/** A refusal is recorded once, however often the same file is looked at. */
async function refused(
  inForce: Directive,
  file: Directive | null,
  reason: string,
  options: KeptOptions,
): Promise<Looked> {
  const enforced = lastAccepted(inForce, reason)
  if (!isRecording(options)) return known(enforced)
  const refusal = { id: inForce.id, inForce, refused: file, reason }
  const { subject, digest } = sightingOf(refusal)
  const seen = await seenBefore(subject, options)
  return seen === digest ? known(enforced) : { enforced, finding: { kind: 'refusal', refusal } }
}

/** A file that was refused and is in order again: the next refusal is a new one. */
async function recoveryOf(id: string, options: KeptOptions): Promise<DirectiveFinding | null> {
  if (!isRecording(options)) return null
  const { subject } = sightingOf({ id })
  return (await seenBefore(subject, options)) === null ? null : { kind: 'recovery', subject }
}

function isRecording({ keep, keeper }: KeptOptions): boolean {
  return keep && keeper.isKept
}

async function seenBefore(subject: string, { keeper }: KeptOptions): Promise<string | null> {
  return (await (await keeper.store.ifThere())?.sightings.find(subject))?.digest ?? null
}

function missingText(id: string, problem: DirectiveProblem | undefined): string {
  return problem === undefined
    ? `the file of \`${id}\` is gone`
    : `\`${problem.path}\` cannot be read: ${faultLine(problem.fault)}`
}

function lastAccepted(directive: Directive, why: string): EnforcedDirectives {
  return {
    directives: [directive],
    invalid: [],
    warnings: [`directive \`${directive.id}\`: ${why}; the last accepted version stays in force`],
  }
}

/** A listed directive that was never valid takes the models it names away from everybody. */
function denyNamed(problem: DirectiveProblem, options: EnforceOptions): EnforcedDirectives {
  const { id } = problem
  const models = modelsOf(problem, options.catalogue)
  if (models.length === 0) {
    throw new Fault(
      problem.fault.code,
      `directive \`${id}\` is enforced and cannot be read: ${problem.fault.message}`,
      {
        place: problem.fault.place ?? { path: problem.path },
        expected: problem.fault.expected,
        others: problem.fault.others,
        advice:
          problem.fault.advice ??
          `correct it, or take \`${id}\` out of \`directives.load\`; \`holdfast directive check ${problem.path}\` shows every problem`,
        cause: problem.fault,
      },
    )
  }
  const text = faultLine(problem.fault)
  return {
    directives: [],
    invalid: [{ id, models, text }],
    warnings: [
      `directive \`${id}\` cannot be read: ${text}; everybody is denied the ${models.length === 1 ? 'model' : `${models.length} models`} it names: ${shortList(models)}`,
    ],
  }
}

/** Without its history nobody can tell whether a file was weakened: what either names is denied. */
function unreadableHistory(
  id: string,
  { fault, path, models }: UnreadableHistory,
  current: Directive | undefined,
  options: EnforceOptions,
): EnforcedDirectives {
  const named = current === undefined ? { models: [], vendors: [] } : namedInDirective(current, '')
  return denyNamed(
    {
      id,
      path,
      fault,
      models: [...new Set([...named.models, ...models])].toSorted(compareText),
      vendors: named.vendors,
    },
    options,
  )
}

function modelsOf(problem: DirectiveProblem, catalogue: Catalogue): readonly string[] {
  const ofVendors = catalogue.vendors
    .filter((vendor) => problem.vendors.includes(vendor.id))
    .flatMap((vendor) => vendor.models.map((model) => model.id))
  return [...new Set([...problem.models, ...ofVendors])].toSorted(compareText)
}

function shortList(models: readonly string[]): string {
  const shown = models.slice(0, 5).join(', ')
  return models.length > 5 ? `${shown} and ${models.length - 5} more` : shown
}

/** A fault in one line, with its place. */
export function faultLine(fault: Fault): string {
  const { place } = fault
  const at =
    place === undefined
      ? ''
      : `${[place.path, place.line, place.column].filter((part) => part !== undefined).join(':')}: `
  return `${at}${fault.message}`
}

async function unknownDirective(id: string, options: EnforceOptions): Promise<Fault> {
  const known = options.loaded.directives
    .filter(({ directive }) => directive.template !== true)
    .map(({ directive }) => directive.id)
  const near = suggestNames(id, known)
  return new Fault(
    'HF_DIRECTIVE_UNKNOWN',
    `no directive \`${id}\` ships with holdfast or lies in \`directives/\``,
    {
      place: await placeInConfig(id, options.configPath),
      expected: 'ids of shipped or local directives in `directives.load`',
      advice:
        near.length > 0
          ? `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`
          : '`holdfast directive list` shows every id',
    },
  )
}

async function templateFault(id: string, path: string, options: EnforceOptions): Promise<Fault> {
  return new Fault(
    'HF_DIRECTIVE_INVALID',
    `directive \`${id}\` is a template with invented names`,
    {
      place: await placeInConfig(id, options.configPath),
      expected: 'a directive that somebody issued',
      advice: `copy \`${path}\` to \`directives/\`, fill it in under an id of its own and remove \`template\``,
    },
  )
}

/** Where holdfast.yaml lists the id. */
async function placeInConfig(id: string, configPath: string): Promise<FaultPlace> {
  const text = await readFile(configPath, 'utf8').catch(() => '')
  const lines = new LineCounter()
  const list = parseDocument(text, { lineCounter: lines }).getIn(['directives', 'load'], true)
  const items: readonly unknown[] = isSeq(list) ? list.items : []
  for (const item of items) {
    const { value, range } = item as { value?: unknown; range?: readonly number[] }
    if (value === id && range?.[0] !== undefined) {
      const { line, col } = lines.linePos(range[0])
      return { path: configPath, line, column: col }
    }
  }
  return { path: configPath }
}

/** What was enforced before, restricts still and is no longer listed. */
async function forgottenDirectives(
  ids: readonly string[],
  options: KeptOptions,
): Promise<readonly string[]> {
  try {
    const accepted = await acceptedVersions(placesOf(options))
    return accepted
      .filter(({ id }) => !ids.includes(id))
      .filter((directive) => directiveStateAt(directive, options.now).isInForce)
      .map(
        ({ id }) =>
          `directive \`${id}\` was enforced before and is still in force, but \`directives.load\` lists it no more: it is not enforced`,
      )
      .toSorted(compareText)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [
      `whether directives are missing from \`directives.load\` that were enforced before cannot be told: ${messageOf(error)}`,
    ]
  }
}
