import { hashBytes } from '../merkle/merkle-hash.ts'
import { treeRoot } from '../merkle/proofs.ts'
import { hashesIn, storedHashCount } from '../merkle/stored-hashes.ts'
import { TreeHead } from '../merkle/tree-head.ts'
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts'
import type { NoteVerifier } from '../note/signed-note.ts'
import type { LogFolder } from '../log/log-folder.ts'
import { leafOf, segmentHeader, segmentName, walkRecords } from '../log/record-format.ts'

/** Something in a log that cannot be as it was written. */
export interface LogProblem {
  /** The first bad entry, from 0; null: it cannot be told, or it is none of an entry. */
  readonly entry: number | null
  readonly file: string
  /** Byte in the file; null: the whole of it. */
  readonly offset: number | null
  readonly reason: string
}

export interface LogVerification {
  readonly origin: string
  readonly entries: number
  /** Entries whose content was removed under the rules of retention. */
  readonly removed: readonly number[]
  readonly checkpoint: Checkpoint | null
  /** Verifier keys that signed it. */
  readonly signedBy: readonly string[]
  /** Entries after the checkpoint: whole, and signed by nobody yet. */
  readonly entriesWithoutCheckpoint: number
  /** Empty: the log is whole. */
  readonly problems: readonly LogProblem[]
}

export interface VerifySettings {
  readonly folder: LogFolder
  readonly origin: string
  readonly verifiers: readonly NoteVerifier[]
  /** Checkpoints of this log that were kept elsewhere: it must still contain what they saw. */
  readonly witnesses?: readonly Checkpoint[]
  /** Looks at each entry as it passes; a text is a problem of it. */
  readonly inspect?: (content: Buffer, entry: number) => string | null
  readonly onProgress?: (entries: number) => void
}

/**
 * Reads all of a log and holds it against its checkpoint, with nothing but the files and the public key. Goes on
 * after a problem as far as the records still tell where the next one begins.
 */
export async function verifyLog(settings: VerifySettings): Promise<LogVerification> {
  const { folder, origin, verifiers, witnesses = [] } = settings
  const note = await folder.files.read(folder.checkpoint)
  const opened =
    note === null
      ? ({ kind: 'refused', reason: 'there is none' } as const)
      : openCheckpoint(note.toString('utf8'), origin, verifiers)
  const checkpoint = opened.kind === 'verified' ? opened.checkpoint : null
  const wanted = new Map<number, Checkpoint[]>()
  for (const one of checkpoint === null ? witnesses : [checkpoint, ...witnesses])
    wanted.set(one.size, [...(wanted.get(one.size) ?? []), one])
  const read = await readLog(settings, wanted)
  const problems = [...read.problems]
  // A log that has only just been begun has no checkpoint yet.
  if (opened.kind === 'refused' && (note !== null || read.entries > 0))
    problems.push(whole('checkpoint', `the checkpoint: ${opened.reason}`))
  for (const one of [...wanted.values()].flat()) {
    const isSame = read.roots.get(one.size)?.equals(one.root) ?? false
    if (!isSame) problems.push(differs(one, one === checkpoint ? 'checkpoint' : 'witness', read))
  }
  if (read.firstStrangeHash !== null && problems.length === 0)
    problems.push({
      ...read.firstStrangeHash,
      reason: 'the stored hash is not that of the entry; the entries themselves are whole',
    })
  return {
    origin,
    entries: read.entries,
    removed: read.removed,
    checkpoint,
    signedBy: opened.kind === 'verified' ? opened.by : [],
    entriesWithoutCheckpoint: Math.max(0, read.entries - (checkpoint?.size ?? 0)),
    problems: problems.toSorted(byEntry),
  }
}

function byEntry(a: LogProblem, b: LogProblem): number {
  return (a.entry ?? Number.MAX_SAFE_INTEGER) - (b.entry ?? Number.MAX_SAFE_INTEGER)
}

function whole(file: string, reason: string): LogProblem {
  return { entry: null, file, offset: null, reason }
}

interface ReadLog {
  readonly entries: number
  readonly removed: readonly number[]
  /** Roots at the sizes that were asked for, as far as the log goes. */
  readonly roots: ReadonlyMap<number, Buffer>
  /** The first place at which the stored hashes are not those of the entries. */
  readonly firstStrangeHash: Omit<LogProblem, 'reason'> | null
  readonly storedHashes: Buffer | null
  readonly problems: readonly LogProblem[]
}

async function readLog(
  settings: VerifySettings,
  wanted: ReadonlyMap<number, unknown>,
): Promise<ReadLog> {
  const { folder, inspect, onProgress } = settings
  const head = new TreeHead()
  const storedHashes = await folder.files.read(folder.hashes)
  let strange: ReadLog['firstStrangeHash'] = null
  let hashAt = 0
  const removed: number[] = []
  const problems: LogProblem[] = []
  const roots = new Map<number, Buffer>()
  const noteRoot = () => {
    if (wanted.has(head.size)) roots.set(head.size, head.root())
  }
  noteRoot()
  for (const firstEntry of await folder.segments()) {
    const file = segmentName(firstEntry)
    if (firstEntry !== head.size) {
      const reason = `the segment of entry ${firstEntry} stands where entry ${head.size} is due`
      problems.push({ entry: head.size, file, offset: null, reason })
      break
    }
    const bytes = (await folder.files.read(folder.segment(firstEntry))) ?? Buffer.alloc(0)
    if (!bytes.subarray(0, segmentHeader.length).equals(segmentHeader)) {
      const reason = 'the file does not begin as a segment'
      problems.push({ entry: head.size, file, offset: 0, reason })
    }
    const { end, problem } = walkRecords(bytes, segmentHeader.length, (record, offset) => {
      const entry = head.size
      if (record.kind === 'removed') removed.push(entry)
      const complaint = record.kind === 'entry' ? (inspect?.(record.content, entry) ?? null) : null
      if (complaint !== null) problems.push({ entry, file, offset, reason: complaint })
      for (const hash of head.append(leafOf(record))) {
        if (strange === null && isOther(storedHashes, hashAt, hash))
          strange = { entry, file: 'hashes', offset: hashAt }
        hashAt += hashBytes
      }
      noteRoot()
    })
    if (problem !== null) {
      problems.push({ entry: head.size, file, offset: end, reason: problem })
      break
    }
    onProgress?.(head.size)
  }
  return { entries: head.size, removed, roots, firstStrangeHash: strange, storedHashes, problems }
}

/** Hashes that are not stored yet are no others. */
function isOther(stored: Buffer | null, at: number, hash: Buffer): boolean {
  if (stored === null || at + hashBytes > stored.length) return false
  return stored.compare(hash, 0, hashBytes, at, at + hashBytes) !== 0
}

/** Which entry differs from what was signed: the stored hashes tell, if they themselves lead to the signed root. */
function differs(checkpoint: Checkpoint, file: string, read: ReadLog): LogProblem {
  const { storedHashes, firstStrangeHash } = read
  const isSigned =
    storedHashes !== null &&
    storedHashes.length >= storedHashCount(checkpoint.size) * hashBytes &&
    treeRoot(checkpoint.size, hashesIn(storedHashes)).equals(checkpoint.root)
  if (isSigned && firstStrangeHash !== null)
    return { ...firstStrangeHash, reason: 'it is not the entry that was signed' }
  if (read.entries < checkpoint.size) {
    const reason = `it is missing: ${checkpoint.size} entries were signed, ${read.entries} are there`
    return { entry: read.entries, file, offset: null, reason }
  }
  return whole(
    file,
    `the first ${checkpoint.size} entries do not lead to the root that was signed; the stored hashes do not tell which one differs`,
  )
}
