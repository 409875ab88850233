import { lstatSync, statSync } from 'node:fs'
import path from 'node:path'
import { Fault } from '../../base/fault.ts'
import { compareText } from '../../base/compare.ts'
import { hasBinaryName } from './binary-names.ts'
import { BlobReader } from './blob-reader.ts'
import { decodeText } from './decode-text.ts'
import { listedFile, ListedFile, ListingBuilder } from './file-listing.ts'
import type { ListedRepository } from './file-listing.ts'
import type { Environment } from './find-executable.ts'
import { findRepository } from './find-repository.ts'
import type { RepositorySearch } from './find-repository.ts'
import { runGit } from './git.ts'
import type { GitPlace } from './git.ts'
import { HitQueue } from './hit-queue.ts'
import { IgnoreRules } from './ignore-rules.ts'
import { KeywordSearch } from './keyword-search.ts'
import { fileLimits } from './limits.ts'
import { splitNul } from './path-text.ts'
import { remoteOf, repositoryIdOf } from './repository-identity.ts'
import { searchableBytes } from './searchable-bytes.ts'
import type { ReadResult, SourceTree } from './source-tree.ts'
import type { TreeOptions } from './tree-options.ts'

/** The files of a directory as they were in a commit, read from git's objects; the work tree is not looked at. */
export async function openCommitTree(
  root: string,
  at: string,
  options: TreeOptions,
): Promise<SourceTree> {
  const top = path.resolve(root)
  if (statSync(top, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Fault('HF_AUDIT_ROOT', `\`${root}\` is no directory`)
  }
  const search = await findRepository(top, top, options.environment)
  if (search.kind !== 'found') {
    const reason = search.kind === 'refused' ? search.reason : 'it is in no git repository'
    throw new Fault('HF_AUDIT_COMMIT', `\`${root}\` has no past to look at: ${reason}`, {
      expected: 'a git work tree',
      advice: 'leave --at out to audit the files as they are',
    })
  }
  const commit = await commitAt(search.place, at, options.environment)
  const lister = new CommitLister(top, options)
  try {
    await lister.listRepository({ folder: '', search, commit }, 0)
  } catch (error) {
    lister.close()
    throw error
  }
  return lister.tree()
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/u
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/u

/** The commit that is meant: by name, or the last one before the end of a day (UTC) or an instant. */
async function commitAt(place: GitPlace, at: string, environment: Environment): Promise<string> {
  const instant = dayPattern.test(at) ? `${at}T23:59:59Z` : instantPattern.test(at) ? at : null
  if (instant === null ? at.startsWith('-') || at === '' : Number.isNaN(Date.parse(instant))) {
    throw new Fault('HF_AUDIT_COMMIT', `\`${at}\` is no commit and no date`, {
      expected: 'a commit, a day `YYYY-MM-DD`, or an instant such as `2026-06-12T21:21:00Z`',
    })
  }
  const result = await runGit(
    place,
    instant === null
      ? ['rev-parse', '--verify', '--quiet', `${at}^{commit}`]
      : ['rev-list', '-1', `--before=${new Date(instant).toISOString()}`, 'HEAD', '--'],
    { environment },
  )
  const id = result.kind === 'done' ? result.output.toString().trim() : ''
  if (/^[0-9a-f]{40,64}$/u.test(id)) return id
  const what =
    instant === null ? `git knows no commit \`${at}\`` : `there is no commit before \`${at}\``
  throw new Fault('HF_AUDIT_COMMIT', what, {
    advice: 'a shallow clone knows only its newest commits: fetch the full history',
  })
}

interface CommitRepository {
  /** `` or ending in `/`. */
  readonly folder: string
  readonly search: Extract<RepositorySearch, { readonly kind: 'found' }>
  readonly commit: string
}

interface CommitEntry {
  readonly mode: string
  readonly id: string
  readonly size: number
  readonly text: string
  readonly bytes: Buffer | null
}

class CommitLister {
  readonly #root: string
  readonly #options: TreeOptions
  readonly #bytesMax: number
  readonly #builder = new ListingBuilder()
  readonly #readers = new Map<string, BlobReader>()

  constructor(root: string, options: TreeOptions) {
    this.#root = root
    this.#options = options
    this.#bytesMax = options.maxFileBytes ?? fileLimits.fileBytesMax
  }

  async listRepository(given: CommitRepository, depth: number): Promise<void> {
    const { folder, search, commit } = given
    const { environment } = this.#options
    const treeName = search.prefix === '' ? commit : `${commit}:${search.prefix.slice(0, -1)}`
    // From the top of the work tree: below it git would list only the folder it stands in.
    const words = ['ls-tree', '-r', '-l', '-z', '--full-tree', treeName] as const
    const result = await runGit(search.place, words, { environment })
    if (result.kind === 'failed') {
      throw new Fault('HF_AUDIT_COMMIT', `git could not list \`${treeName}\`: ${result.message}`)
    }
    const entries = entriesIn(result.output)
    const remote = remoteOf(search.remotes)
    const id = this.#idOf(folder, remote)
    const reader = new BlobReader(search.place, environment)
    this.#readers.set(id, reader)
    const rules = await this.#rulesIn(folder, entries, reader)
    const kept = entries.filter(
      (entry) => rules.isEmpty || !rules.ignoresWithin(folder + entry.text),
    )
    const nested = kept.filter((entry) => entry.mode === '160000')
    for (const entry of kept) this.#add(entry, folder, id)
    this.#builder.repositories.push({
      repository: {
        id,
        root: folder === '' ? '.' : folder.slice(0, -1),
        remote,
        commit,
        modified: false,
        nested: nested.map((entry) => entry.text).toSorted(compareText),
      },
      place: search.place,
      prefix: search.prefix,
      revision: commit,
    })
    for (const entry of nested) await this.#listNested(`${folder}${entry.text}/`, entry.id, depth)
  }

  /** A submodule at the commit that its parent names, when it is checked out here and knows that commit. */
  async #listNested(folder: string, commit: string, depth: number): Promise<void> {
    const place = path.join(this.#root, folder)
    if (depth >= fileLimits.nestingDepthMax) return this.#builder.skip(folder, 'nested-too-deep')
    if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) {
      return this.#builder.skip(folder, 'missing')
    }
    try {
      const search = await findRepository(place, this.#root, this.#options.environment)
      if (search.kind === 'found' && search.prefix === '') {
        return await this.listRepository({ folder, search, commit }, depth + 1)
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
    }
    return this.#builder.skip(folder, 'missing')
  }

  tree(): SourceTree {
    const builder = this.#builder
    const { environment } = this.#options
    return {
      repositories: builder.repositories.map(({ repository }) => repository),
      files: builder.files.toSorted((a, b) => compareText(a.place, b.place)),
      skipped: builder.skipped.toSorted((a, b) => compareText(a.path, b.path)),
      notes: builder.closingNotes(),
      hits: (files, keywords, signal) => this.#hits(files.map(listedFile), keywords, signal),
      read: (file) => this.#read(listedFile(file)),
      provenance: (id) => {
        const found = builder.repositories.find(({ repository }) => repository.id === id)
        if (found === undefined) return null
        return {
          place: found.place,
          prefix: found.prefix,
          revision: found.revision,
          environment,
          mayAskHistory: this.#options.gitOwners !== false,
          readTop: (file) => this.#readTop(found, file),
        }
      },
      close: () => {
        this.close()
        return Promise.resolve()
      },
    }
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close()
  }

  #idOf(folder: string, remote: string | null): string {
    const published = remote === null ? null : repositoryIdOf(remote)
    const wanted = published ?? (path.basename(path.join(this.#root, folder)) || 'root')
    return this.#readers.has(wanted) ? `${wanted}@${folder.slice(0, -1)}` : wanted
  }

  async #rulesIn(
    folder: string,
    entries: readonly CommitEntry[],
    reader: BlobReader,
  ): Promise<IgnoreRules> {
    const exclude = this.#options.exclude ?? []
    let rules = exclude.length === 0 ? new IgnoreRules() : new IgnoreRules().with('', exclude)
    const files = entries
      .filter(({ text, mode }) => mode.startsWith('100') && /(?:^|\/)\.holdfastignore$/u.test(text))
      .filter(({ size }) => size <= fileLimits.ignoreFileBytesMax)
      .toSorted((a, b) => a.text.length - b.text.length)
    for (const { id, text } of files) {
      const bytes = await reader.read(id)
      const below = folder + text.slice(0, -'.holdfastignore'.length)
      if (bytes !== null) rules = rules.with(below, bytes.toString())
    }
    return rules
  }

  #add(entry: CommitEntry, folder: string, repository: string): void {
    const place = folder + entry.text
    if (entry.mode === '120000') this.#builder.skip(place, 'symlink')
    if (!entry.mode.startsWith('100')) return
    if (entry.size > this.#bytesMax) {
      this.#builder.skip(place, 'too-large')
      return
    }
    const key = `blob:${entry.id}`
    const { text, bytes, size } = entry
    this.#builder.addFile(
      new ListedFile({ repository, path: text, folder, key, size, placeBytes: bytes }),
    )
  }

  #hits(
    files: readonly ListedFile[],
    keywords: readonly string[],
    signal: AbortSignal | undefined,
  ): AsyncIterable<ListedFile> {
    const search = new KeywordSearch(keywords)
    const queue = new HitQueue<ListedFile>()
    const searched = files.filter((file) => file.size !== 0 && !hasBinaryName(file.path)).values()
    const takeFiles = async (): Promise<void> => {
      for (const file of searched) {
        if (signal?.aborted === true) return
        const bytes = await this.#blobOf(file)
        // What git does not have is read again, to be told as skipped.
        if (bytes === null || search.matches(searchableBytes(bytes))) queue.push(file)
      }
    }
    Promise.all(Array.from({ length: fileLimits.blobRequestsMax }, takeFiles)).then(
      () => queue.end(),
      (error: unknown) => queue.fail(error),
    )
    return queue
  }

  async #read(file: ListedFile): Promise<ReadResult> {
    const bytes = await this.#blobOf(file)
    return bytes === null ? { kind: 'skipped', reason: 'missing' } : decodeText(bytes)
  }

  #blobOf(file: ListedFile): Promise<Buffer | null> {
    const reader = this.#readers.get(file.repository)
    return reader?.read(file.key.slice('blob:'.length)) ?? Promise.resolve(null)
  }

  async #readTop(found: ListedRepository, file: string): Promise<string | null> {
    if (found.place === null) return null
    const { environment } = this.#options
    const words = ['cat-file', 'blob', `${found.revision}:${file}`] as const
    const outputBytesMax = fileLimits.gitFileBytesMax
    const result = await runGit(found.place, words, { environment, outputBytesMax })
    if (result.kind === 'failed') return null
    const decoded = decodeText(result.output)
    return decoded.kind === 'text' ? decoded.content : null
  }
}

/** `100644 blob <id>    <size>\t<path>\0`; a submodule has `-` for its size. */
function entriesIn(output: Buffer): readonly CommitEntry[] {
  return splitNul(output).map(({ text, bytes }) => {
    const tab = text.indexOf('\t')
    const [mode = '', , id = '', size = ''] = text.slice(0, tab).split(/ +/u)
    return {
      mode,
      id,
      size: size === '-' ? 0 : Number(size),
      text: text.slice(tab + 1),
      bytes: bytes?.subarray(bytes.indexOf('\t') + 1) ?? null,
    }
  })
}
