import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ParquetAnswer } from './parquet-worker.ts'

/** Longest time for one file: the library may go round for ever in a damaged one. */
const readMs = 120_000

/** Of the heap, beside what it unpacks. */
const heapMib = 1_536

/** `PAR1`, at both ends of a file of Apache Parquet. */
export function isParquet(bytes: Uint8Array): boolean {
  const mark = [0x50, 0x41, 0x52, 0x31]
  return bytes.length >= 12 && mark.every((byte, at) => bytes[at] === byte)
}

/**
 * Rows of a Parquet file as JSON Lines, as the same tools write them: instants in RFC 3339, whole numbers beyond what JSON
 * carries as texts. What is damaged, too large, packed otherwise or not read in time throws.
 */
export async function parquetLines(bytes: Uint8Array, limitMs = readMs): Promise<string> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const thread = new Worker(new URL(`./parquet-worker.${extension}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapMib },
  })
  // Several columns of a damaged table may fail one after the other, also when the first has been told.
  thread.on('error', () => undefined)
  const late = AbortSignal.timeout(limitMs)
  try {
    thread.postMessage(bytes)
    const [answer] = (await once(thread, 'message', { signal: late })) as [ParquetAnswer]
    if ('problem' in answer) throw new Error(answer.problem)
    return answer.lines
  } catch (error) {
    if (!late.aborted) throw error
    throw new Error(`it was not read within ${limitMs / 1_000} s and is probably damaged`, {
      cause: error,
    })
  } finally {
    await thread.terminate()
  }
}
