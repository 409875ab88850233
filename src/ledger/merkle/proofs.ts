import { emptyRoot, nodeHash } from './merkle-hash.ts'
import { type ReadHashes, storedHashIndex } from './stored-hashes.ts'

/**
 * Proofs of RFC 6962 sections 2.1.1 and 2.1.2, made from stored hashes; checked as RFC 9162 sections 2.1.3.2 and
 * 2.1.4.2 say.
 */

/** Complete subtrees that together cover the leaves [from, to), left to right. `from` starts a subtree of that size. */
function subtreesOf(from: number, to: number): readonly number[] {
  const indexes: number[] = []
  for (let at = from; at < to;) {
    let level = 0
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1
    indexes.push(storedHashIndex(level, at / 2 ** level))
    at += 2 ** level
  }
  return indexes
}

/** Hashes of complete subtrees, folded to the one hash over them all. */
function fold(hashes: readonly Uint8Array[]): Buffer {
  const [last, ...rest] = hashes.toReversed()
  if (last === undefined) return emptyRoot
  return rest.reduce<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last))
}

function subtreeHash(from: number, to: number, read: ReadHashes): Buffer {
  return fold(read(subtreesOf(from, to)))
}

export function treeRoot(size: number, read: ReadHashes): Buffer {
  return subtreeHash(0, size, read)
}

/** Where the hashes along the right edge of a tree are stored, the largest subtree first. */
export function edgeIndexes(size: number): readonly number[] {
  return subtreesOf(0, size)
}

/** Hashes along the right edge of a tree, for `TreeHead.from`. */
export function treeEdge(size: number, read: ReadHashes): readonly Buffer[] {
  return read(edgeIndexes(size)).map((one) => Buffer.from(one))
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

/** PATH(index, D[size]): what must be known beside the leaf to come to the root, nearest first. */
export function inclusionProof(index: number, size: number, read: ReadHashes): readonly Buffer[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const proof: Buffer[] = []
  let from = 0
  let to = size
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      proof.push(subtreeHash(middle, to, read))
      to = middle
    } else {
      proof.push(subtreeHash(from, middle, read))
      from = middle
    }
  }
  return proof.toReversed()
}

/** PROOF(first, D[second]): that the tree of `first` leaves is the beginning of the tree of `second`. */
export function consistencyProof(
  first: number,
  second: number,
  read: ReadHashes,
): readonly Buffer[] {
  if (!(first >= 0 && first <= second)) throw new RangeError(`${first} is not in 0…${second}`)
  if (first === 0 || first === second) return []
  const proof: Buffer[] = []
  let from = 0
  let to = second
  while (first !== to) {
    const middle = from + splitOf(to - from)
    if (first <= middle) {
      proof.push(subtreeHash(middle, to, read))
      to = middle
    } else {
      proof.push(subtreeHash(from, middle, read))
      from = middle
    }
  }
  // The old tree's own root is known to whoever asks, unless only a part of it is left here.
  if (from !== 0) proof.push(subtreeHash(from, to, read))
  return proof.toReversed()
}

/** A node on the way from a leaf to the root: its number among those of its level, and the last number there. */
class ProofWalk {
  #node: number
  #last: number

  constructor(node: number, last: number) {
    this.#node = node
    this.#last = last
  }

  get isAtRoot(): boolean {
    return this.#last === 0
  }

  get isFirst(): boolean {
    return this.#node === 0
  }

  get isRight(): boolean {
    return this.#node % 2 === 1
  }

  /** Takes up one hash of the proof; true when it stands to the left. */
  step(): boolean {
    const isLeft = this.isRight || this.#node === this.#last
    // Levels on which the node has no sibling have no hash in the proof.
    if (isLeft) while (!this.isRight && !this.isFirst) this.climb()
    this.climb()
    return isLeft
  }

  climb(): void {
    this.#node = Math.floor(this.#node / 2)
    this.#last = Math.floor(this.#last / 2)
  }
}

export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!(index >= 0 && index < size)) return false
  const walk = new ProofWalk(index, size - 1)
  let result: Buffer = Buffer.from(leaf)
  for (const sibling of proof) {
    if (walk.isAtRoot) return false
    result = walk.step() ? nodeHash(sibling, result) : nodeHash(result, sibling)
  }
  return walk.isAtRoot && result.equals(root)
}

export function verifyConsistency(
  first: number,
  second: number,
  proof: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  if (!(first >= 0 && first <= second)) return false
  if (first === second) return proof.length === 0 && Buffer.from(firstRoot).equals(secondRoot)
  if (first === 0) return proof.length === 0 && emptyRoot.equals(firstRoot)
  const walk = new ProofWalk(first - 1, second - 1)
  while (walk.isRight) walk.climb()
  // A first tree that is one complete subtree is not repeated in the proof.
  const [start, ...rest] = walk.isFirst ? [firstRoot, ...proof] : proof
  if (start === undefined) return false
  let old: Buffer = Buffer.from(start)
  let now: Buffer = Buffer.from(start)
  for (const sibling of rest) {
    if (walk.isAtRoot) return false
    if (walk.step()) {
      old = nodeHash(sibling, old)
      now = nodeHash(sibling, now)
    } else {
      now = nodeHash(now, sibling)
    }
  }
  return walk.isAtRoot && old.equals(firstRoot) && now.equals(secondRoot)
}
