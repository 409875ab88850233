import { hash } from 'node:crypto'

/** `sha256:<hex>` of bytes or of a text in UTF-8. */
export function digest(content: string | Uint8Array): string {
  return `sha256:${hash('sha256', content)}`
}

/** The first `length` hex digits of the SHA-256 of a text: for ids that a person may have to read. */
export function shortDigest(text: string, length = 16): string {
  return hash('sha256', text).slice(0, length)
}
