import { HashList } from './hash-list.ts'
import { emptyRoot, hashBytes, nodeHash, NodeInput } from './merkle-hash.ts'

/** A growing tree that remembers only the complete subtrees along its right edge: enough for every later root. */
export class TreeHead {
  #size = 0
  /**
   * By level. The left half of an input holds the hash of the complete subtree of that level along the edge, when the
   * size has the bit of the level; a right half comes only to be hashed with it.
   */
  readonly #inputs: NodeInput[] = []

  get size(): number {
    return this.#size
  }

  /** Takes up leaves, one after the other, and gives `added` the hashes that the stored ones gain, in their order. */
  take(leaves: Buffer, added: HashList): void {
    for (let at = 0; at < leaves.length; at += hashBytes)
      this.#takeOne(leaves.toString('latin1', at, at + hashBytes), added)
  }

  /** The same for one leaf alone. */
  append(leaf: Buffer): readonly Buffer[] {
    const added = new HashList()
    this.take(leaf, added)
    const { bytes } = added
    return Array.from({ length: added.count }, (_, index) =>
      bytes.subarray(index * hashBytes, (index + 1) * hashBytes),
    )
  }

  #takeOne(leaf: string, added: HashList): void {
    let hash = leaf
    let level = 0
    added.add(hash)
    for (let position = this.#size; position % 2 === 1; position = (position - 1) / 2) {
      const input = this.#inputAt(level)
      input.setRight(hash)
      hash = input.hash()
      added.add(hash)
      level += 1
    }
    this.#inputAt(level).setLeft(hash)
    this.#size += 1
  }

  /** The Merkle tree hash of RFC 6962 over all leaves so far. */
  root(): Buffer {
    let root: Buffer | null = null
    let level = 0
    for (let width = this.#size; width > 0; width = Math.floor(width / 2)) {
      if (width % 2 === 1) {
        const subtree = this.#inputAt(level).left()
        root = root === null ? subtree : nodeHash(subtree, root)
      }
      level += 1
    }
    return root ?? emptyRoot
  }

  /** Levels come one by one. */
  #inputAt(level: number): NodeInput {
    const known = this.#inputs[level]
    if (known !== undefined) return known
    const input = new NodeInput()
    this.#inputs.push(input)
    return input
  }

  /** Goes on from hashes that were stored for `size` leaves: those along the edge, the largest subtree first. */
  static from(size: number, edge: readonly Buffer[]): TreeHead {
    const head = new TreeHead()
    head.#size = size
    const smallestFirst = edge.toReversed()
    for (let width = size; width > 0; width = Math.floor(width / 2)) {
      const input = head.#inputAt(head.#inputs.length)
      if (width % 2 === 0) continue
      const hash = smallestFirst.shift()
      if (hash === undefined) throw new Error('the edge of the tree lacks a subtree')
      input.setLeft(hash.toString('latin1'))
    }
    return head
  }
}
