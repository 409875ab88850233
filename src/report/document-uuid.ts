import { canonicalJson } from '../base/canonical-json.ts'
import { shortDigest } from '../base/digest.ts'

/** A UUID made from content (RFC 9562, version 8): the same content is the same document, on every machine. */
export function documentUuid(content: readonly unknown[]): string {
  const hex = shortDigest(canonicalJson(content), 32)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
