import { createHash } from 'node:crypto'

/** `sha256:<hex>` of bytes or of a text in UTF-8. */
export function digest(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

/** The first `length` hex digits of the SHA-256 of a text: for ids that a person may have to read. */
export function shortDigest(text: string, length = 16): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}
