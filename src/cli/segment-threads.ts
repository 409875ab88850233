import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import {
  nodeFiles,
  plainSegmentReader,
  type SegmentQuestion,
  type SegmentReader,
  type SegmentReading,
} from '../ledger/index.ts'
import type { SegmentAnswer, SegmentRequest } from './segment-worker.ts'

/** More than this many gain nothing: one thread puts the tree together from what they read. */
const threadsMax = 4
/** Reading a shorter segment takes no longer than starting a thread. */
const longBytes = 32 * 2 ** 20

export interface SegmentThreads extends SegmentReader {
  end(): Promise<void>
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

interface Waiting {
  readonly give: (reading: SegmentReading) => void
  /** The thread did not read it. */
  readonly giveUp: () => void
}

/** Reads long segments in threads, which start with the first of them; short ones, and what a thread fails at, here. */
export function segmentThreads(
  count = Math.min(availableParallelism(), threadsMax),
): SegmentThreads {
  const here = plainSegmentReader(nodeFiles)
  const threads: Thread[] = []
  let requests = 0

  function start(): Thread {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./segment-worker.${extension}`, import.meta.url))
    const waiting = new Map<number, Waiting>()
    const thread = { worker, waiting }
    worker.on('message', (answer: SegmentAnswer) => {
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      // Only a thread that has something to do keeps the process from ending.
      if (waiting.size === 0) worker.unref()
      if ('reading' in answer) asked?.give(answer.reading)
      else asked?.giveUp()
    })
    // An error ends the thread, which is all that matters of it here: what it was asked is read here instead.
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      threads.splice(threads.indexOf(thread), 1)
      for (const asked of waiting.values()) asked.giveUp()
    })
    threads.push(thread)
    return thread
  }

  function leastBusy(): Thread {
    const idle = threads.toSorted((a, b) => a.waiting.size - b.waiting.size)[0]
    if (idle !== undefined && (idle.waiting.size === 0 || threads.length >= count)) return idle
    return start()
  }

  async function read(question: SegmentQuestion): Promise<SegmentReading> {
    if (((await nodeFiles.sizeOf(question.path)) ?? 0) < longBytes) return here.read(question)
    requests += 1
    const request: SegmentRequest = { id: requests, question }
    const reading = await new Promise<SegmentReading | null>((give) => {
      const { waiting, worker } = leastBusy()
      waiting.set(request.id, { give, giveUp: () => give(null) })
      worker.ref()
      worker.postMessage(request)
    })
    return reading ?? here.read(question)
  }

  async function end(): Promise<void> {
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  return { atOnce: count + 1, read, end }
}
