import { createHmac, hash } from 'node:crypto'

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

/** `contentDigest` of what comes in parts. */
export function contentDigests(keys: PseudonymKeys): () => {
  update(bytes: Uint8Array): void
  text(): string
} {
  return () => {
    const hmac = createHmac('sha256', keys.contents).update('content\n')
    return {
      update: (bytes) => void hmac.update(bytes),
      text: () => `hmac:${hmac.digest('hex')}`,
    }
  }
}

const blockBytes = 64
const hashBytes = 32
/** Longer contents are not copied once more to be digested. */
const copiedBytesMax = 64 * 2 ** 10

/**
 * `contentDigest` for whoever digests every request: what depends on the key alone is made once, both hashes of RFC
 * 2104 are single calls, and nothing is made for a digest that the collector has to follow.
 */
export function contentDigester(keys: PseudonymKeys): (content: string | Uint8Array) => string {
  const block = Buffer.alloc(blockBytes)
  block.set(
    keys.contents.length > blockBytes ? hash('sha256', keys.contents, 'buffer') : keys.contents,
  )
  const start = Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.from('content\n')])
  const inner = Buffer.concat([start], start.length + copiedBytesMax)
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c)], blockBytes + hashBytes)
  return (content) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    if (bytes.length > copiedBytesMax) return contentDigest(keys, bytes)
    inner.set(bytes, start.length)
    const first = hash('sha256', inner.subarray(0, start.length + bytes.length), 'hex')
    outer.write(first, blockBytes, 'hex')
    return `hmac:${hash('sha256', outer, 'hex')}`
  }
}
