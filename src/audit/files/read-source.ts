import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { decodeText } from './decode-text.ts'
import { isInside } from './find-repository.ts'
import { fileLimits } from './limits.ts'

export type SkipReason =
  | 'too-large'
  | 'binary'
  | 'unreadable'
  | 'symlink'
  | 'special'
  | 'outside'
  | 'missing'
  | 'name'

export type SourceText =
  | { readonly kind: 'text'; readonly content: string }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }

export type SourceBytes =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }

/** A name that cannot hold a link in its last place, and a pipe that has no writer, are answered at once. */
const safeFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * The text of a file of the tree at `root`; what cannot be read says why, and nothing throws. Synchronous: for
 * files of some kilobytes the thread pool costs five times what the system calls do.
 */
export function readSource(
  root: string,
  file: string | Buffer,
  bytesMax: number = fileLimits.fileBytesMax,
): SourceText {
  const found = readBytes(root, file, bytesMax)
  return found.kind === 'skipped' ? found : decodeText(found.bytes)
}

/**
 * The bytes of a regular file inside `root`, at most the limit. No link is followed: not the file itself, and
 * not a folder on the way that leads out of the root.
 */
export function readBytes(
  root: string,
  file: string | Buffer,
  bytesMax: number = fileLimits.fileBytesMax,
): SourceBytes {
  const place = placeOf(root, file)
  let handle: number
  try {
    const top = realpathSync.native(root)
    const parent = realpathSync.native(parentOf(place))
    if (!isInside(parent, top)) return { kind: 'skipped', reason: 'outside' }
    handle = openSync(place, safeFlags)
  } catch (error) {
    return { kind: 'skipped', reason: reasonOf(error) }
  }
  try {
    const state = fstatSync(handle)
    if (!state.isFile()) return { kind: 'skipped', reason: 'special' }
    if (state.size > bytesMax) return { kind: 'skipped', reason: 'too-large' }
    return { kind: 'bytes', bytes: readAll(handle, state.size) }
  } catch {
    return { kind: 'skipped', reason: 'unreadable' }
  } finally {
    closeSync(handle)
  }
}

/** Reads up to the size it had when opened: a file that grows meanwhile is cut there. */
function readAll(handle: number, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  let filled = 0
  while (filled < size) {
    const bytesRead = readSync(handle, bytes, filled, size - filled, null)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/** A name whose bytes are no UTF-8 is kept in bytes all the way. */
export function placeOf(root: string, file: string | Buffer): string | Buffer {
  if (typeof file === 'string') return path.join(root, file)
  return Buffer.concat([Buffer.from(root + path.sep), file])
}

function parentOf(place: string | Buffer): string | Buffer {
  if (typeof place === 'string') return path.dirname(place)
  return place.subarray(0, Math.max(1, place.lastIndexOf(path.sep)))
}

function reasonOf(error: unknown): SkipReason {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing'
  if (code === 'ELOOP' || code === 'EMLINK') return 'symlink'
  if (code === 'ENXIO' || code === 'EOPNOTSUPP') return 'special'
  return 'unreadable'
}
