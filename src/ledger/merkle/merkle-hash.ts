import { hash } from 'node:crypto'

/**
 * The hashes of RFC 6962 section 2.1: a leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right), and
 * the empty tree SHA-256 of nothing. The first byte keeps a leaf from passing for a node.
 */

export const hashBytes = 32

/**
 * SHA-256 as a text with one character (U+0000 to U+00FF) for each byte. On the paths that hash every entry a hash
 * goes as such a text: a buffer of its own for each costs more than the hashing.
 */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary')
}

export const emptyRoot: Buffer = hash('sha256', Buffer.alloc(0), 'buffer')

export function leafHash(entry: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(entry.length + 1)
  input[0] = 0
  input.set(entry, 1)
  return hash('sha256', input, 'buffer')
}

/** Two hashes that stand side by side under one node, behind the byte that marks a node. */
export class NodeInput {
  readonly #bytes = Buffer.alloc(1 + 2 * hashBytes, 1)

  setLeft(hash: string): void {
    this.#bytes.write(hash, 1, 'latin1')
  }

  setRight(hash: string): void {
    this.#bytes.write(hash, 1 + hashBytes, 'latin1')
  }

  left(): Buffer {
    return Buffer.from(this.#bytes.subarray(1, 1 + hashBytes))
  }

  hash(): string {
    return sha256(this.#bytes)
  }
}

/** Used for one node at a time and never handed out, so that a node costs no allocation but its hash. */
const nodeInput = Buffer.alloc(1 + 2 * hashBytes)
nodeInput[0] = 1

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + hashBytes)
  return hash('sha256', nodeInput, 'buffer')
}
