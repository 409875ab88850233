import { emptyRoot, nodeHash } from './merkle-hash.ts'

/** A growing tree that remembers only the complete subtrees along its right edge: enough for every later root. */
export class TreeHead {
  #size = 0
  /** Hashes of the complete subtrees, largest (leftmost) first; one for each bit of the size. */
  readonly #edge: Buffer[] = []

  get size(): number {
    return this.#size
  }

  /** Takes up a leaf and gives the hashes that it adds to the stored ones, in their order. */
  append(leaf: Buffer): readonly Buffer[] {
    const added = [leaf]
    let right = leaf
    for (let position = this.#size; position % 2 === 1; position = (position - 1) / 2) {
      const left = this.#edge.pop()
      if (left === undefined) throw new Error('the edge of the tree lacks a subtree')
      right = nodeHash(left, right)
      added.push(right)
    }
    this.#edge.push(right)
    this.#size += 1
    return added
  }

  /** The Merkle tree hash of RFC 6962 over all leaves so far. */
  root(): Buffer {
    let root: Buffer | null = null
    for (const subtree of this.#edge.toReversed())
      root = root === null ? subtree : nodeHash(subtree, root)
    return root ?? emptyRoot
  }

  /** Goes on from hashes that were stored for `size` leaves. */
  static from(size: number, edge: readonly Buffer[]): TreeHead {
    const head = new TreeHead()
    head.#size = size
    head.#edge.push(...edge)
    return head
  }
}
