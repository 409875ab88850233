import { canonicalJson } from '../../base/canonical-json.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import { type EntryBody, LedgerEntry } from '../../schema/ledger-entry.ts'
import type { FileLayer } from '../log/file-layer.ts'
import { segmentName } from '../log/record-format.ts'
import { walkSegment } from '../log/walk-segment.ts'
import { HashList } from '../merkle/hash-list.ts'

/** Something in a log that cannot be as it was written. */
export interface LogProblem {
  /** The first bad entry, from 0; null: it cannot be told, or it is none of an entry. */
  readonly entry: number | null
  readonly file: string
  /** Byte in the file; null: the whole of it. */
  readonly offset: number | null
  readonly reason: string
  /** A record that is cut off behind all that is signed, at the very end: a crash, or a process that is writing. */
  readonly isTornTail?: true
}

/** An entry that says something of the log itself. */
export interface LogNote {
  readonly entry: number
  readonly body: Extract<EntryBody, { kind: 'removal' | 'key-rotation' }>
}

/** What verification needs to know of a segment. Plain values, so that a thread can hand them over. */
export interface SegmentReading {
  /** Leaf hashes of its whole records, one after the other. */
  readonly leaves: Uint8Array
  /** Entries whose content was removed. */
  readonly removed: readonly number[]
  readonly notes: readonly LogNote[]
  /** Entries that are whole and cannot be right. */
  readonly complaints: readonly LogProblem[]
  /** What keeps the rest from being read; null: all of it was. */
  readonly stop: LogProblem | null
  /** The file ends within a record. */
  readonly isTorn: boolean
}

export interface SegmentQuestion {
  readonly path: string
  readonly firstEntry: number
  /** Also hold every entry against its schema: slower by far, and no matter of tampering. */
  readonly withSchema: boolean
}

/** Reads segments, some of them at once if it has threads to do so. */
export interface SegmentReader {
  readonly atOnce: number
  read(question: SegmentQuestion): Promise<SegmentReading>
}

/** In this thread, one after the other. */
export function plainSegmentReader(files: FileLayer): SegmentReader {
  return {
    atOnce: 1,
    read: (question) => readSegment(files, question),
  }
}

async function readSegment(
  files: FileLayer,
  { path, firstEntry, withSchema }: SegmentQuestion,
): Promise<SegmentReading> {
  const file = segmentName(firstEntry)
  const leaves = new HashList()
  const removed: number[] = []
  const notes: LogNote[] = []
  const complaints: LogProblem[] = []
  const complain = (entry: number, offset: number, reason: string) =>
    complaints.push({ entry, file, offset, reason })
  let entry = firstEntry
  const walk = await walkSegment(files, path, (record, offset) => {
    leaves.add(record.leaf())
    if (record.kind === 'removed') removed.push(entry)
    else if (withSchema || mayBeNote(record.body)) {
      const parsed = parseEntry(record.content)
      if (typeof parsed === 'string') complain(entry, offset, parsed)
      else if (isNote(parsed.entry)) notes.push({ entry, body: parsed.entry })
    }
    entry += 1
  })
  if (!walk.isBegunWell) complain(firstEntry, 0, 'the file does not begin as a segment')
  const { end: offset, problem: reason } = walk
  const stop = reason === null ? null : { entry, file, offset, reason }
  return { leaves: leaves.bytes, removed, notes, complaints, stop, isTorn: walk.isTorn }
}

/** Each stands in every entry of that kind, since the form is canonical; may stand in others, which are then parsed too. */
const noteMarks = ['removal', 'key-rotation'].map((kind) => Buffer.from(`"kind":"${kind}"`))
/** A decision has a member that no note has, and it stands first: nearly all entries need no search. */
const decisionMark = Buffer.from('"answerDigest"')
const decisionMarkOffset = '\0{"at":"2026-06-12T21:21:00.000Z","entry":{'.length

function mayBeNote(body: Buffer): boolean {
  const isDecision = decisionMark.every((byte, index) => body[decisionMarkOffset + index] === byte)
  return !isDecision && noteMarks.some((mark) => body.includes(mark))
}

function isNote(body: EntryBody): body is LogNote['body'] {
  return body.kind === 'removal' || body.kind === 'key-rotation'
}

/** The entry, or what is wrong with it. */
function parseEntry(content: Buffer): LedgerEntry | string {
  const text = content.toString('utf8')
  const value = jsonOrNull(text)
  if (value === null) return 'it is no JSON'
  if (canonicalJson(value) !== text) return 'it is not in canonical form'
  const entry = LedgerEntry.safeParse(value)
  if (entry.success) return entry.data
  const [issue] = entry.error.issues
  return `it does not follow its schema: \`${issue?.path.join('.')}\`: ${issue?.message}`
}
