import { pathText } from './path-text.ts'
import type { PathText } from './path-text.ts'

/** The list of tracked files as git keeps it (Documentation/gitformat-index, versions 2 to 4). */

export interface IndexEntry {
  readonly name: PathText
  readonly type: 'file' | 'link' | 'repository' | 'other'
  readonly blob: string
  /** Null when the list does not tell. */
  readonly size: number | null
  /** False for entries that git takes on trust, has not checked out, or that are in conflict. */
  readonly vouchedFor: boolean
}

const fixedBytes = 40
const sizeOffset = 36
const modeOffset = 24
/** Of a name that is as long or longer, the end has to be looked for. */
const nameLengthMax = 0xfff

/**
 * Reading it takes a fraction of the time of asking git, and it tells sizes. Null when it is kept in a way this
 * function does not know (split, sparse, damaged, newer): then git is asked.
 */
export function readIndex(bytes: Buffer, hashBytes: 20 | 32): readonly IndexEntry[] | null {
  try {
    return new IndexReader(bytes, hashBytes).read()
  } catch (error) {
    // Reading past the end: the file is cut or was made to look so.
    if (error instanceof RangeError) return null
    throw error
  }
}

class IndexReader {
  readonly #bytes: Buffer
  readonly #hashBytes: number
  #position = 12
  #previousName = Buffer.alloc(0)

  constructor(bytes: Buffer, hashBytes: number) {
    this.#bytes = bytes
    this.#hashBytes = hashBytes
  }

  read(): readonly IndexEntry[] | null {
    if (this.#bytes.toString('latin1', 0, 4) !== 'DIRC') return null
    const version = this.#bytes.readUInt32BE(4)
    const count = this.#bytes.readUInt32BE(8)
    if (version < 2 || version > 4 || count * (fixedBytes + this.#hashBytes) > this.#bytes.length) {
      return null
    }
    const entries: IndexEntry[] = []
    for (let index = 0; index < count; index++) entries.push(this.#entry(version))
    return this.#hasUnknownExtension() ? null : entries
  }

  #entry(version: number): IndexEntry {
    const bytes = this.#bytes
    const start = this.#position
    const flagsAt = start + fixedBytes + this.#hashBytes
    const flags = bytes.readUInt16BE(flagsAt)
    const isExtended = version >= 3 && (flags & 0x4000) !== 0
    const moreFlags = isExtended ? bytes.readUInt16BE(flagsAt + 2) : 0
    const nameAt = flagsAt + (isExtended ? 4 : 2)
    const name =
      version === 4
        ? this.#compressedName(nameAt)
        : this.#plainName(start, nameAt, flags & nameLengthMax)
    return {
      name,
      type: typeOf(bytes.readUInt32BE(start + modeOffset)),
      blob: bytes.toString('hex', start + fixedBytes, flagsAt),
      size: bytes.readUInt32BE(start + sizeOffset),
      // Bits: assumed valid and stage; then not checked out and intent to add.
      vouchedFor: (flags & 0xb000) === 0 && (moreFlags & 0x6000) === 0,
    }
  }

  #plainName(start: number, nameAt: number, length: number): PathText {
    const end = length === nameLengthMax ? this.#endOfName(nameAt) : nameAt + length
    if (this.#bytes[end] !== 0) throw new RangeError('a name is longer than it says')
    // Filled up with one to eight NUL bytes.
    this.#position = start + ((end - start + 8) & ~7)
    return nameIn(this.#bytes, nameAt, end)
  }

  /** How many bytes to drop from the end of the name before, and what to put there. */
  #compressedName(nameAt: number): PathText {
    let at = nameAt
    let byte = this.#bytes.readUInt8(at++)
    let dropped = byte & 0x7f
    while ((byte & 0x80) !== 0) {
      byte = this.#bytes.readUInt8(at++)
      dropped = (dropped + 1) * 128 + (byte & 0x7f)
    }
    const end = this.#endOfName(at)
    const kept = this.#previousName.length - dropped
    if (kept < 0) throw new RangeError('a name drops more than the one before it has')
    const name = Buffer.concat([
      this.#previousName.subarray(0, kept),
      this.#bytes.subarray(at, end),
    ])
    this.#previousName = name
    this.#position = end + 1
    return nameIn(name, 0, name.length)
  }

  #endOfName(from: number): number {
    const end = this.#bytes.indexOf(0, from)
    if (end === -1) throw new RangeError('a name has no end')
    return end
  }

  /** Extensions whose name begins in lower case change what the entries mean. */
  #hasUnknownExtension(): boolean {
    const end = this.#bytes.length - this.#hashBytes
    while (this.#position + 8 <= end) {
      const first = this.#bytes.readUInt8(this.#position)
      if (first < 0x41 || first > 0x5a) return true
      this.#position += 8 + this.#bytes.readUInt32BE(this.#position + 4)
    }
    return false
  }
}

function nameIn(bytes: Buffer, start: number, end: number): PathText {
  const text = bytes.toString('utf8', start, end)
  // A replacement character stands for bytes that are no UTF-8, or for itself.
  return text.includes('\ufffd')
    ? pathText(Buffer.from(bytes.subarray(start, end)))
    : { text, bytes: null }
}

function typeOf(mode: number): IndexEntry['type'] {
  switch (mode >>> 12) {
    case 0o10:
      return 'file'
    case 0o12:
      return 'link'
    case 0o16:
      return 'repository'
    default:
      return 'other'
  }
}
