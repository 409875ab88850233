import { readdirSync } from 'node:fs'
import path from 'node:path'
import { compareText } from '../../base/compare.ts'
import { fileState } from './file-state.ts'
import type { IgnoreRules } from './ignore-rules.ts'
import { fileLimits } from './limits.ts'
import { pathText } from './path-text.ts'
import type { PathText } from './path-text.ts'
import { placeOf } from './read-source.ts'
import type { SkipReason } from './read-source.ts'
import { readSmallFile } from './read-small-file.ts'

/** Lists a folder without git. Symbolic links are not followed, so no loop can be walked into. */

export type WalkedItem =
  | {
      readonly kind: 'file'
      readonly name: PathText
      readonly size: number
      readonly key: string
    }
  | {
      readonly kind: 'skipped'
      readonly path: string
      readonly reason: SkipReason | 'nested-too-deep'
    }
  /** A folder with a `.git` of its own; not entered. */
  | { readonly kind: 'repository'; readonly path: string }

/** Read in this order; the later one wins. */
const ignoreFileNames = ['.gitignore', '.ignore', '.holdfastignore']
const versionControlFolders = new Set(['.git', '.hg', '.svn', '.jj'])

/** `root` is absolute; paths in the items are relative to it. */
export function* walk(
  root: string,
  rules: IgnoreRules,
  bytesMax: number = fileLimits.fileBytesMax,
): Generator<WalkedItem> {
  yield* walkFolder({ root, folder: '', place: root, depth: 0, bytesMax }, rules)
}

interface FolderVisit {
  readonly root: string
  /** `` or ending in `/`. */
  readonly folder: string
  readonly place: string | Buffer
  readonly depth: number
  readonly bytesMax: number
}

function* walkFolder(visit: FolderVisit, inherited: IgnoreRules): Generator<WalkedItem> {
  const names = namesIn(visit.place)
  if (names === null) {
    yield { kind: 'skipped', path: visit.folder, reason: 'unreadable' }
    return
  }
  if (visit.depth > 0 && names.some((name) => name.text === '.git')) {
    yield { kind: 'repository', path: visit.folder }
    return
  }
  const rules = withIgnoreFiles(visit, names, inherited)
  for (const name of names) {
    if (versionControlFolders.has(name.text)) continue
    const text = visit.folder + name.text
    const place = below(visit.place, name)
    const state = fileState(place, visit.bytesMax)
    if (rules.ignores(state.kind === 'folder' ? `${text}/` : text)) continue
    if (state.kind === 'skipped') yield { kind: 'skipped', path: text, reason: state.reason }
    else if (state.kind === 'file') {
      const bytes = typeof place === 'string' ? null : relativeBytes(visit.root, place)
      yield { kind: 'file', name: { text, bytes }, size: state.size, key: state.contentKey }
    } else if (visit.depth >= fileLimits.walkDepthMax) {
      yield { kind: 'skipped', path: `${text}/`, reason: 'nested-too-deep' }
    } else {
      const inner = { ...visit, folder: `${text}/`, place, depth: visit.depth + 1 }
      yield* walkFolder(inner, rules)
    }
  }
}

function withIgnoreFiles(
  visit: FolderVisit,
  names: readonly PathText[],
  inherited: IgnoreRules,
): IgnoreRules {
  const present = ignoreFileNames.filter((one) => names.some((name) => name.text === one))
  return present.reduce((rules, name) => {
    const file = typeof visit.place === 'string' ? path.join(visit.place, name) : null
    const bytes = file === null ? null : readSmallFile(file, fileLimits.ignoreFileBytesMax)
    return bytes === null ? rules : rules.with(visit.folder, bytes.toString())
  }, inherited)
}

/** Sorted, so that the same folder is always listed alike. */
function namesIn(place: string | Buffer): readonly PathText[] | null {
  try {
    const texts = readdirSync(place)
    // A replacement character stands for bytes that are no UTF-8 (or for itself): look at the bytes.
    const names = texts.some((text) => text.includes('\ufffd'))
      ? readdirSync(place, { encoding: 'buffer' }).map(pathText)
      : texts.map((text) => ({ text, bytes: null }))
    return names.toSorted((a, b) => compareText(a.text, b.text))
  } catch {
    return null
  }
}

function below(folder: string | Buffer, name: PathText): string | Buffer {
  if (typeof folder === 'string' && name.bytes === null) return path.join(folder, name.text)
  return Buffer.concat([
    typeof folder === 'string' ? Buffer.from(folder) : folder,
    Buffer.from(path.sep),
    name.bytes ?? Buffer.from(name.text),
  ])
}

function relativeBytes(root: string, place: Buffer): Buffer {
  return place.subarray(placeOf(root, Buffer.alloc(0)).length)
}
