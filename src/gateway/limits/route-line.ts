import type { Criticality } from '../../schema/vocabulary.ts'
import type { Claim, Grant, Refusal } from './counters.ts'

export interface Waiter {
  readonly claim: Claim
  readonly criticality: Criticality
  /** Is called once, when it has left the line. */
  readonly done: (answer: Grant | Refusal | null) => void
}

const ranks: Readonly<Record<Criticality, number>> = { critical: 2, important: 1, supporting: 0 }

/** Those who wait for one route: the most critical first, equals in the order in which they came. */
export class RouteLine {
  readonly #waiters: Waiter[] = []

  get length(): number {
    return this.#waiters.length
  }

  get first(): Waiter | null {
    return this.#waiters[0] ?? null
  }

  /** The least critical, and of those the one that came last. */
  get last(): Waiter | null {
    return this.#waiters.at(-1) ?? null
  }

  /** How many would be served before somebody who came now. */
  ahead(criticality: Criticality): number {
    const behind = this.#waiters.findIndex((one) => isBefore(criticality, one.criticality))
    return behind === -1 ? this.#waiters.length : behind
  }

  add(waiter: Waiter): void {
    this.#waiters.splice(this.ahead(waiter.criticality), 0, waiter)
  }

  /** `false`: it has left before. */
  remove(waiter: Waiter): boolean {
    const index = this.#waiters.indexOf(waiter)
    if (index !== -1) this.#waiters.splice(index, 1)
    return index !== -1
  }
}

export function isBefore(one: Criticality, other: Criticality): boolean {
  return ranks[one] > ranks[other]
}
