import { crc32 } from 'node:zlib'
import { hashBytes, sha256 } from '../merkle/merkle-hash.ts'
import { ledgerLimits } from '../limits.ts'

/**
 * How entries stand in a segment (docs/reference/ledger-format.md). A segment begins with 16 bytes of header; then
 * come records: 4 bytes length, 4 bytes CRC-32, and as many bytes as the length says: one byte of type and the
 * content. Numbers are big-endian. Type 0 is an entry in canonical JSON; type 2 is the leaf hash of an entry whose
 * content was removed under the rules of retention: the tree keeps its shape and its root.
 *
 * The type byte of an entry is the very byte that RFC 6962 puts before a leaf, so that a leaf hash is taken over the
 * record as it stands. The checksum tells a torn tail and a decayed disk from a whole record; against a forger there
 * is the tree.
 */

export const segmentHeader: Buffer = Buffer.from('holdfast-ledger\n')

const entryType = 0
const removedType = 2

/** Length and checksum; then comes what the checksum covers. */
const prefixBytes = 8
/** Bytes of a record before the content. */
export const recordHeaderBytes: number = prefixBytes + 1

/**
 * Puts the record of an entry at `offset`, where there must be room for it: three bytes for each unit of a text. Gives
 * its body.
 */
export function writeRecord(memory: Buffer, offset: number, content: string | Uint8Array): Buffer {
  const at = offset + recordHeaderBytes
  let length = content.length
  if (typeof content === 'string') length = memory.write(content, at)
  else memory.set(content, at)
  return finished(memory, offset, at + length, entryType)
}

export function encodeRemoved(leaf: string): Buffer {
  const record = Buffer.allocUnsafe(recordHeaderBytes + hashBytes)
  record.write(leaf, recordHeaderBytes, 'latin1')
  finished(record, 0, record.length, removedType)
  return record
}

function finished(memory: Buffer, offset: number, end: number, type: number): Buffer {
  const body = memory.subarray(offset + prefixBytes, end)
  body[0] = type
  memory.writeUInt32BE(body.length, offset)
  memory.writeUInt32BE(crc32(body), offset + 4)
  return body
}

/** Bytes in a segment of a record with this body. */
export function recordBytes(body: Uint8Array): number {
  return prefixBytes + body.length
}

export class WholeRecord {
  readonly kind: 'entry' | 'removed'
  /** Type and content: what the checksum covers, and the leaf hash of an entry. */
  readonly body: Buffer
  /** Where the next record begins. */
  readonly end: number

  constructor(kind: WholeRecord['kind'], body: Buffer, end: number) {
    this.kind = kind
    this.body = body
    this.end = end
  }

  get content(): Buffer {
    return this.body.subarray(1)
  }

  /** The leaf hash for which it stands. */
  leaf(): string {
    return this.kind === 'entry' ? sha256(this.body) : this.content.toString('latin1')
  }
}

export type DecodedRecord =
  | WholeRecord
  /** The bytes end within the record: a write that was cut off, when nothing follows. */
  | { readonly kind: 'torn'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly reason: string }

const torn = { kind: 'torn', reason: 'its record is cut off' } as const

/** The record at `offset`; null at the end of the bytes. */
export function decodeRecord(bytes: Buffer, offset: number): DecodedRecord | null {
  if (offset === bytes.length) return null
  if (bytes.length - offset < recordHeaderBytes) return torn
  const length = bytes.readUInt32BE(offset)
  if (length < 2 || length > ledgerLimits.entryBytesMax + 1)
    return { kind: 'damaged', reason: `a length of ${length} bytes is none of a record` }
  const start = offset + prefixBytes
  const end = start + length
  if (end > bytes.length) return torn
  const body = bytes.subarray(start, end)
  if (crc32(body) !== bytes.readUInt32BE(offset + 4))
    return { kind: 'damaged', reason: 'its checksum does not hold' }
  const type = body[0]
  if (type === entryType) return new WholeRecord('entry', body, end)
  if (type === removedType && length === hashBytes + 1) return new WholeRecord('removed', body, end)
  return { kind: 'damaged', reason: `a record of type ${type} and ${length - 1} bytes` }
}

/**
 * Shows every whole record from `from` on, each with its place. Gives where the last of them ends, and what keeps the
 * next one from being read; null at the end of the bytes.
 */
export function walkRecords(
  bytes: Buffer,
  from: number,
  visit: (record: WholeRecord, offset: number) => void,
): RecordWalk {
  let end = from
  while (end < bytes.length) {
    const record = decodeRecord(bytes, end)
    if (record === null) break
    if (record.kind === 'torn' || record.kind === 'damaged')
      return { end, problem: record.reason, isTorn: record.kind === 'torn' }
    visit(record, end)
    end = record.end
  }
  return { end, problem: null, isTorn: false }
}

export interface RecordWalk {
  readonly end: number
  readonly problem: string | null
  /** The bytes end within a record. */
  readonly isTorn: boolean
}

/** Name of the segment that begins with this entry, counted from 0. */
export function segmentName(firstEntry: number): string {
  return `${String(firstEntry).padStart(16, '0')}.segment`
}

/** Null: the file is no segment. */
export function firstEntryOf(name: string): number | null {
  const digits = /^(\d{16})\.segment$/.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}
