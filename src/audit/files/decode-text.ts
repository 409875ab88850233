import { fileLimits } from './limits.ts'

export type DecodedText =
  | { readonly kind: 'text'; readonly content: string }
  | { readonly kind: 'skipped'; readonly reason: 'binary' }

/** The text in the bytes of a file: UTF-8, or UTF-16 that says so; broken characters are replaced, not refused. */
export function decodeText(bytes: Buffer): DecodedText {
  const encoding = utf16Of(bytes)
  if (encoding !== null) return { kind: 'text', content: new TextDecoder(encoding).decode(bytes) }
  if (bytes.subarray(0, fileLimits.binarySniffBytes).includes(0)) {
    return { kind: 'skipped', reason: 'binary' }
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return { kind: 'text', content: bytes.toString('utf8', hasMark ? 3 : 0) }
}

/** Told by the byte order mark alone; UTF-32 begins like UTF-16 and goes on with NUL, and is not text to us. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return bytes[2] === 0 && bytes[3] === 0 ? null : 'utf-16le'
  }
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}
