import { lstatSync } from 'node:fs'
import type { SkipReason } from './read-source.ts'

export type FileState =
  | { readonly kind: 'file'; readonly size: number; readonly contentKey: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }

/** What stands at a place, without following it and without opening it. */
export function fileState(place: string | Buffer, bytesMax: number): FileState {
  let state
  try {
    state = lstatSync(place, { throwIfNoEntry: false })
  } catch {
    return { kind: 'skipped', reason: 'unreadable' }
  }
  if (state === undefined) return { kind: 'skipped', reason: 'missing' }
  if (state.isSymbolicLink()) return { kind: 'skipped', reason: 'symlink' }
  if (state.isDirectory()) return { kind: 'folder' }
  if (!state.isFile()) return { kind: 'skipped', reason: 'special' }
  if (state.size > bytesMax) return { kind: 'skipped', reason: 'too-large' }
  return {
    kind: 'file',
    size: state.size,
    contentKey: `stat:${state.size}-${state.mtimeMs}-${state.ctimeMs}-${state.ino}`,
  }
}
