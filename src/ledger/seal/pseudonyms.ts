import { createHmac } from 'node:crypto'

/**
 * HMAC-SHA-256 under keys that lie outside the ledger. Two keys, so that whoever learns one of them can link either
 * persons or contents, not both. The purpose stands before the value: an id is never the digest of a content.
 */
export interface PseudonymKeys {
  readonly ids: Uint8Array
  readonly contents: Uint8Array
}

/** Least length of such a key: that of the hash. */
export const pseudonymKeyBytesMin = 32

export function principalPseudonym(keys: PseudonymKeys, principal: string): string {
  return `hmac:${createHmac('sha256', keys.ids).update('principal\n').update(principal).digest('hex')}`
}

export function contentDigest(keys: PseudonymKeys, content: string | Uint8Array): string {
  return `hmac:${createHmac('sha256', keys.contents).update('content\n').update(content).digest('hex')}`
}
