import type { Worker } from 'node:worker_threads'

export interface WaitingLimits {
  /** So long one waits, then it is ended. */
  readonly waitsMs: number
  /** So many wait at the same time. */
  readonly max: number
}

/**
 * Threads that have done a work and wait a while for the next one: to load everything anew would take longer than most
 * works, at the cost of the traffic beside them. No work leaves anything behind but modules.
 */
export class WaitingThreads {
  readonly #limits: WaitingLimits
  readonly #waiting = new Map<
    Worker,
    { readonly timer: NodeJS.Timeout; readonly forget: () => void }
  >()

  #isEnded = false

  constructor(limits: WaitingLimits) {
    this.#limits = limits
  }

  take(): Worker | null {
    const [worker] = this.#waiting.keys()
    if (worker === undefined) return null
    this.#forget(worker)
    worker.ref()
    return worker
  }

  /** Whether it waits now. */
  add(worker: Worker): boolean {
    if (this.#isEnded || this.#waiting.size >= this.#limits.max || hasEnded(worker)) return false
    const timer = setTimeout(() => void this.#end(worker), this.#limits.waitsMs)
    timer.unref()
    worker.unref()
    const forget = (): void => this.#forget(worker)
    worker.on('error', forget).on('exit', forget)
    this.#waiting.set(worker, { timer, forget })
    return true
  }

  /** None waits any more, and none will. */
  async endAll(): Promise<void> {
    this.#isEnded = true
    await Promise.all([...this.#waiting.keys()].map((worker) => this.#end(worker)))
  }

  /** It takes a while to end; nobody must take it meanwhile. */
  async #end(worker: Worker): Promise<void> {
    this.#forget(worker)
    await worker.terminate()
  }

  #forget(worker: Worker): void {
    const { timer, forget } = this.#waiting.get(worker) ?? {}
    clearTimeout(timer)
    if (forget !== undefined) worker.off('error', forget).off('exit', forget)
    this.#waiting.delete(worker)
  }
}

/** One that has ended has no number any more, and tells nobody again that it ended. */
function hasEnded(worker: Worker): boolean {
  return worker.threadId === -1
}
