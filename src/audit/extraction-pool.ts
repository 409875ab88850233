import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import type { Resolver } from '../catalogue/index.ts'
import type { DetectorSet } from './detector-set.ts'
import { extractFacts } from './extract-facts.ts'
import { type Extraction, type ExtractionLane, WorkerLane } from './extraction-lane.ts'
import type { WorkerSetup } from './extraction-worker.ts'
import { auditLimits } from './limits.ts'
import type { SourceFile } from './source-file.ts'
import { withinTime } from './within-time.ts'

/** Extracts here, and in threads as well once there is enough to do to repay their start. */
export class ExtractionPool {
  readonly #setup: WorkerSetup
  readonly #here: ExtractionLane
  readonly #threads: WorkerLane[] = []
  /** Places for one file each: one here, several at each thread that has started. */
  readonly #free: ExtractionLane[]
  readonly #waiting: ((lane: ExtractionLane) => void)[] = []

  constructor(detectors: DetectorSet, resolver: Resolver, catalogue: WorkerSetup['catalogue']) {
    this.#setup = { detectors: detectors.source, catalogue }
    this.#here = { extract: (file) => extractHere(file, detectors, resolver) }
    this.#free = [this.#here]
  }

  /** Told how many files wait. A thread has its own code to make ready, and is no gain for a few of them. */
  expect(waiting: number): void {
    const worthwhile = Math.floor(waiting / auditLimits.filesWaitingPerThread)
    const count = Math.min(worthwhile, auditLimits.threadsMax, availableParallelism() - 1)
    while (this.#threads.length < count) this.#addThread()
  }

  async extract(file: SourceFile): Promise<Extraction> {
    if (file.content.length > auditLimits.fileHereCharactersMax) {
      return this.#leastBusyThread().extract(file)
    }
    const lane =
      this.#takeFree() ??
      (await new Promise<ExtractionLane>((resolve) => this.#waiting.push(resolve)))
    try {
      return await lane.extract(file)
    } finally {
      this.#release(lane)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((lane) => lane.close()))
  }

  /** This thread last, since it has to read files for the others as well. */
  #takeFree(): ExtractionLane | undefined {
    const thread = this.#free.findLastIndex((lane) => lane !== this.#here)
    return thread === -1 ? this.#free.pop() : this.#free.splice(thread, 1)[0]
  }

  /** For a file that could hold up this thread; the first such file starts one. */
  #leastBusyThread(): WorkerLane {
    const [first = this.#addThread(), ...others] = this.#threads
    return others.reduce((least, lane) => (lane.waiting < least.waiting ? lane : least), first)
  }

  #addThread(): WorkerLane {
    // Nothing waits for a thread that is still starting, which takes it a third of a second.
    const lane = new WorkerLane(this.#setup, () => {
      // Files wait at the thread, since this one is often too busy to hand over the next in time.
      for (let place = 0; place < auditLimits.filesPerThread; place += 1) this.#release(lane)
    })
    this.#threads.push(lane)
    return lane
  }

  #release(lane: ExtractionLane): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(lane)
    else next(lane)
  }
}

async function extractHere(
  file: SourceFile,
  detectors: DetectorSet,
  resolver: Resolver,
): Promise<Extraction> {
  // Else the answers of threads would wait until all files are done.
  await setImmediate()
  const work = extractFacts(file, detectors, resolver).then((facts): Extraction => ({
    kind: 'facts',
    facts,
  }))
  return (
    (await withinTime(work, auditLimits.fileTimeMs)) ?? { kind: 'failed', reason: 'time-limit' }
  )
}
