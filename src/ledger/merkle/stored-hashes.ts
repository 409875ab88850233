import { nodeHash } from './merkle-hash.ts'

/**
 * Where the hash of each complete subtree is kept: in the order in which the subtrees become complete. After the
 * leaf n come the hashes of all subtrees that it completes, smallest first. The file only grows, a proof reads a
 * few places of it, and it can be made again from the entries.
 *
 * A subtree is named by its level (0: a leaf) and by its number among those of its level, from 0.
 */

/** Hashes that stand in the file once `size` leaves do: every leaf, and every complete subtree above. */
export function storedHashCount(size: number): number {
  let count = 0
  for (let width = size; width > 0; width = Math.floor(width / 2)) count += width
  return count
}

/** Place of a subtree's hash in the file, in hashes. */
export function storedHashIndex(level: number, number: number): number {
  // It is complete with its last leaf; before that leaf stand the hashes of all leaves ahead of it.
  const lastLeaf = (number + 1) * 2 ** level - 1
  return storedHashCount(lastLeaf) + level
}

/** Reads hashes by their places, in that order. */
export type ReadHashes = (indexes: readonly number[]) => readonly Uint8Array[]

/** The hashes that a new leaf adds to the file: its own, then those of the subtrees it completes. */
export function hashesOfLeaf(number: number, leaf: Buffer, read: ReadHashes): readonly Buffer[] {
  const added = [leaf]
  const lefts: number[] = []
  let position = number
  for (let level = 0; position % 2 === 1; level += 1) {
    lefts.push(storedHashIndex(level, position - 1))
    position = (position - 1) / 2
  }
  let right = leaf
  for (const left of read(lefts)) {
    right = nodeHash(left, right)
    added.push(right)
  }
  return added
}
