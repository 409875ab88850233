import { storedHead } from '../log/stored-head.ts'
import type { LogFolder } from '../log/log-folder.ts'
import { segmentName } from '../log/record-format.ts'
import { HashList } from '../merkle/hash-list.ts'
import { hashBytes } from '../merkle/merkle-hash.ts'
import { entryOfStoredHash, storedHashCount } from '../merkle/stored-hashes.ts'
import { TreeHead } from '../merkle/tree-head.ts'
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts'
import type { NoteVerifier } from '../note/signed-note.ts'
import { ahead } from './ahead.ts'
import {
  type LogNote,
  type LogProblem,
  plainSegmentReader,
  type SegmentReader,
} from './read-segment.ts'

export interface LogVerification {
  readonly origin: string
  readonly entries: number
  /** Entries whose content was removed under the rules of retention. */
  readonly removed: readonly number[]
  readonly notes: readonly LogNote[]
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
  readonly reader?: SegmentReader
  readonly withSchema?: boolean
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
  const signed = checkpoint === null ? witnesses : [checkpoint, ...witnesses]
  const sizes = new Set(signed.map((one) => one.size))
  const read = await readLog(
    settings,
    [...sizes].toSorted((a, b) => a - b),
  )
  const problems = read.problems.map((problem): LogProblem => {
    const isTornTail = problem === read.tornEnd && read.entries >= (checkpoint?.size ?? 0)
    return isTornTail ? { ...problem, isTornTail } : problem
  })
  // A log that has only just been begun has no checkpoint yet.
  if (opened.kind === 'refused' && (note !== null || read.entries > 0))
    problems.push(whole('checkpoint', `the checkpoint: ${opened.reason}`))
  for (const one of signed) {
    const isSame = read.roots.get(one.size)?.equals(one.root) ?? false
    if (isSame) continue
    const isLed = await isLedTo(folder, one)
    problems.push(differs(one, one === checkpoint ? 'checkpoint' : 'witness', read, isLed))
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
    notes: read.notes,
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
  readonly notes: readonly LogNote[]
  /** Roots at the sizes that were asked for, as far as the log goes. */
  readonly roots: ReadonlyMap<number, Buffer>
  /** The first place at which the stored hashes are not those of the entries. */
  readonly firstStrangeHash: Omit<LogProblem, 'reason'> | null
  /** The problem that the last segment ends within a record. */
  readonly tornEnd: LogProblem | null
  readonly problems: readonly LogProblem[]
}

async function readLog(
  {
    folder,
    reader = plainSegmentReader(folder.files),
    withSchema = false,
    onProgress,
  }: VerifySettings,
  wanted: readonly number[],
): Promise<ReadLog> {
  const tree = new ComparedTree(folder, wanted)
  const removed: number[] = []
  const notes: LogNote[] = []
  const problems: LogProblem[] = []
  let tornEnd: LogProblem | null = null
  const segments = await folder.segments()
  const readings = ahead(segments, reader.atOnce, (firstEntry) =>
    reader.read({ path: folder.segment(firstEntry), firstEntry, withSchema }),
  )
  for await (const { of: firstEntry, result: reading } of readings) {
    if (firstEntry !== tree.size) {
      const reason = `the segment of entry ${firstEntry} stands where entry ${tree.size} is due`
      problems.push({ entry: tree.size, file: segmentName(firstEntry), offset: null, reason })
      break
    }
    const { buffer, byteOffset, byteLength } = reading.leaves
    await tree.take(Buffer.from(buffer, byteOffset, byteLength))
    // One by one: a call takes only so many arguments.
    for (const one of reading.removed) removed.push(one)
    for (const one of reading.notes) notes.push(one)
    for (const one of reading.complaints) problems.push(one)
    if (reading.stop !== null) {
      problems.push(reading.stop)
      if (reading.isTorn && firstEntry === segments.at(-1)) tornEnd = reading.stop
      break
    }
    onProgress?.(tree.size)
  }
  const { size: entries, roots, firstStrangeHash } = tree
  return { entries, removed, notes, roots, firstStrangeHash, tornEnd, problems }
}

/** The tree over the entries as they are, held against the stored hashes while it grows. */
class ComparedTree {
  readonly roots = new Map<number, Buffer>()
  firstStrangeHash: ReadLog['firstStrangeHash'] = null
  readonly #folder: LogFolder
  readonly #wanted: readonly number[]
  readonly #head = new TreeHead()
  readonly #added = new HashList()

  /** `wanted`: sizes of which the roots are asked for, in ascending order. */
  constructor(folder: LogFolder, wanted: readonly number[]) {
    this.#folder = folder
    this.#wanted = wanted
    if (wanted[0] === 0) this.roots.set(0, this.#head.root())
  }

  get size(): number {
    return this.#head.size
  }

  async take(leaves: Buffer): Promise<void> {
    const from = this.size
    this.#added.clear()
    const takeUpTo = (size: number) => {
      const [begin, end] = [(this.size - from) * hashBytes, (size - from) * hashBytes]
      this.#head.take(leaves.subarray(begin, end), this.#added)
    }
    const to = from + leaves.length / hashBytes
    for (const size of this.#wanted.filter((one) => one > from && one <= to)) {
      takeUpTo(size)
      this.roots.set(size, this.#head.root())
    }
    takeUpTo(to)
    await this.#compare(from, this.#added.bytes)
  }

  /** Hashes that are not stored yet are no others. */
  async #compare(from: number, hashes: Buffer): Promise<void> {
    if (this.firstStrangeHash !== null) return
    const { files, hashes: path } = this.#folder
    const offset = storedHashCount(from) * hashBytes
    const stored = await files.readPart(path, offset, hashes.length)
    const whole = stored.length - (stored.length % hashBytes)
    if (hashes.compare(stored, 0, whole, 0, whole) === 0) return
    let at = 0
    while (hashes.compare(stored, at, at + hashBytes, at, at + hashBytes) === 0) at += hashBytes
    const entry = entryOfStoredHash((offset + at) / hashBytes)
    this.firstStrangeHash = { entry, file: 'hashes', offset: offset + at }
  }
}

/** Do the stored hashes themselves lead to what was signed? */
async function isLedTo(folder: LogFolder, { size, root }: Checkpoint): Promise<boolean> {
  const head = await storedHead(folder, size)
  return head?.root().equals(root) ?? false
}

/** Which entry differs from what was signed: the stored hashes tell, if they themselves lead to the signed root. */
function differs(checkpoint: Checkpoint, file: string, read: ReadLog, isLed: boolean): LogProblem {
  if (isLed && read.firstStrangeHash !== null)
    return { ...read.firstStrangeHash, reason: 'it is not the entry that was signed' }
  if (read.entries < checkpoint.size) {
    const reason = `it is missing: ${checkpoint.size} entries were signed, ${read.entries} are there`
    return { entry: read.entries, file, offset: null, reason }
  }
  return whole(
    file,
    `the first ${checkpoint.size} entries do not lead to the root that was signed; the stored hashes do not tell which one differs`,
  )
}
