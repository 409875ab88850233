import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { hashBytes } from '../merkle/merkle-hash.ts'
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

export function encodeRecord(content: string | Uint8Array): Buffer {
  const length = typeof content === 'string' ? Buffer.byteLength(content) : content.length
  const record = Buffer.allocUnsafe(recordHeaderBytes + length)
  if (typeof content === 'string') record.write(content, recordHeaderBytes)
  else record.set(content, recordHeaderBytes)
  return finished(record, entryType)
}

export function encodeRemoved(leaf: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(recordHeaderBytes + hashBytes)
  record.set(leaf, recordHeaderBytes)
  return finished(record, removedType)
}

function finished(record: Buffer, type: number): Buffer {
  record[prefixBytes] = type
  record.writeUInt32BE(record.length - prefixBytes, 0)
  record.writeUInt32BE(crc32(record.subarray(prefixBytes)), 4)
  return record
}

/** The leaf hash of an entry, from its whole record. */
export function leafOfRecord(record: Buffer): Buffer {
  return hash('sha256', record.subarray(prefixBytes), 'buffer')
}

export type DecodedRecord =
  | {
      readonly kind: 'entry'
      readonly content: Buffer
      /** The record with its header, for `leafOfRecord`. */
      readonly record: Buffer
      readonly end: number
    }
  | { readonly kind: 'removed'; readonly leaf: Buffer; readonly end: number }
  /** The bytes end within the record: a write that was cut off, when nothing follows. */
  | { readonly kind: 'torn'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly reason: string }

export type WholeRecord = Extract<DecodedRecord, { kind: 'entry' | 'removed' }>

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
  if (crc32(bytes.subarray(start, end)) !== bytes.readUInt32BE(offset + 4))
    return { kind: 'damaged', reason: 'its checksum does not hold' }
  const content = bytes.subarray(start + 1, end)
  const type = bytes[start]
  if (type === entryType)
    return { kind: 'entry', content, record: bytes.subarray(offset, end), end }
  if (type === removedType && content.length === hashBytes)
    return { kind: 'removed', leaf: content, end }
  return { kind: 'damaged', reason: `a record of type ${type} and ${content.length} bytes` }
}

/** The leaf hash for which a whole record stands. */
export function leafOf(record: WholeRecord): Buffer {
  return record.kind === 'entry' ? leafOfRecord(record.record) : Buffer.from(record.leaf)
}

/**
 * Shows every whole record from `from` on, each with its place. Gives where the last of them ends, and what keeps the
 * next one from being read; null at the end of the bytes.
 */
export function walkRecords(
  bytes: Buffer,
  from: number,
  visit: (record: WholeRecord, offset: number) => void,
): { readonly end: number; readonly problem: string | null } {
  let end = from
  while (end < bytes.length) {
    const record = decodeRecord(bytes, end)
    if (record === null) break
    if (record.kind === 'torn' || record.kind === 'damaged') return { end, problem: record.reason }
    visit(record, end)
    end = record.end
  }
  return { end, problem: null }
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
