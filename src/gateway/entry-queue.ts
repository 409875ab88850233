import { messageOf } from '../base/fault.ts'
import type { GatewayClock } from './clock.ts'

/** Longest wait of an entry; the ledger waits for company too before it writes. */
const waitMs = 2
const waitingMax = 1_000

/**
 * Entries that no answer waits for. They are made and recorded some at a time, when their answers are out: one after
 * the other they cost half of what each costs in the midst of a request, and no caller waits while its own is digested.
 */
export class EntryQueue {
  readonly #clock: GatewayClock
  readonly #warn: (message: string) => void
  #waiting: (() => void)[] = []

  constructor(clock: GatewayClock, warn: (message: string) => void) {
    this.#clock = clock
    this.#warn = warn
  }

  /** `record` is called within milliseconds, in the order in which it came. */
  add(record: () => void): void {
    this.#waiting.push(record)
    if (this.#waiting.length === 1) this.#clock.after(waitMs, () => this.flush())
    if (this.#waiting.length >= waitingMax) this.flush()
  }

  /** Records all that waits, now. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const record of waiting) {
      try {
        record()
      } catch (error) {
        this.#warn(`a decision could not be recorded: ${messageOf(error)}`)
      }
    }
  }
}
