import { hashBytes } from './merkle-hash.ts'

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

/** The leaf with which the hash at a place in the file became known. */
export function entryOfStoredHash(index: number): number {
  let first = 0
  let last = index
  while (first < last) {
    const middle = Math.ceil((first + last) / 2)
    if (storedHashCount(middle) <= index) first = middle
    else last = middle - 1
  }
  return first
}

/** Reads hashes by their places, in that order. */
export type ReadHashes = (indexes: readonly number[]) => readonly Uint8Array[]

/** Reads them from the bytes of the file; a place behind its end has no bytes. */
export function hashesIn(bytes: Buffer): ReadHashes {
  return (indexes) =>
    indexes.map((index) => bytes.subarray(index * hashBytes, (index + 1) * hashBytes))
}
