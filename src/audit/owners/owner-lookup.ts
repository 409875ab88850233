import { performance } from 'node:perf_hooks'
import type { Dependency } from '../../schema/register.ts'
import type { Provenance } from '../files/provenance.ts'
import type { SourceTree } from '../files/source-tree.ts'
import { hasSections, ownersOf, parseCodeowners } from './codeowners.ts'
import type { CodeHost, Codeowners } from './codeowners.ts'
import { ownerLimits } from './limits.ts'
import { isShallowClone, lineAuthors, spanAround } from './line-authors.ts'
import { ownerManifests } from './manifest-owners.ts'

interface FoundOwners {
  readonly owners: readonly string[]
  readonly source: Dependency['ownerSource']
}

export interface OwnerLookup {
  /** `path` as in the register; `line` counts from 1, and without it the whole file is meant. */
  ownersOf(repository: string, path: string, line?: number): Promise<FoundOwners>
}

const nobody: FoundOwners = { owners: [], source: 'none' }

/** Who answers for a place: CODEOWNERS, else the authors of the lines, else the component's own description. */
export async function createOwnerLookup(
  tree: SourceTree,
  signal?: AbortSignal,
): Promise<OwnerLookup> {
  const budget = { leftMs: ownerLimits.blameTotalTimeMs }
  const lookups = new Map<string, RepositoryOwners>()
  for (const repository of tree.repositories) {
    const provenance = tree.provenance?.(repository.id) ?? null
    if (provenance === null) continue
    const codeowners = await readCodeowners(provenance, repository.remote)
    lookups.set(repository.id, new RepositoryOwners(provenance, codeowners, budget, signal))
  }
  return {
    ownersOf: (repository, path, line) =>
      lookups.get(repository)?.ownersOf(path, line) ?? Promise.resolve(nobody),
  }
}

class RepositoryOwners {
  readonly #provenance: Provenance
  readonly #codeowners: Codeowners | null
  /** Shared by all repositories of an audit. */
  readonly #budget: { leftMs: number }
  readonly #signal: AbortSignal | undefined
  readonly #authors = new Map<string, Promise<readonly string[]>>()
  readonly #manifests = new Map<string, Promise<readonly string[]>>()
  #shallow: Promise<boolean> | null = null

  constructor(
    provenance: Provenance,
    codeowners: Codeowners | null,
    budget: { leftMs: number },
    signal: AbortSignal | undefined,
  ) {
    this.#provenance = provenance
    this.#codeowners = codeowners
    this.#budget = budget
    this.#signal = signal
  }

  async ownersOf(path: string, line: number | undefined): Promise<FoundOwners> {
    const fromTop = this.#provenance.prefix + path
    const declared = this.#codeowners === null ? [] : ownersOf(this.#codeowners, fromTop)
    if (declared.length > 0) return { owners: declared, source: 'codeowners' }
    const authors = await this.#authorsOf(path, line)
    if (authors.length > 0) return { owners: authors.map((name) => `git:${name}`), source: 'git' }
    const described = await this.#describedOwners(fromTop)
    return described.length > 0 ? { owners: described, source: 'manifest' } : nobody
  }

  #authorsOf(path: string, line: number | undefined): Promise<readonly string[]> {
    if (!this.#provenance.mayAskHistory) return Promise.resolve([])
    const span = spanAround(line)
    const key = `${span.from}-${span.to}\0${path}`
    const known = this.#authors.get(key)
    if (known !== undefined) return known
    const asked = this.#askedAuthors(path, span)
    this.#authors.set(key, asked)
    return asked
  }

  async #askedAuthors(
    path: string,
    span: ReturnType<typeof spanAround>,
  ): Promise<readonly string[]> {
    if (this.#budget.leftMs <= 0 || this.#signal?.aborted === true) return []
    const start = performance.now()
    this.#shallow ??= isShallowClone(this.#provenance)
    const authors = await lineAuthors(this.#provenance, path, span, await this.#shallow)
    this.#budget.leftMs -= performance.now() - start
    return authors
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
      const text = await this.#provenance.readTop(folder + name)
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
