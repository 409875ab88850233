import { hashBytes } from '../merkle/merkle-hash.ts'
import { edgeIndexes } from '../merkle/proofs.ts'
import { TreeHead } from '../merkle/tree-head.ts'
import type { LogFolder } from './log-folder.ts'

/** The tree over the first `size` entries as the stored hashes have it; null when they do not reach so far. */
export async function storedHead(folder: LogFolder, size: number): Promise<TreeHead | null> {
  const edge: Buffer[] = []
  for (const index of edgeIndexes(size)) {
    const hash = await folder.files.readPart(folder.hashes, index * hashBytes, hashBytes)
    if (hash.length < hashBytes) return null
    edge.push(hash)
  }
  return TreeHead.from(size, edge)
}
