import { Fault } from '../../base/fault.ts'
import { HashList } from '../merkle/hash-list.ts'
import { treeRoot } from '../merkle/proofs.ts'
import { hashesIn, storedHashCount } from '../merkle/stored-hashes.ts'
import { TreeHead } from '../merkle/tree-head.ts'
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts'
import type { NoteVerifier } from '../note/signed-note.ts'
import type { LogFolder } from './log-folder.ts'
import { storedHead } from './stored-head.ts'
import { segmentHeader, walkRecords, type WholeRecord } from './record-format.ts'

/** What a log was found as, and what had to be done to it. */
export interface RecoveredLog {
  readonly head: TreeHead
  /** Hashes that are not in the file of hashes, in order, and how many are. */
  readonly unsavedHashes: HashList
  readonly savedHashes: number
  /** The last segment; its next record goes to `length`. Null: there is none. */
  readonly segment: { readonly firstEntry: number; readonly length: number } | null
  readonly report: RecoveryReport
}

export interface RecoveryReport {
  /** Entries that stood in the log without a checkpoint over them. */
  readonly entriesWithoutCheckpoint: number
  /** Bytes that belonged to no whole record, put aside in a file of their own. */
  readonly cutBytes: number
  readonly cutReason: string | null
  /** The stored hashes were missing or wrong and were made again. */
  readonly hashesRebuilt: boolean
}

/** Takes up the leaves after the checkpoint; the same function that publishes new entries. */
export type Publish = (head: TreeHead, leaves: Buffer, added: HashList) => void

/**
 * Reads a log up to its last whole entry. What stands after the last checkpoint may have been cut off by a crash:
 * it is cut back to the last whole record. Damage before the checkpoint is none of a crash and is a fault.
 */
export async function recoverLog(
  folder: LogFolder,
  origin: string,
  verifiers: readonly NoteVerifier[],
  publish: Publish,
): Promise<RecoveredLog> {
  const checkpoint = await lastCheckpoint(folder, origin, verifiers)
  const covered = checkpoint?.size ?? 0
  const stored = checkpoint === null ? null : await headFromHashes(folder, checkpoint)
  const head = stored ?? new TreeHead()
  const unsavedHashes = new HashList()
  const segments = await folder.segments()
  const first =
    stored === null
      ? 0
      : Math.max(
          0,
          segments.findLastIndex((from) => from <= covered),
        )
  let entry = segments[first] ?? 0
  let last: RecoveredLog['segment'] = null
  let cutBytes = 0
  let cutReason: string | null = null
  for (const firstEntry of segments.slice(first)) {
    if (firstEntry !== entry || cutReason !== null)
      throw damaged(
        folder,
        entry,
        `the segment of entry ${firstEntry} stands where ${entry} is due`,
      )
    const bytes = (await folder.files.read(folder.segment(firstEntry))) ?? Buffer.alloc(0)
    const leaves = new HashList()
    const found = readSegment(bytes, (record) => {
      if (entry >= head.size) leaves.add(record.leaf())
      entry += 1
    })
    publish(head, leaves.bytes, unsavedHashes)
    last = { firstEntry, length: Math.max(found.end, segmentHeader.length) }
    if (found.problem !== null) {
      if (entry < covered) throw damaged(folder, entry, found.problem)
      const tail = bytes.subarray(found.end)
      cutBytes = tail.length
      cutReason = found.problem
      if (tail.length > 0) await folder.replace(folder.cutTail(entry), tail)
      await cut(folder, firstEntry, found.end)
    }
  }
  if (entry < covered)
    throw damaged(folder, entry, `the checkpoint covers ${covered} entries, ${entry} are there`)
  if (stored === null && checkpoint !== null) confirmRoot(folder, checkpoint, unsavedHashes.bytes)
  return {
    head,
    unsavedHashes,
    savedHashes: stored === null ? 0 : storedHashCount(covered),
    segment: last,
    report: {
      entriesWithoutCheckpoint: head.size - covered,
      cutBytes,
      cutReason,
      hashesRebuilt: stored === null && covered > 0,
    },
  }
}

/** Gives where the last whole record ends, and what keeps the next one from being read. */
function readSegment(
  bytes: Buffer,
  visit: (record: WholeRecord) => void,
): { readonly end: number; readonly problem: string | null } {
  if (!bytes.subarray(0, segmentHeader.length).equals(segmentHeader))
    return { end: 0, problem: 'its segment does not begin as one' }
  return walkRecords(bytes, segmentHeader.length, visit)
}

async function lastCheckpoint(
  folder: LogFolder,
  origin: string,
  verifiers: readonly NoteVerifier[],
): Promise<Checkpoint | null> {
  const note = await folder.files.read(folder.checkpoint)
  if (note === null) return null
  const opened = openCheckpoint(note.toString('utf8'), origin, verifiers)
  if (opened.kind === 'verified') return opened.checkpoint
  throw new Fault('HF_LEDGER_DAMAGED', `the checkpoint of \`${origin}\`: ${opened.reason}`, {
    place: { path: folder.checkpoint },
    expected: 'a checkpoint of this log, signed by its key',
    advice: '`holdfast ledger verify` says more; begin a new log and keep this folder as it is',
  })
}

/** Null when the stored hashes do not lead to the root of the checkpoint: they are then made again. */
async function headFromHashes(folder: LogFolder, checkpoint: Checkpoint): Promise<TreeHead | null> {
  const head = await storedHead(folder, checkpoint.size)
  return head?.root().equals(checkpoint.root) === true ? head : null
}

/** The entries themselves must lead to the root that was signed. */
function confirmRoot(folder: LogFolder, checkpoint: Checkpoint, hashes: Buffer): void {
  if (treeRoot(checkpoint.size, hashesIn(hashes)).equals(checkpoint.root)) return
  throw damaged(folder, null, 'the entries do not lead to the root that was signed')
}

async function cut(folder: LogFolder, firstEntry: number, length: number): Promise<void> {
  const file = await folder.files.openFile(folder.segment(firstEntry))
  try {
    await file.truncate(length)
    if (length === 0) await file.write(segmentHeader, 0)
    await file.sync()
  } finally {
    await file.close()
  }
}

function damaged(folder: LogFolder, entry: number | null, reason: string): Fault {
  const what = entry === null ? 'the log' : `entry ${entry} of the log`
  return new Fault('HF_LEDGER_DAMAGED', `${what} is damaged: ${reason}`, {
    place: { path: folder.path },
    expected: 'every entry that a checkpoint covers, unchanged',
    advice: 'keep the folder as it is; `holdfast ledger verify` names what is bad',
  })
}
