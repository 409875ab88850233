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
const threadsMax = 3
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

/**
 * Reads segments here and, while one is read here, long ones in threads, which start with the first of these. What a
 * thread fails at is read here.
 */
export function segmentThreads(
  count = Math.max(1, Math.min(availableParallelism() - 1, threadsMax)),
): SegmentThreads {
  const here = plainSegmentReader(nodeFiles)
  const threads: Thread[] = []
  let readingHere = 0
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
    // An error ends the thread, which is all that matters of it here.
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

  function readInThread(question: SegmentQuestion): Promise<SegmentReading | null> {
    requests += 1
    const request: SegmentRequest = { id: requests, question }
    return new Promise((give) => {
      const { waiting, worker } = leastBusy()
      waiting.set(request.id, { give, giveUp: () => give(null) })
      worker.ref()
      worker.postMessage(request)
    })
  }

  async function readHere(question: SegmentQuestion): Promise<SegmentReading> {
    readingHere += 1
    try {
      return await here.read(question)
    } finally {
      readingHere -= 1
    }
  }

  async function read(question: SegmentQuestion): Promise<SegmentReading> {
    if (readingHere === 0) return readHere(question)
    const isLong = ((await nodeFiles.sizeOf(question.path)) ?? 0) >= longBytes
    return (isLong ? await readInThread(question) : null) ?? readHere(question)
  }

  async function end(): Promise<void> {
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  return { atOnce: count + 1, read, end }
}
