import { lstatSync, statSync } from 'node:fs'
import path from 'node:path'
import { Fault } from '../../base/fault.ts'
import { compareText } from '../../base/compare.ts'
import { ListedFile, ListingBuilder } from './file-listing.ts'
import type { FileListing } from './file-listing.ts'
import type { Environment } from './find-executable.ts'
import { findRepository } from './find-repository.ts'
import type { RepositorySearch } from './find-repository.ts'
import { runGit } from './git.ts'
import type { GitPlace } from './git.ts'
import { listByGit } from './git-listing.ts'
import type { GitListedItem } from './git-listing.ts'
import { IgnoreRules } from './ignore-rules.ts'
import { fileLimits } from './limits.ts'
import { readSmallFile } from './read-small-file.ts'
import { remoteOf, repositoryIdOf } from './repository-identity.ts'
import { walk } from './walk.ts'
import type { WalkedItem } from './walk.ts'

export interface ListOptions {
  readonly environment: Environment
  /** Patterns as in .gitignore, from the audited root. */
  readonly exclude?: readonly string[] | undefined
  readonly maxFileBytes?: number | undefined
}

/**
 * Every file of the tree that may be read: by git where there is git, else by walking. Repositories inside are
 * listed too, each under its own name. What is left out is named with its reason.
 */
export async function listFiles(root: string, options: ListOptions): Promise<FileListing> {
  const top = path.resolve(root)
  if (statSync(top, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Fault('HF_AUDIT_ROOT', `\`${root}\` is no directory`, {
      advice: 'name an existing directory to audit',
    })
  }
  const lister = new Lister(top, options)
  await lister.listFolder('', 0)
  return lister.result()
}

class Lister {
  readonly #root: string
  readonly #environment: Environment
  readonly #bytesMax: number
  readonly #exclude: IgnoreRules
  readonly #builder = new ListingBuilder()
  readonly #ids = new Set<string>()
  readonly #spelt = new Set<string>()

  constructor(root: string, options: ListOptions) {
    const exclude = options.exclude ?? []
    this.#root = root
    this.#environment = options.environment
    this.#bytesMax = options.maxFileBytes ?? fileLimits.fileBytesMax
    this.#exclude = exclude.length === 0 ? new IgnoreRules() : new IgnoreRules().with('', exclude)
  }

  /** `folder`: `` for the root, else the path of a repository inside it, ending in `/`. */
  async listFolder(folder: string, depth: number): Promise<void> {
    const directory = path.join(this.#root, folder)
    const search = await this.#search(directory)
    if (search.kind === 'refused') {
      this.#builder.note(`git is not used in \`${folder === '' ? '.' : folder}\`: ${search.reason}`)
    }
    if (search.kind === 'found' && (folder === '' || search.prefix === '')) {
      const { place, prefix } = search
      const surroundings = { environment: this.#environment, bytesMax: this.#bytesMax }
      const [listing, standing] = await Promise.all([
        listByGit(place, directory, prefix, surroundings),
        standingOf(place, this.#environment),
      ])
      if (!('items' in listing)) {
        this.#builder.note(
          `git could not list \`${folder === '' ? '.' : folder}\`: ${listing.message}`,
        )
      } else if (prefix === '' || listing.items.length > 0) {
        const modified = listing.modified || standing.indexModified
        const identity = { remote: remoteOf(search.remotes), commit: standing.commit, modified }
        await this.#addRepository({ folder, prefix, place, ...identity }, listing.items, depth)
        return
      }
      // A folder that its repository ignores is an ordinary folder.
    }
    const about = { folder, prefix: '', place: null, remote: null, commit: null, modified: false }
    await this.#addRepository(about, walk(directory, this.#exclude, this.#bytesMax), depth)
  }

  result(): FileListing {
    const builder = this.#builder
    return {
      repositories: builder.repositories,
      files: sortedByPlace(builder.files),
      skipped: builder.skipped.toSorted((a, b) => compareText(a.path, b.path)),
      notes: builder.closingNotes(),
    }
  }

  async #search(directory: string): Promise<RepositorySearch> {
    try {
      return await findRepository(directory, this.#root, this.#environment)
    } catch (error) {
      return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #addRepository(
    about: FoundRepository,
    items: Iterable<GitListedItem | WalkedItem>,
    depth: number,
  ): Promise<void> {
    const { folder, place, remote } = about
    const published = remote === null ? null : repositoryIdOf(remote)
    const id = this.#uniqueId(published ?? this.#folderName(folder), folder)
    const own: ListedFile[] = []
    const nested: string[] = []
    for (const item of items) {
      if (item.kind === 'repository') nested.push(item.path.replace(/\/$/u, ''))
      else if (item.kind === 'file') own.push(listedFile(item, folder, id))
      else if (!this.#exclude.ignoresWithin(folder + item.path)) {
        this.#builder.skip(folder + item.path, item.reason)
      }
    }
    const rules = place === null ? this.#exclude : this.#withHoldfastIgnores(own)
    const kept = rules.isEmpty ? own : own.filter((entry) => !rules.ignoresWithin(entry.place))
    for (const entry of kept) this.#addFile(entry)
    const inner = nested.filter((one) => !rules.ignoresWithin(`${folder}${one}/`))
    this.#builder.repositories.push({
      repository: {
        id,
        root: folder === '' ? '.' : folder.slice(0, -1),
        remote,
        commit: about.commit,
        modified: about.modified,
        nested: inner.toSorted(compareText),
      },
      place,
      prefix: about.prefix,
      revision: 'HEAD',
    })
    await this.#listNested(folder, inner, depth)
  }

  async #listNested(folder: string, inner: readonly string[], depth: number): Promise<void> {
    for (const one of inner) {
      const place = `${folder}${one}/`
      if (!isRealFolder(this.#root, place)) continue
      if (
        depth >= fileLimits.nestingDepthMax ||
        this.#builder.repositories.length >= fileLimits.nestedRepositoriesMax
      ) {
        this.#builder.skip(place, 'nested-too-deep')
      } else {
        await this.listFolder(place, depth + 1)
      }
    }
  }

  /** Two names may look alike once bytes that are no UTF-8 are spelt out; the second cannot be told apart. */
  #addFile(file: ListedFile): void {
    if (file.placeBytes !== null || file.place.includes('\\x')) {
      if (this.#spelt.has(file.place)) {
        this.#builder.skip(file.place, 'name')
        return
      }
      this.#spelt.add(file.place)
    }
    this.#builder.addFile(file)
  }

  #withHoldfastIgnores(entries: readonly ListedFile[]): IgnoreRules {
    const files = entries.filter(
      (entry) => entry.place === '.holdfastignore' || entry.place.endsWith('/.holdfastignore'),
    )
    const outermostFirst = files.toSorted((a, b) => a.place.length - b.place.length)
    return outermostFirst.reduce((rules, entry) => {
      const bytes = readSmallFile(path.join(this.#root, entry.place), fileLimits.ignoreFileBytesMax)
      const folder = entry.place.slice(0, -'.holdfastignore'.length)
      return bytes === null ? rules : rules.with(folder, bytes.toString())
    }, this.#exclude)
  }

  #folderName(folder: string): string {
    return path.basename(path.join(this.#root, folder)) || 'root'
  }

  #uniqueId(wanted: string, folder: string): string {
    const id = this.#ids.has(wanted) ? `${wanted}@${folder.slice(0, -1)}` : wanted
    this.#ids.add(id)
    return id
  }
}

interface FoundRepository {
  readonly folder: string
  readonly prefix: string
  readonly place: GitPlace | null
  readonly remote: string | null
  readonly commit: string | null
  readonly modified: boolean
}

function listedFile(
  item: Extract<GitListedItem, { readonly kind: 'file' }>,
  folder: string,
  repository: string,
): ListedFile {
  const { text, bytes } = item.name
  return new ListedFile({
    repository,
    path: text,
    folder,
    key: item.key,
    size: item.size,
    placeBytes: bytes === null ? null : Buffer.concat([Buffer.from(folder), bytes]),
  })
}

/** Git lists in nearly this order already, which makes looking cheaper than sorting. */
function sortedByPlace(files: readonly ListedFile[]): readonly ListedFile[] {
  const isSorted = files.every(
    (file, index) => index === 0 || (files[index - 1]?.place ?? '') < file.place,
  )
  return isSorted ? files : files.toSorted((a, b) => compareText(a.place, b.place))
}

/** A link in the place of a submodule would lead out of the tree. */
function isRealFolder(root: string, folder: string): boolean {
  const parts = folder.split('/').filter((part) => part !== '')
  return parts.every((_, index) => {
    const place = path.join(root, ...parts.slice(0, index + 1))
    return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true
  })
}

interface Standing {
  readonly commit: string | null
  /** True when the index differs from the commit. */
  readonly indexModified: boolean
}

async function standingOf(place: GitPlace, environment: Environment): Promise<Standing> {
  const [head, staged] = await Promise.all([
    runGit(place, ['rev-parse', '--verify', 'HEAD'], { environment }),
    runGit(place, ['diff-index', '--cached', '--name-only', '-z', 'HEAD', '--'], { environment }),
  ])
  return {
    commit: head.kind === 'done' ? head.output.toString().trim() : null,
    indexModified: staged.kind === 'done' && staged.output.length > 0,
  }
}
