import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isSeq, LineCounter, parseDocument } from 'yaml'
import { canonicalJson } from '../base/canonical-json.ts'
import { compareText } from '../base/compare.ts'
import { digest } from '../base/digest.ts'
import { Fault, type FaultPlace, messageOf } from '../base/fault.ts'
import { suggestNames } from '../catalogue/index.ts'
import {
  acceptDirective,
  checkDirective,
  directiveStateAt,
  namedInDirective,
} from '../policy/index.ts'
import { AcceptedDirective } from '../schema/accepted-directive.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { Directive } from '../schema/directive.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { knownNames } from './known-names.ts'
import type { DirectiveProblem, LoadedDirectives } from './load-directives.ts'
import { writeFileWhole } from './write-output.ts'

/** Versions before the last one that are remembered by their digest. */
const earlierVersionsMax = 1_000

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
  /** The folder of holdfast.yaml; `.holdfast/directives/` lies under it. */
  readonly folder: string
  readonly loaded: LoadedDirectives
  readonly catalogue: Catalogue
  readonly now: string
  /** False: newly accepted versions are not written; for commands that only look. */
  readonly keep: boolean
}

/**
 * The directives that holdfast.yaml lists, each in the version that its accepted history allows (decision 0009).
 * Only an id that nobody knows, a template and a file that names nothing stop the run: the rest goes on, loudly.
 */
export async function enforceDirectives(options: EnforceOptions): Promise<EnforcedDirectives> {
  const ids = [...new Set(options.config.directives?.load ?? [])].toSorted(compareText)
  const results: EnforcedDirectives[] = []
  for (const id of ids) results.push(await enforceOne(id, options))
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

async function enforceOne(id: string, options: EnforceOptions): Promise<EnforcedDirectives> {
  const { loaded } = options
  const file = loaded.directives.find((one) => one.directive.id === id)
  const problem = loaded.problems.find((one) => one.id === id)
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(id)) throw await unknownDirective(id, options)
  const history = await readAccepted(options.folder, id)
  if (history !== null && 'fault' in history) {
    return unreadableHistory(id, history, file?.directive, options)
  }
  if (file === undefined) {
    if (history !== null) return lastAccepted(history.directive, missingText(id, problem))
    if (problem !== undefined) return denyNamed(problem, options)
    throw await unknownDirective(id, options)
  }
  if (file.directive.template === true && history === null) {
    throw await templateFault(id, file.path, options)
  }
  const accepted = history?.directive ?? null
  const verdict = acceptDirective(accepted, file.directive, {
    twoPerson: options.config.directives?.twoPerson === true,
  })
  if (verdict.problems.length > 0) {
    const path = file.amendment ?? file.path
    return lastAccepted(
      verdict.inForce,
      `\`${path}\` is not accepted: ${verdict.problems.join('; ')}`,
    )
  }
  const notKept =
    verdict.isNew && options.keep ? await keepAccepted(file.directive, history, options) : []
  return { directives: [verdict.inForce], invalid: [], warnings: notKept }
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
  { fault, models }: UnreadableHistory,
  current: Directive | undefined,
  options: EnforceOptions,
): EnforcedDirectives {
  const named = current === undefined ? { models: [], vendors: [] } : namedInDirective(current, '')
  return denyNamed(
    {
      id,
      path: acceptedPath(options.folder, id),
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
  options: EnforceOptions,
): Promise<readonly string[]> {
  const names = await readdir(acceptedFolder(options.folder)).catch(() => [])
  const forgotten = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'))
    .filter((id) => !ids.includes(id))
    .toSorted(compareText)
  const warnings: string[] = []
  for (const id of forgotten) {
    const history = await readAccepted(options.folder, id)
    if (history === null || 'fault' in history) continue
    if (directiveStateAt(history.directive, options.now).isInForce) {
      warnings.push(
        `directive \`${id}\` was enforced before and is still in force, but \`directives.load\` lists it no more: it is not enforced`,
      )
    }
  }
  return warnings
}

function acceptedFolder(folder: string): string {
  return join(folder, '.holdfast', 'directives')
}

function acceptedPath(folder: string, id: string): string {
  return join(acceptedFolder(folder), `${id}.json`)
}

/** A file of accepted history that is damaged, and the models that it still names. */
interface UnreadableHistory {
  readonly fault: Fault
  readonly models: readonly string[]
}

/** The last accepted version; null when there never was one. */
async function readAccepted(
  folder: string,
  id: string,
): Promise<AcceptedDirective | UnreadableHistory | null> {
  const path = acceptedPath(folder, id)
  let text = ''
  try {
    text = await readFile(path, 'utf8')
    return parseAccepted(text)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    const why = messageOf(error).split('\n')[0] ?? ''
    const fault = new Fault(
      'HF_DIRECTIVE_HISTORY',
      `the accepted history in \`${path}\` cannot be read: ${why}`,
      {
        place: { path },
        expected: 'the file as holdfast wrote it',
        advice:
          'restore it from a backup; without it the directive is accepted as it stands, so compare the file with its source first',
        cause: error,
      },
    )
    return { fault, models: namedInDirective(undefined, text).models }
  }
}

/** The digest is taken over what was written: a later version of the schema may fill in more. */
function parseAccepted(text: string): AcceptedDirective {
  const json: unknown = JSON.parse(text)
  const parsed = AcceptedDirective.safeParse(json)
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'it has another form')
  const { directive } = json as { readonly directive: unknown }
  if (parsed.data.digest !== digest(canonicalJson(directive))) {
    throw new Error('its digest does not fit its content')
  }
  return parsed.data
}

/** Keeps a newly accepted version; a folder that cannot be written is told, and the run goes on. */
async function keepAccepted(
  directive: Directive,
  before: AcceptedDirective | null,
  options: EnforceOptions,
): Promise<readonly string[]> {
  const earlier =
    before === null
      ? []
      : [...before.earlier, { acceptedAt: before.acceptedAt, digest: before.digest }]
  const accepted: AcceptedDirective = {
    schemaVersion: 1,
    acceptedAt: options.now,
    digest: digest(canonicalJson(directive)),
    directive,
    earlier: earlier.slice(-earlierVersionsMax),
  }
  try {
    await writeFileWhole(
      acceptedPath(options.folder, directive.id),
      `${JSON.stringify(accepted, null, 2)}\n`,
    )
    return []
  } catch (error) {
    return [
      `directive \`${directive.id}\`: its accepted history cannot be kept, so a later change of the file would go unnoticed: ${messageOf(error)}`,
    ]
  }
}
