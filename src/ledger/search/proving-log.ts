import type { LogFolder } from '../log/log-folder.ts'
import { inclusionProof } from '../merkle/proofs.ts'
import { hashesIn } from '../merkle/stored-hashes.ts'
import { parseCheckpoint } from '../note/checkpoint.ts'

/** That an entry is under the signed checkpoint of its log; hashes as RFC 6962 section 2.1.1 orders them. */
export interface EntryProof {
  /** From 0. */
  readonly entry: number
  readonly treeSize: number
  readonly hashes: readonly string[]
}

export interface ProvingLog {
  /** The signed checkpoint to which the proofs lead. */
  readonly note: string
  /** Null: the checkpoint does not cover it yet. */
  prove(entry: number): EntryProof | null
}

/** Reads checkpoint and stored hashes of a log once, for the proofs of many entries. Null: nothing is signed yet. */
export async function openProvingLog(folder: LogFolder): Promise<ProvingLog | null> {
  const note = (await folder.files.read(folder.checkpoint))?.toString('utf8')
  const checkpoint = note === undefined ? null : parseCheckpoint(`${note.split('\n\n')[0]}\n`)
  const hashes = await folder.files.read(folder.hashes)
  if (note === undefined || checkpoint === null || hashes === null) return null
  const read = hashesIn(hashes)
  return {
    note,
    prove: (entry) => {
      if (entry >= checkpoint.size) return null
      const proof = inclusionProof(entry, checkpoint.size, read)
      return {
        entry,
        treeSize: checkpoint.size,
        hashes: proof.map((hash) => hash.toString('base64')),
      }
    },
  }
}
