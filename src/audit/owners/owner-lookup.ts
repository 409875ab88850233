import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { Dependency } from '../../schema/register.ts'
import type { Provenance } from '../files/provenance.ts'
import type { SourceTree } from '../files/source-tree.ts'
import { hasSections, ownersOf, parseCodeowners } from './codeowners.ts'
import type { CodeHost, Codeowners } from './codeowners.ts'
import { ownerLimits } from './limits.ts'
import { isShallowClone, lineAuthors, type LineSpan, spanAround } from './line-authors.ts'
import { ownerManifests } from './manifest-owners.ts'

interface FoundOwners {
  readonly owners: readonly string[]
  readonly source: Dependency['ownerSource']
}

/** `path` as in the register; `line` counts from 1, and without it the whole file is meant. */
interface OwnedPlace {
  readonly path: string
  readonly line?: number | undefined
}

export interface OwnerLookup {
  /** Owners of places of one repository, in the same order. */
  ownersOf(repository: string, places: readonly OwnedPlace[]): Promise<readonly FoundOwners[]>
}

interface OwnerOptions {
  readonly signal?: AbortSignal | undefined
  /** For git's history in all, in milliseconds. */
  readonly timeMs?: number | undefined
  /** Files of whose history git was asked, of all that it will be asked of in this repository. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined
  /** What a reader of the result must know. */
  readonly onNote?: ((note: string) => void) | undefined
}

const nobody: FoundOwners = { owners: [], source: 'none' }

/** Who answers for a place: CODEOWNERS, else the authors of the lines, else the component's own description. */
export async function createOwnerLookup(
  tree: SourceTree,
  options: OwnerOptions = {},
): Promise<OwnerLookup> {
  const budget: Budget = { endsAt: null }
  const lookups = new Map<string, RepositoryOwners>()
  for (const repository of tree.repositories) {
    const provenance = tree.provenance?.(repository.id) ?? null
    if (provenance === null) continue
    const codeowners = await readCodeowners(provenance, repository.remote)
    const parts = { id: repository.id, provenance, codeowners, budget, options }
    lookups.set(repository.id, new RepositoryOwners(parts))
  }
  return {
    ownersOf: async (repository, places) =>
      (await lookups.get(repository)?.ownersOf(places)) ?? places.map(() => nobody),
  }
}

/** Until when git may be asked of authors, by the clock of `performance`; it begins with the first question. */
interface Budget {
  endsAt: number | null
}

interface RepositoryParts {
  readonly id: string
  readonly provenance: Provenance
  readonly codeowners: Codeowners | null
  /** Shared by all repositories of an audit. */
  readonly budget: Budget
  readonly options: OwnerOptions
}

/** Authors of the spans of a file, by `keyOf` of each. */
type FileAuthors = ReadonlyMap<string, readonly string[]>

class RepositoryOwners {
  readonly #parts: RepositoryParts
  readonly #manifests = new Map<string, Promise<readonly string[]>>()

  constructor(parts: RepositoryParts) {
    this.#parts = parts
  }

  async ownersOf(places: readonly OwnedPlace[]): Promise<readonly FoundOwners[]> {
    const declared = places.map(({ path }) => this.#declaredOwners(path))
    const authors = await this.#authorsIn(
      places.filter((_, index) => declared[index]?.length === 0),
    )
    return await Promise.all(
      places.map(async ({ path, line }, index): Promise<FoundOwners> => {
        const named = declared[index] ?? []
        if (named.length > 0) return { owners: named, source: 'codeowners' }
        const wrote = authors.get(path)?.get(keyOf(spanAround(line))) ?? []
        if (wrote.length > 0) return { owners: wrote.map((name) => `git:${name}`), source: 'git' }
        const described = await this.#describedOwners(this.#fromTop(path))
        return described.length > 0 ? { owners: described, source: 'manifest' } : nobody
      }),
    )
  }

  #fromTop(path: string): string {
    return this.#parts.provenance.prefix + path
  }

  #declaredOwners(path: string): readonly string[] {
    const { codeowners } = this.#parts
    return codeowners === null ? [] : ownersOf(codeowners, this.#fromTop(path))
  }

  /** Git is asked once for each file, for several files at a time. */
  async #authorsIn(places: readonly OwnedPlace[]): Promise<ReadonlyMap<string, FileAuthors>> {
    const { id, provenance, budget, options } = this.#parts
    const found = new Map<string, FileAuthors>()
    if (!provenance.mayAskHistory) return found
    const spansOf = spansByFile(places)
    if (spansOf.size === 0) return found
    const isShallow = await isShallowClone(provenance)
    budget.endsAt ??= performance.now() + (options.timeMs ?? ownerLimits.blameTotalTimeMs)
    const { endsAt } = budget
    const isOver = (): boolean => performance.now() >= endsAt || options.signal?.aborted === true
    const waiting = spansOf.entries()
    let unanswered = spansOf.size
    let done = 0
    const askOn = async (): Promise<void> => {
      for (const [path, spans] of waiting) {
        if (isOver()) return
        const authors = await lineAuthors(provenance, path, spans, isShallow)
        if (authors !== null) {
          unanswered -= 1
          found.set(path, new Map(spans.map((span, index) => [keyOf(span), authors[index] ?? []])))
        }
        done += 1
        options.onProgress?.(done, spansOf.size)
      }
    }
    await Promise.all(Array.from({ length: askersOf(spansOf.size) }, askOn))
    if (unanswered > 0 && options.signal?.aborted !== true)
      options.onNote?.(
        `${id}: git's history of ${unanswered} of ${spansOf.size} files was not read in time, and nobody is named by it as their owner; CODEOWNERS names owners without it`,
      )
    return found
  }

  /** The nearest description on the way up, from the top of the repository's paths. */
  async #describedOwners(fromTop: string): Promise<readonly string[]> {
    const folders = fromTop.split('/').slice(0, -1)
    for (let depth = folders.length; depth >= 0; depth--) {
      const folder = folders
        .slice(0, depth)
        .map((part) => `${part}/`)
        .join('')
      const known = this.#manifests.get(folder) ?? this.#ownersIn(folder)
      this.#manifests.set(folder, known)
      const owners = await known
      if (owners.length > 0) return owners
    }
    return []
  }

  async #ownersIn(folder: string): Promise<readonly string[]> {
    for (const { name, ownersIn } of ownerManifests) {
      const text = await this.#parts.provenance.readTop(folder + name)
      const owners =
        text === null || text.length > ownerLimits.manifestBytesMax ? [] : ownersIn(text)
      if (owners.length > 0) return owners
    }
    return []
  }
}

const githubPlaces = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']
const gitlabPlaces = ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS']

/** The first file that the host would read; without a known host, the first that is there. */
async function readCodeowners(
  provenance: Provenance,
  remote: string | null,
): Promise<Codeowners | null> {
  const told = remote === null ? null : hostOf(remote)
  const places = told === 'gitlab' ? gitlabPlaces : [...githubPlaces, '.gitlab/CODEOWNERS']
  for (const place of places) {
    const text = await provenance.readTop(place)
    if (text === null) continue
    const host = told ?? (place.startsWith('.gitlab/') || hasSections(text) ? 'gitlab' : 'github')
    return parseCodeowners(text, host)
  }
  return null
}

function hostOf(remote: string): CodeHost | null {
  if (/(?:^|[/@.])gitlab[.\-:/]/iu.test(remote)) return 'gitlab'
  return /(?:^|[/@.])github\.(?:com|[^/]+)[:/]/iu.test(remote) ? 'github' : null
}

/** Processes of git at once. */
function askersOf(files: number): number {
  return Math.min(files, availableParallelism(), ownerLimits.blamesAtOnceMax)
}

function spansByFile(places: readonly OwnedPlace[]): ReadonlyMap<string, readonly LineSpan[]> {
  const spansOf = new Map<string, Map<string, LineSpan>>()
  for (const { path, line } of places) {
    const span = spanAround(line)
    const spans = spansOf.get(path) ?? new Map<string, LineSpan>()
    spansOf.set(path, spans.set(keyOf(span), span))
  }
  return new Map([...spansOf].map(([path, spans]) => [path, [...spans.values()]]))
}

function keyOf({ from, to }: LineSpan): string {
  return `${from}-${to}`
}
