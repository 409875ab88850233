import type { Transaction } from 'kysely'
import type { Backend } from '../backend/backend.ts'
import type { Tables } from '../tables.ts'

type Work<T> = (tx: Transaction<Tables>) => Promise<T>

interface Waiting {
  readonly work: Work<unknown>
  readonly done: (result: unknown) => void
  readonly failed: (error: unknown) => void
}

/** So many writes share a transaction at most. */
const groupMax = 256

/**
 * Writes that come at about the same time share one transaction, and so one wait for the disk: a trial claims and keeps
 * thousands of answers. Each returns when it is durable. Nothing of it is told to the feed.
 */
export class GroupedWrites {
  readonly #backend: Backend
  #waiting: Waiting[] = []
  #isWriting = false

  constructor(backend: Backend) {
    this.#backend = backend
  }

  write<T>(work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, done: (result) => resolve(result as T), failed: reject })
      if (!this.#isWriting) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      // Whatever came while the disk was waited for is read first, and joins.
      await new Promise((resolve) => setImmediate(resolve))
      const group = this.#waiting.slice(0, groupMax)
      this.#waiting = this.#waiting.slice(groupMax)
      await this.#together(group)
    }
    this.#isWriting = false
  }

  /** One that fails undoes all of the transaction: then each is done alone, and fails alone. */
  async #together(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#backend.write(async (tx) => {
        const all: unknown[] = []
        for (const { work } of group) all.push(await work(tx))
        return all
      })
      for (const [at, { done }] of group.entries()) done(results[at])
    } catch (error) {
      const [only] = group
      if (group.length === 1) return only?.failed(error)
      for (const one of group) await this.#together([one])
    }
  }
}
