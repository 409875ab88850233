import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LineCounter, parseDocument, visit } from 'yaml'
import type * as z from 'zod'
import { compareText } from '../base/compare.ts'
import { Fault, messageOf } from '../base/fault.ts'
import {
  amendDirective,
  directiveBytesMax,
  directiveEntriesMax,
  namedInDirective,
  recoveryCharactersMax,
} from '../policy/index.ts'
import { Directive } from '../schema/directive.ts'
import { DirectiveAmendment } from '../schema/directive-amendment.ts'
import { dataPath } from './installation.ts'
import { parseYamlAs } from './load-config.ts'
import { type LimitedText, readLimitedFile } from './read-limited-file.ts'
import { whyNot } from './why-not.ts'

/** Files of one folder `directives/`. */
const directiveFilesMax = 1_000

export interface LoadedDirective {
  readonly directive: Directive
  readonly path: string
  readonly origin: 'shipped' | 'local'
  /** The file beside holdfast.yaml that adds to a shipped directive; null for none. */
  readonly amendment: string | null
}

/** A file that is no directive: policy denies what it names, the rest goes on. */
export interface DirectiveProblem {
  /** The id as far as it can be told, else the name of the file. */
  readonly id: string
  readonly path: string
  readonly fault: Fault
  /** Models that it names, as far as they can be told. */
  readonly models: readonly string[]
  /** Vendors that its scope names. */
  readonly vendors: readonly string[]
}

export interface LoadedDirectives {
  readonly directives: readonly LoadedDirective[]
  readonly problems: readonly DirectiveProblem[]
}

export interface DirectivePlaces {
  /** The folder of holdfast.yaml; local directives lie in `directives/` under it. */
  readonly folder: string
  /** Where the shipped directives lie; for tests. */
  readonly shipped?: string | undefined
}

/** Every directive that ships and every local one; a bad file is told beside the good ones. */
export async function loadDirectives(places: DirectivePlaces): Promise<LoadedDirectives> {
  const own = localDirectiveFolder(places.folder)
  const yaml = (await namesIn(own)).filter((name) => /\.ya?ml$/.test(name))
  if (yaml.length > directiveFilesMax) {
    throw new Fault('HF_DIRECTIVE_INVALID', `\`${own}\` holds ${yaml.length} files`, {
      place: { path: own },
      expected: `at most ${directiveFilesMax} directives`,
    })
  }
  const [shipped, local, amendments] = await Promise.all([
    shippedPaths(places.shipped ?? dataPath('directives')).then((paths) =>
      Promise.all(paths.map((path) => readDirective(path, 'shipped'))),
    ),
    Promise.all(
      yaml
        .filter((name) => !isAmendment(name) && !isCases(name))
        .map((name) => readDirective(join(own, name), 'local')),
    ),
    Promise.all(yaml.filter(isAmendment).map((name) => readAmendment(join(own, name)))),
  ])
  return amendAll(withoutTwins([...shipped, ...local]), amendments)
}

/** Cases that test a directive lie beside it. */
function isCases(name: string): boolean {
  return /\.cases\.ya?ml$/.test(name)
}

export function isAmendment(name: string): boolean {
  return /\.amendment\.ya?ml$/.test(name)
}

/** The path as people read it: what ships lies wherever holdfast was installed. */
export function shownPath({ path, origin }: Pick<LoadedDirective, 'path' | 'origin'>): string {
  return origin === 'shipped' ? `data${path.slice(dataPath().length)}` : path
}

export function localDirectiveFolder(folder: string): string {
  return join(folder, 'directives')
}

export function amendmentPath(folder: string, id: string): string {
  return join(localDirectiveFolder(folder), `${id}.amendment.yaml`)
}

/** One directive file, or a fault that says every problem with its line. */
export async function readDirectiveFile(path: string): Promise<Directive> {
  return parseDirective(await readText(path), path)
}

export function parseDirective(text: string, path: string): Directive {
  const directive = parseStrictly(Directive, text, path)
  for (const list of ['status', 'carveOuts', 'vendorActions'] as const) {
    if (directive[list].length > directiveEntriesMax) {
      throw new Fault('HF_DIRECTIVE_INVALID', `\`${list}\` has ${directive[list].length} entries`, {
        place: { path },
        expected: `at most ${directiveEntriesMax}`,
        advice: 'split it into several directives',
      })
    }
  }
  return directive
}

export function parseAmendment(text: string, path: string): DirectiveAmendment {
  return parseStrictly(DirectiveAmendment, text, path)
}

/** Text of a directive or amendment; too long a file is refused before anything parses it. */
export async function readText(path: string): Promise<string> {
  const { text, isCut } = await readOrFault(path, directiveBytesMax)
  if (isCut) throw tooLong(path)
  return text
}

function tooLong(path: string): Fault {
  return new Fault(
    'HF_DIRECTIVE_INVALID',
    `\`${path}\` is longer than ${directiveBytesMax} bytes`,
    {
      place: { path },
      expected:
        'a directive of a few hundred lines; select models by vendor or family instead of by id',
      advice: 'split it into several directives',
    },
  )
}

async function readOrFault(path: string, bytesMax: number): Promise<LimitedText> {
  try {
    return await readLimitedFile(path, bytesMax)
  } catch (error) {
    throw new Fault('HF_FILE_READ', `cannot read \`${path}\`: ${whyNot(error)}`, {
      expected: 'a readable directive file (YAML)',
      place: { path },
      cause: error,
    })
  }
}

/** Parses a file of directives; whatever the parser throws becomes a fault with its place. */
export function parseStrictly<T extends z.ZodType>(
  schema: T,
  text: string,
  path: string,
): z.infer<T> {
  try {
    refuseWideMaps(text, path)
    return parseYamlAs(schema, text, path, 'HF_DIRECTIVE_INVALID')
  } catch (error) {
    if (error instanceof Fault) throw error
    // For instance too many aliases.
    throw new Fault('HF_DIRECTIVE_INVALID', messageOf(error), { place: { path }, cause: error })
  }
}

/** No part of a directive has so many keys. */
const mapKeysMax = 200

/** Looking for keys that stand twice takes the square of their number, so a hostile map is refused before. */
function refuseWideMaps(text: string, path: string): void {
  if (text.length < 10 * mapKeysMax) return
  const lines = new LineCounter()
  visit(parseDocument(text, { uniqueKeys: false, prettyErrors: false, lineCounter: lines }), {
    Map(_key, { items, range }) {
      if (items.length <= mapKeysMax) return
      const { line, col } = lines.linePos(range?.[0] ?? 0)
      throw new Fault('HF_DIRECTIVE_INVALID', `a map has ${items.length} keys`, {
        place: { path, line, column: col },
        expected: 'the keys of a directive',
        advice: 'docs/reference/directive-files.md lists every key',
      })
    },
  })
}

async function shippedPaths(folder: string): Promise<readonly string[]> {
  const issuers = await namesIn(folder)
  const folders = await Promise.all(
    issuers.map(async (issuer) =>
      (await namesIn(join(folder, issuer))).map((id) => join(folder, issuer, id)),
    ),
  )
  return folders
    .flat()
    .map((one) => join(one, 'directive.yaml'))
    .filter((path) => existsSync(path))
}

/** Names in a folder, sorted; none when there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted(compareText)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new Fault('HF_FILE_READ', `cannot list \`${folder}\`: ${whyNot(error)}`, {
      place: { path: folder },
      cause: error,
    })
  }
}

type ReadDirective = LoadedDirective | DirectiveProblem

function isProblem(read: ReadDirective): read is DirectiveProblem {
  return 'fault' in read
}

async function readDirective(
  path: string,
  origin: LoadedDirective['origin'],
): Promise<ReadDirective> {
  try {
    return { directive: await readDirectiveFile(path), path, origin, amendment: null }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return problemOf(path, error)
  }
}

/** What a broken file names, read as far as it can be. */
async function problemOf(path: string, fault: Fault): Promise<DirectiveProblem> {
  const text = await readLimitedFile(path, recoveryCharactersMax).then(
    (read) => read.text,
    () => '',
  )
  const named = namedInDirective(looseYaml(text), text)
  const stem = basename(path) === 'directive.yaml' ? basename(dirname(path)) : basename(path)
  return {
    id: named.id ?? stem.replace(/\.ya?ml$/, ''),
    path,
    fault,
    models: named.models,
    vendors: named.vendors,
  }
}

/** Whatever YAML makes of a text; a long one is not worth the time, its words are searched instead. */
function looseYaml(text: string): unknown {
  if (text.length > directiveBytesMax) return undefined
  try {
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false })
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 })
  } catch {
    return undefined
  }
}

/** Of two files with one id neither is taken: nobody can tell which holds. */
function withoutTwins(all: readonly ReadDirective[]): readonly ReadDirective[] {
  const byId = Map.groupBy(all, (read) => (isProblem(read) ? read.id : read.directive.id))
  return [...byId].flatMap(([id, reads]) => {
    if (reads.length === 1) return reads
    const paths = reads.map(({ path }) => `\`${path}\``).join(' and ')
    const fault = new Fault('HF_DIRECTIVE_INVALID', `\`${id}\` is the id of ${paths}`, {
      place: { path: reads.at(-1)?.path ?? id },
      expected: 'one file for each id',
      advice:
        'give the local one an id of its own; a shipped directive is changed by an amendment only',
    })
    const named = reads.map((read) => (isProblem(read) ? read : namedIn(read.directive)))
    return [
      {
        id,
        path: reads.at(-1)?.path ?? id,
        fault,
        models: [...new Set(named.flatMap(({ models }) => models))].toSorted(compareText),
        vendors: [...new Set(named.flatMap(({ vendors }) => vendors))].toSorted(compareText),
      },
    ]
  })
}

function namedIn(directive: Directive): Pick<DirectiveProblem, 'models' | 'vendors'> {
  return namedInDirective(directive, '')
}

interface ReadAmendment {
  readonly path: string
  readonly id: string
  readonly read: DirectiveAmendment | Fault
}

async function readAmendment(path: string): Promise<ReadAmendment> {
  const id = basename(path).replace(/\.amendment\.ya?ml$/, '')
  try {
    const read = parseAmendment(await readText(path), path)
    return { path, id: read.directive, read }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { path, id, read: error }
  }
}

function amendAll(
  all: readonly ReadDirective[],
  amendments: readonly ReadAmendment[],
): LoadedDirectives {
  const directives: LoadedDirective[] = []
  const problems: DirectiveProblem[] = []
  for (const read of all) {
    const amended = isProblem(read) ? read : amendOne(read, amendments)
    if (isProblem(amended)) problems.push(amended)
    else directives.push(amended)
  }
  const known = new Set(all.map((read) => (isProblem(read) ? read.id : read.directive.id)))
  for (const { path, id, read } of amendments.filter((one) => !known.has(one.id))) {
    const fault =
      read instanceof Fault
        ? read
        : new Fault('HF_DIRECTIVE_UNKNOWN', `no directive \`${id}\` is there to be amended`, {
            place: { path },
            expected: 'the id of a shipped directive',
            advice: '`holdfast directive list` shows every id',
          })
    problems.push({ id, path, fault, models: [], vendors: [] })
  }
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => compareText(a.id, b.id)
  return {
    directives: directives.toSorted((a, b) => byId(a.directive, b.directive)),
    problems: problems.toSorted(byId),
  }
}

/** An amendment that cannot be read makes its directive unreadable: a line that restricts again may stand in it. */
function amendOne(loaded: LoadedDirective, amendments: readonly ReadAmendment[]): ReadDirective {
  const { directive } = loaded
  const own = amendments.filter(({ id }) => id === directive.id)
  const [first, second] = own
  if (first === undefined) return loaded
  const { path } = first
  const problem = (fault: Fault) => ({ id: directive.id, path, fault, ...namedIn(directive) })
  if (first.read instanceof Fault) return problem(first.read)
  if (second !== undefined || loaded.origin === 'local') {
    const why =
      second === undefined
        ? `\`${loaded.path}\` is yours and takes its lines itself`
        : `\`${second.path}\` amends it too`
    return problem(
      new Fault('HF_DIRECTIVE_INVALID', `\`${path}\` amends \`${directive.id}\`, but ${why}`, {
        place: { path },
        expected: 'one amendment for each shipped directive',
      }),
    )
  }
  return { ...loaded, directive: amendDirective(directive, first.read), amendment: path }
}
