import { Fault, messageOf } from '../../base/fault.ts'
import { pause } from '../feed/feed-reader.ts'
import { jobLimits } from '../limits.ts'
import type { JobDispatch } from './job-dispatch.ts'
import type { JobRecords, Lease } from './job-records.ts'
import type { JobContext, JobRun, JobWorker, WorkOptions } from './jobs.ts'

export interface WorkerParts {
  readonly kind: string
  readonly options: WorkOptions
  readonly run: JobRun
  readonly records: JobRecords
  readonly dispatch: JobDispatch
}

/** Takes jobs of one kind, as many at a time as it may. */
export class PollingWorker implements JobWorker {
  readonly #parts: WorkerParts
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #news = new AbortController()
  #loop: Promise<void> = Promise.resolve()

  constructor(parts: WorkerParts) {
    this.#parts = parts
  }

  start(): this {
    this.#loop = this.#takeForever()
    return this
  }

  /** Something may be there to be taken. */
  wake(): void {
    this.#news.abort()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#loop
    const allEnded = new AbortController()
    void Promise.all(this.#running).then(() => allEnded.abort())
    if (this.#running.size > 0) await pause(jobLimits.closeMs, allEnded.signal)
  }

  async #takeForever(): Promise<void> {
    const { signal } = this.#closing
    let sweptAt = -Infinity
    while (!signal.aborted) {
      // A store that is away is no reason to end: what is announced is still there when it is back.
      try {
        if (performance.now() - sweptAt >= jobLimits.pollMs / 2) {
          // At the start all that waits is announced again: it may have come with a backup.
          const waitedMs = sweptAt === -Infinity ? 0 : overdueMs
          await this.#parts.records.sweep(this.#parts.kind, waitedMs)
          sweptAt = performance.now()
        }
        while (!signal.aborted && this.#running.size < this.#parts.options.concurrency)
          if (!(await this.#takeOne())) break
      } catch (error) {
        if (!(error instanceof Fault)) throw error
      }
      await pause(jobLimits.pollMs, AbortSignal.any([signal, this.#news.signal]))
      this.#news = new AbortController()
    }
  }

  /** False: there is nothing to take. */
  async #takeOne(): Promise<boolean> {
    const { dispatch, records, kind, options } = this.#parts
    const taken = await dispatch.take(kind, await records.now())
    if (taken === null) return false
    const lease = await records.claim(taken.id, options.worker)
    // Not settled, it comes again, and nobody can claim it then.
    await taken.settle().catch(ignoreFault)
    if (lease === null) return true
    const run = this.#runOne(lease).finally(() => {
      this.#running.delete(run)
      this.wake()
    })
    this.#running.add(run)
    return true
  }

  async #runOne(lease: Lease): Promise<void> {
    const { records, run } = this.#parts
    const holding = new Holding(lease, records, this.#closing.signal)
    try {
      const result = await run(lease.job, holding.context)
      await holding.end()
      // Whether the lease is lost is for its token to say: while the store is away nobody else can have taken it.
      await persistently(this.#closing.signal, () => records.succeed(lease, result))
    } catch (error) {
      await holding.end()
      if (holding.isLost) return
      const isClosing = this.#closing.signal.aborted
      await persistently(this.#closing.signal, () =>
        isClosing ? records.giveBack(lease) : records.fail(lease, messageOf(error)),
      ).catch(ignoreFault) // The lease will lapse, and another worker takes the job.
    }
  }
}

/** Waiting jobs that nobody took for so long are announced again. */
const overdueMs = 10_000

/** Keeps a lease while its job runs, and tells the job when it is lost. */
class Holding {
  readonly context: JobContext
  readonly #lease: Lease
  readonly #records: JobRecords
  readonly #lost = new AbortController()
  readonly #ended = new AbortController()
  readonly #renewing: Promise<void>
  #progress: { readonly share: number; readonly note: string | null } | null = null
  #isProgressDue = new AbortController()

  constructor(lease: Lease, records: JobRecords, closing: AbortSignal) {
    this.#lease = lease
    this.#records = records
    this.context = {
      signal: AbortSignal.any([this.#lost.signal, closing]),
      progress: (share, note) => {
        const isFirst = this.#progress === null
        this.#progress = { share: Math.min(Math.max(share, 0), 1), note: note ?? null }
        if (isFirst) this.#isProgressDue.abort()
      },
    }
    this.#renewing = this.#renewUntilEnd()
  }

  get isLost(): boolean {
    return this.#lost.signal.aborted
  }

  async end(): Promise<void> {
    this.#ended.abort()
    await this.#renewing
  }

  async #renewUntilEnd(): Promise<void> {
    const { leaseMs } = this.#lease.job
    const ended = this.#ended.signal
    let heldSince = performance.now()
    while (!ended.aborted && !this.isLost) {
      await pause(leaseMs / 3, AbortSignal.any([ended, this.#isProgressDue.signal]))
      if (ended.aborted) return
      const progress = this.#progress
      const askedAt = performance.now()
      const isHeld = await this.#records.renew(this.#lease, progress).catch(() => null)
      if (isHeld === true) heldSince = askedAt
      if (isHeld === false || performance.now() - heldSince > leaseMs) this.#lost.abort()
      // Progress that comes meanwhile waits its turn.
      await pause(Math.min(jobLimits.progressMs, leaseMs / 6), ended)
      if (this.#progress === progress) this.#progress = null
      this.#isProgressDue = new AbortController()
      if (this.#progress !== null) this.#isProgressDue.abort()
    }
  }
}

function ignoreFault(error: unknown): void {
  if (!(error instanceof Fault)) throw error
}

/** Work that took an hour is not thrown away because the store is away for a minute. */
async function persistently(closing: AbortSignal, write: () => Promise<boolean>): Promise<void> {
  for (;;) {
    try {
      await write()
      return
    } catch (error) {
      const isAway =
        error instanceof Fault &&
        (error.code === 'HF_STORE_UNREACHABLE' || error.code === 'HF_STORE_BUSY')
      // A result that cannot be kept (too long, not JSON) fails the job instead of the process.
      if (!isAway) throw error
      if (closing.aborted) return
      await pause(jobLimits.pollMs, closing)
    }
  }
}
