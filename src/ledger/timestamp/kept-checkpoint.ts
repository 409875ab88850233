import { join } from 'node:path'
import { jsonOrNull } from '../../base/json-or-null.ts'
import type { FileLayer } from '../log/file-layer.ts'
import { LogDescription, verifiersOf } from '../log/log-description.ts'
import { LogFolder } from '../log/log-folder.ts'
import { segmentHeader, walkRecords } from '../log/record-format.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../note/checkpoint.ts'
import type { NoteVerifier } from '../note/signed-note.ts'

/** A checkpoint that was kept elsewhere, once its log and its signature are found. */
export type KeptCheckpoint =
  | {
      readonly kind: 'of-log'
      readonly folder: LogFolder
      readonly checkpoint: Checkpoint
    }
  | { readonly kind: 'refused'; readonly reason: string }

export interface KeptCheckpointSettings {
  readonly root: string
  readonly files: FileLayer
  /** Keys that are known from elsewhere; those that the log names count too. */
  readonly trusted: readonly NoteVerifier[]
}

/** What a note says before its signature was looked at. Null: it is no checkpoint. */
export function claimedCheckpoint(note: string): Checkpoint | null {
  const split = note.lastIndexOf('\n\n')
  return split === -1 ? null : parseCheckpoint(note.slice(0, split + 1))
}

/** Finds the log that a checkpoint speaks of, and holds its signature against the keys of that log. */
export async function openKeptCheckpoint(
  note: string,
  { root, files, trusted }: KeptCheckpointSettings,
): Promise<KeptCheckpoint> {
  const claimed = claimedCheckpoint(note)
  if (claimed === null) return { kind: 'refused', reason: 'it is no signed checkpoint' }
  for (const name of await files.names(root)) {
    const folder = new LogFolder(join(root, name), files)
    const text = await files.read(folder.description).catch(() => null)
    const description = text === null ? null : LogDescription.safeParse(jsonOrNull(text)).data
    if (description?.origin !== claimed.origin) continue
    const opened = openCheckpoint(note, claimed.origin, [...verifiersOf(description), ...trusted])
    return opened.kind === 'refused'
      ? opened
      : { kind: 'of-log', folder, checkpoint: opened.checkpoint }
  }
  return { kind: 'refused', reason: `there is no log \`${claimed.origin}\` in this ledger` }
}

/** When the last of the first `size` entries was recorded, as it says itself; null: nothing tells. */
export async function lastInstant(folder: LogFolder, size: number): Promise<number | null> {
  const firstEntry = (await folder.segments()).findLast((one) => one < size)
  if (firstEntry === undefined) return null
  const bytes = (await folder.files.read(folder.segment(firstEntry))) ?? Buffer.alloc(0)
  let number = firstEntry
  const last: { content: Buffer | null } = { content: null }
  walkRecords(bytes, segmentHeader.length, (record) => {
    if (number < size && record.kind === 'entry') last.content = record.content
    number += 1
  })
  const value = last.content === null ? null : jsonOrNull(last.content)
  const at = value !== null && typeof value === 'object' && 'at' in value ? value.at : null
  const instant = typeof at === 'string' ? Date.parse(at) : Number.NaN
  return Number.isNaN(instant) ? null : instant
}
