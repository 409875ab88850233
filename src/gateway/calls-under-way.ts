import type { CallRun } from './run-call.ts'

/**
 * Calls that hear of every change of policy, each at a place that the next one gets when it has ended. A set would do, but
 * for the collector: each table that a churned set leaves behind points at the next one, so that one which has grown old
 * keeps every call after it alive until all is collected.
 */
export class CallsUnderWay {
  readonly #places: (CallRun | null)[] = []
  readonly #free: number[] = []

  get count(): number {
    return this.#places.length - this.#free.length
  }

  /** Gives its place. */
  add(run: CallRun): number {
    const place = this.#free.pop() ?? this.#places.length
    this.#places[place] = run
    return place
  }

  leave(place: number): void {
    this.#places[place] = null
    this.#free.push(place)
  }

  /** The gateway ends: whoever is asked is asked no more, and each caller is told so. */
  stop(): void {
    for (const run of this.#places) run?.stop()
  }

  reconsider(): void {
    for (const run of this.#places) run?.reconsider()
  }
}
