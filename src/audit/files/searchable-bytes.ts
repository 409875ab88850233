import { decodeText } from './decode-text.ts'

/** The bytes that keywords are looked for in: UTF-16 made UTF-8, nothing of a binary file. */
export function searchableBytes(bytes: Buffer): Buffer {
  const isMarked =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (!isMarked) return bytes
  const decoded = decodeText(bytes)
  return decoded.kind === 'text' ? Buffer.from(decoded.content) : Buffer.alloc(0)
}
