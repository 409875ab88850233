import { inflateRawSync, zstdDecompressSync } from 'node:zlib'

/** Compression methods of the ZIP specification (APPNOTE 4.4.5); Inspect writes 8, and 93 since it knows it. */
const stored = 0
const deflated = 8
const zstandard = 93

/** Everything in an archive together, unpacked: what is more is a bomb, or no log. */
const unpackedBytesMax = 1024 * 2 ** 20

/** Texts of the members of a ZIP archive that are wanted, by path. What is no ZIP, or is damaged, throws. */
export function unzip(
  archive: Uint8Array,
  isWanted: (path: string) => boolean,
): ReadonlyMap<string, string> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  const members = new Map<string, string>()
  let left = unpackedBytesMax
  let at = directoryOf(bytes)
  // The directory ends where no further entry begins.
  while (at + 46 <= bytes.length && bytes.readUInt32LE(at) === 0x02014b50) {
    const entry = entryAt(bytes, at)
    at = entry.next
    if (!isWanted(entry.path)) continue
    const content = contentOf(bytes, entry, left)
    left -= content.length
    members.set(entry.path, content.toString('utf8'))
  }
  return members
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04
}

interface Entry {
  readonly path: string
  readonly method: number
  readonly packed: number
  readonly offset: number
  readonly next: number
}

/** The end record stands last, before a comment of at most 65,535 bytes; large archives have a second one. */
function directoryOf(bytes: Buffer): number {
  const from = Math.max(0, bytes.length - 65_557)
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < from || end + 22 > bytes.length) throw new Error('it is no whole ZIP archive')
  const offset = bytes.readUInt32LE(end + 16)
  if (offset !== 0xffffffff) return offset
  const large = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x06, 0x06]), end)
  if (large < 0) throw new Error('it is no whole ZIP archive')
  return Number(bytes.readBigUInt64LE(large + 48))
}

function entryAt(bytes: Buffer, at: number): Entry {
  const nameLength = bytes.readUInt16LE(at + 28)
  const extraLength = bytes.readUInt16LE(at + 30)
  const nameEnd = at + 46 + nameLength
  const sizes = largeSizes(bytes.subarray(nameEnd, nameEnd + extraLength), {
    unpacked: bytes.readUInt32LE(at + 24),
    packed: bytes.readUInt32LE(at + 20),
    offset: bytes.readUInt32LE(at + 42),
  })
  return {
    path: bytes.toString('utf8', at + 46, nameEnd),
    method: bytes.readUInt16LE(at + 10),
    ...sizes,
    next: nameEnd + extraLength + bytes.readUInt16LE(at + 32),
  }
}

/** Sizes that do not fit stand in the extra field 1, in this order, and only those that do not fit. */
function largeSizes(
  extra: Buffer,
  small: { readonly unpacked: number; readonly packed: number; readonly offset: number },
): { readonly packed: number; readonly offset: number } {
  let at = 0
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1)
    at += 4 + extra.readUInt16LE(at + 2)
  let value = at + 4
  const sizeOf = (size: number): number => {
    if (size !== 0xffffffff) return size
    if (value + 8 > extra.length) throw new Error('a size of the ZIP archive is missing')
    const large = Number(extra.readBigUInt64LE(value))
    value += 8
    return large
  }
  sizeOf(small.unpacked)
  return { packed: sizeOf(small.packed), offset: sizeOf(small.offset) }
}

function contentOf(bytes: Buffer, { method, packed, offset, path }: Entry, left: number): Buffer {
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== 0x04034b50)
    throw new Error(`\`${path}\` is not where the ZIP archive says`)
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28)
  const content = bytes.subarray(start, start + packed)
  const limit = { maxOutputLength: left }
  if (method === stored) return content
  if (method === deflated) return inflateRawSync(content, limit)
  if (method === zstandard) return zstdDecompressSync(content, limit)
  throw new Error(`\`${path}\` is packed in a way that is not known (${method})`)
}
