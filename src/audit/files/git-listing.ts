import { createHash } from 'node:crypto'
import path from 'node:path'
import { fileState } from './file-state.ts'
import type { FileState } from './file-state.ts'
import type { Environment } from './find-executable.ts'
import { runGit } from './git.ts'
import type { GitOptions, GitPlace } from './git.ts'
import { fileLimits } from './limits.ts'
import { splitNul } from './path-text.ts'
import type { PathText } from './path-text.ts'
import { readIndex } from './read-index.ts'
import type { IndexEntry } from './read-index.ts'
import { placeOf } from './read-source.ts'
import type { SkipReason } from './read-source.ts'
import { readSmallFile } from './read-small-file.ts'

/**
 * Lists a work tree by its index. Tracked files that git finds unchanged are not looked at: index and blob id
 * vouch for them. Only changed, untracked and specially marked ones are.
 */

export type GitListedItem =
  | {
      readonly kind: 'file'
      readonly name: PathText
      readonly size: number
      readonly key: string
    }
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: SkipReason }
  /** A submodule, or a repository nobody declared; `path` without a slash at the end. */
  | { readonly kind: 'repository'; readonly path: string }

export interface GitListing {
  readonly items: readonly GitListedItem[]
  /** True when some tracked file differs from the index. */
  readonly modified: boolean
}

/** `directory`: the folder to list, `prefix` below the top of the work tree. */
export async function listByGit(
  place: GitPlace,
  directory: string,
  prefix: string,
  surroundings: { readonly environment: Environment; readonly bytesMax: number },
): Promise<GitListing | { readonly kind: 'failed'; readonly message: string }> {
  const { environment, bytesMax } = surroundings
  const options = { environment, directory }
  const asked = [
    runGit(place, ['ls-files', '--others', '--exclude-standard', '-z'], options),
    place.mayCompare
      ? runGit(place, ['diff-files', '--name-status', '--no-renames', '--relative', '-z'], options)
      : Promise.resolve(null),
  ] as const
  // Read while git is at work.
  const entries = indexOf(place, prefix) ?? (await askedIndex(place, options))
  const [untracked, compared] = await Promise.all(asked)
  if ('message' in entries) return { kind: 'failed', message: entries.message }
  if (untracked.kind === 'failed') return { kind: 'failed', message: untracked.message }
  const changes = compared?.kind === 'done' ? parseChanges(compared.output) : null
  const found = new TrackedFiles(directory, changes, bytesMax)
  const items = entries.flatMap((entry) => found.itemOf(entry))
  return {
    items: [
      ...items,
      ...splitNul(untracked.output).flatMap((name) => untrackedItem(directory, name, bytesMax)),
    ],
    modified: found.modified,
  }
}

/** Decides what to say of each entry of the index, and whether the tree still is what the index says. */
class TrackedFiles {
  modified = false
  readonly #directory: string
  readonly #bytesMax: number
  readonly #changes: ReadonlyMap<string, string> | null
  readonly #seen = new Set<string>()
  #comparisonsLeft: number = fileLimits.contentComparisonsMax

  constructor(directory: string, changes: ReadonlyMap<string, string> | null, bytesMax: number) {
    this.#directory = directory
    this.#bytesMax = bytesMax
    this.#changes = changes
  }

  itemOf(entry: IndexEntry): readonly GitListedItem[] {
    const { text } = entry.name
    if (!staysInside(text)) return [{ kind: 'skipped', path: text, reason: 'outside' }]
    if (entry.type === 'repository') return [{ kind: 'repository', path: text }]
    if (entry.type === 'link') return [{ kind: 'skipped', path: text, reason: 'symlink' }]
    if (entry.type === 'other') return []
    const change = this.#changes?.get(text)
    if (change === 'D') {
      this.modified = true
      return []
    }
    const isUnchanged = this.#changes !== null && change === undefined && entry.vouchedFor
    if (isUnchanged && entry.size !== null) {
      return entry.size > this.#bytesMax
        ? [{ kind: 'skipped', path: text, reason: 'too-large' }]
        : [{ kind: 'file', name: entry.name, size: entry.size, key: `blob:${entry.blob}` }]
    }
    return this.#lookedAt(entry, isUnchanged)
  }

  #lookedAt(entry: IndexEntry, isUnchanged: boolean): readonly GitListedItem[] {
    const { text, bytes } = entry.name
    // A conflict has up to three entries for one file.
    if (this.#seen.has(text)) return []
    this.#seen.add(text)
    const place = placeOf(this.#directory, bytes ?? text)
    const state = hasLinkAbove(this.#directory, text)
      ? { kind: 'skipped' as const, reason: 'symlink' as const }
      : fileState(place, this.#bytesMax)
    const sameContent = isUnchanged || this.#hasContent(place, state, entry)
    if (!sameContent && !(state.kind === 'skipped' && state.reason === 'missing'))
      this.modified = true
    if (state.kind === 'folder') return [] // what is in there is untracked, and listed as such
    if (state.kind === 'skipped') {
      return state.reason === 'missing'
        ? []
        : [{ kind: 'skipped', path: text, reason: state.reason }]
    }
    const key = sameContent ? `blob:${entry.blob}` : state.contentKey
    return [{ kind: 'file', name: entry.name, size: state.size, key }]
  }

  /** A copied repository has new time stamps on every file; only the content tells whether it was changed. */
  #hasContent(place: string | Buffer, state: FileState, entry: IndexEntry): boolean {
    if (state.kind !== 'file' || this.#comparisonsLeft === 0) return false
    if (entry.size !== null && entry.size !== 0 && entry.size !== state.size) return false
    this.#comparisonsLeft -= 1
    const bytes = readSmallFile(place, this.#bytesMax)
    return bytes !== null && blobId(bytes, entry.blob.length) === entry.blob
  }
}

function blobId(bytes: Buffer, hexDigits: number): string {
  const hash = createHash(hexDigits === 64 ? 'sha256' : 'sha1')
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Git never writes such a path into an index; somebody else may have. */
function staysInside(text: string): boolean {
  return !/(?:^|\/)(?:\.{0,2}|\.git)(?:\/|$)/iu.test(text)
}

/** A folder on the way may have been replaced by a link to a place outside. */
function hasLinkAbove(directory: string, text: string): boolean {
  for (let end = text.indexOf('/'); end !== -1; end = text.indexOf('/', end + 1)) {
    const state = fileState(path.join(directory, text.slice(0, end)), 0)
    if (state.kind === 'skipped' && state.reason === 'symlink') return true
  }
  return false
}

function untrackedItem(
  directory: string,
  name: PathText,
  bytesMax: number,
): readonly GitListedItem[] {
  if (name.text.endsWith('/')) return [{ kind: 'repository', path: name.text.slice(0, -1) }]
  const state = fileState(placeOf(directory, name.bytes ?? name.text), bytesMax)
  if (state.kind === 'folder') return []
  if (state.kind === 'skipped') {
    return state.reason === 'missing'
      ? []
      : [{ kind: 'skipped', path: name.text, reason: state.reason }]
  }
  return [{ kind: 'file', name, size: state.size, key: state.contentKey }]
}

/** The part of the index under `prefix`, as paths from there; null when it has to be asked of git. */
function indexOf(place: GitPlace, prefix: string): readonly IndexEntry[] | null {
  const file = path.join(place.gitDirectory, 'index')
  const bytes = readSmallFile(file, fileLimits.gitOutputBytesMax)
  const entries = bytes === null ? null : readIndex(bytes, place.hashBytes)
  if (entries === null || prefix === '') return entries
  const prefixBytes = Buffer.byteLength(prefix)
  return entries
    .filter((entry) => entry.name.text.startsWith(prefix))
    .map((entry) => ({
      ...entry,
      name: {
        text: entry.name.text.slice(prefix.length),
        bytes: entry.name.bytes?.subarray(prefixBytes) ?? null,
      },
    }))
}

/** The same as git tells it, without sizes: `H 100644 <id> 0\t<path>\0`. */
async function askedIndex(
  place: GitPlace,
  options: GitOptions,
): Promise<readonly IndexEntry[] | { readonly message: string }> {
  const result = await runGit(place, ['ls-files', '-s', '-v', '-z'], options)
  if (result.kind === 'failed') return { message: result.message }
  return splitNul(result.output).map(({ text, bytes }): IndexEntry => {
    const tab = text.indexOf('\t')
    const [tag = '', mode = '', blob = '', stage = ''] = text.slice(0, tab).split(' ')
    return {
      name: { text: text.slice(tab + 1), bytes: bytes?.subarray(bytes.indexOf('\t') + 1) ?? null },
      type: types[mode.slice(0, 3)] ?? 'other',
      blob,
      size: null,
      // `h`: assumed unchanged; `S`: not checked out; `M`: in conflict.
      vouchedFor: tag === 'H' && stage === '0',
    }
  })
}

const types: Readonly<Record<string, IndexEntry['type']>> = {
  '100': 'file',
  '120': 'link',
  '160': 'repository',
}

/** `M\0path\0D\0path\0`, as letters by path. */
function parseChanges(output: Buffer): ReadonlyMap<string, string> {
  const changes = new Map<string, string>()
  const parts = splitNul(output)
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const name = parts[index + 1]
    if (name !== undefined) changes.set(name.text, parts[index]?.text ?? '')
  }
  return changes
}
