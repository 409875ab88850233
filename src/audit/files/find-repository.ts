import { lstatSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Environment } from './find-executable.ts'
import { runGit } from './git.ts'
import type { GitPlace } from './git.ts'
import { fileLimits } from './limits.ts'
import type { Remote } from './repository-identity.ts'
import { readSmallFile } from './read-small-file.ts'

/** Finds the repository that a folder belongs to, without letting the folder point at somebody else's. */

export type RepositorySearch =
  | {
      readonly kind: 'found'
      readonly place: GitPlace
      /** From the top of the work tree to the folder: `` or `services/reviewer/`. */
      readonly prefix: string
      readonly remotes: readonly Remote[]
    }
  | { readonly kind: 'none' }
  /** There is a `.git`, and it is not to be used. */
  | { readonly kind: 'refused'; readonly reason: string }

/** `within`: the audited root; a git folder anywhere inside it is as trustworthy as the rest of it. */
export async function findRepository(
  folder: string,
  within: string,
  environment: Environment,
): Promise<RepositorySearch> {
  const start = realpathSync(folder)
  const boundary = realpathSync(within)
  for (let top = start; ; top = path.dirname(top)) {
    const search = gitDirectoryOf(top, boundary)
    if (search.kind === 'refused') return search
    if (search.kind === 'found') {
      if (top !== start && !hasSameOwner(search.gitDirectory, start)) return { kind: 'none' }
      const prefix = path.relative(top, start).split(path.sep).join('/')
      return describe(search.gitDirectory, top, prefix === '' ? '' : `${prefix}/`, environment)
    }
    if (path.dirname(top) === top) return { kind: 'none' }
  }
}

async function describe(
  gitDirectory: string,
  workTree: string,
  prefix: string,
  environment: Environment,
): Promise<RepositorySearch> {
  const bare: GitPlace = { gitDirectory, workTree, filters: [], mayCompare: false, hashBytes: 20 }
  const wanted = '^(filter\\..*|remote\\..*\\.url|extensions\\.objectformat)$'
  const result = await runGit(bare, ['config', '-z', '--get-regexp', wanted], { environment })
  // Git says nothing and refuses when no name matches.
  if (result.kind === 'failed' && (result.reason !== 'refused' || result.message !== '')) {
    return { kind: 'refused', reason: result.message }
  }
  const config = result.kind === 'done' ? result.output.toString().split('\0').map(settingOf) : []
  const filters = [...new Set(config.flatMap(({ name }) => filterOf(name)))]
  const mayCompare =
    filters.length <= fileLimits.gitFiltersMax && filters.every((name) => !name.includes('='))
  const usesSha256 = config.some(
    ({ name, value }) => name === 'extensions.objectformat' && value === 'sha256',
  )
  const hashBytes = usesSha256 ? 32 : 20
  const remotes = config.filter(({ name }) => name.startsWith('remote.'))
  return {
    kind: 'found',
    place: { gitDirectory, workTree, filters: mayCompare ? filters : [], mayCompare, hashBytes },
    prefix,
    remotes: remotes.map(({ name, value }) => ({ name: middleOf(name), url: value })),
  }
}

/** `name\nvalue`, as `git config -z` writes it. */
function settingOf(pair: string): { readonly name: string; readonly value: string } {
  const end = pair.indexOf('\n')
  return end === -1
    ? { name: pair, value: '' }
    : { name: pair.slice(0, end), value: pair.slice(end + 1) }
}

function filterOf(name: string): readonly string[] {
  return name.startsWith('filter.') ? [middleOf(name)] : []
}

/** `filter.git-lfs.clean` is of the filter `git-lfs`. */
function middleOf(name: string): string {
  return name.slice(name.indexOf('.') + 1, name.lastIndexOf('.'))
}

type GitDirectorySearch =
  | { readonly kind: 'found'; readonly gitDirectory: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly reason: string }

function gitDirectoryOf(top: string, within: string): GitDirectorySearch {
  const dotGit = path.join(top, '.git')
  const state = lstatSync(dotGit, { throwIfNoEntry: false })
  if (state === undefined) return { kind: 'none' }
  const target = state.isDirectory()
    ? dotGit
    : state.isFile()
      ? pointedAt(dotGit)
      : linkedTo(dotGit)
  if (
    target === null ||
    readSmallFile(path.join(target, 'HEAD'), fileLimits.gitFileBytesMax) === null
  ) {
    return { kind: 'none' }
  }
  const common = commonDirectoryOf(target)
  const isOwn = [target, common].every((place) => isInside(place, within) || isInside(place, top))
  if (isOwn || pointsBack(target, common, top)) return { kind: 'found', gitDirectory: target }
  return {
    kind: 'refused',
    reason: '`.git` leads to a repository elsewhere that does not know of this folder',
  }
}

function pointedAt(dotGit: string): string | null {
  const text = readSmallFile(dotGit, fileLimits.gitFileBytesMax)?.toString().trim()
  if (text === undefined || !text.startsWith('gitdir:')) return null
  return realPathOf(path.resolve(path.dirname(dotGit), text.slice('gitdir:'.length).trim()))
}

function linkedTo(dotGit: string): string | null {
  return realPathOf(dotGit)
}

/** Where objects, references and configuration stand; a linked work tree has them elsewhere. */
function commonDirectoryOf(gitDirectory: string): string {
  const text = readSmallFile(path.join(gitDirectory, 'commondir'), fileLimits.gitFileBytesMax)
  if (text === null) return gitDirectory
  const written = path.resolve(gitDirectory, text.toString().trim())
  return realPathOf(written) ?? written
}

/** A linked work tree and a submodule are known to the repository that they name; a planted file is not. */
function pointsBack(gitDirectory: string, common: string, top: string): boolean {
  if (gitDirectory !== common) {
    // Only who can write into the other repository can have put this folder there.
    if (!isInside(gitDirectory, path.join(common, 'worktrees'))) return false
    const link = readSmallFile(path.join(gitDirectory, 'gitdir'), fileLimits.gitFileBytesMax)
    const written = path.resolve(gitDirectory, link?.toString().trim() ?? '')
    return path.basename(written) === '.git' && realPathOf(path.dirname(written)) === top
  }
  const config = readSmallFile(path.join(gitDirectory, 'config'), fileLimits.gitFileBytesMax)
  const worktree = /^\s*worktree\s*=\s*"?([^"\n]+?)"?\s*$/mu.exec(config?.toString() ?? '')?.[1]
  return worktree !== undefined && realPathOf(path.resolve(gitDirectory, worktree)) === top
}

export function isInside(place: string, folder: string): boolean {
  const way = path.relative(folder, place)
  return way === '' || (!way.startsWith(`..${path.sep}`) && way !== '..' && !path.isAbsolute(way))
}

function realPathOf(place: string): string | null {
  try {
    return realpathSync(place)
  } catch {
    return null
  }
}

/**
 * A repository found above the folder is used only when it belongs to the folder's owner, to us or to the
 * system: one planted in a shared folder above would decide what is seen.
 */
function hasSameOwner(gitDirectory: string, folder: string): boolean {
  const owner = statSync(gitDirectory).uid
  return owner === 0 || owner === process.getuid?.() || owner === statSync(folder).uid
}
