import type { Kysely } from 'kysely'
import { messageOf } from '../../base/fault.ts'
import type { Tables } from '../tables.ts'
import { feedEnd, type FeedPosition, type FeedStep, ofTopics, readFeed } from './read-feed.ts'
import type { Watcher, WatchNotice } from './watch.ts'

/** One way to the feed. After a failure it is closed, and a new one is opened. */
export interface FeedConnection {
  readonly db: Kysely<Tables>
  /** Until something may be new: at most the time between two polls. */
  whenDue(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface FeedReaderSettings {
  readonly connect: () => Promise<FeedConnection>
  /** The wait before the next attempt, after so many failures. */
  readonly retryMs: (failures: number) => number
}

type Outcome = FeedStep | { readonly kind: 'failed'; readonly reason: string }

/**
 * Reads the feed of a store for all its watchers. The position outlives the connection, so that what changed while
 * the store was away is told once it is back.
 */
export class FeedReader {
  readonly #settings: FeedReaderSettings
  readonly #watchers = new Set<Watcher>()
  readonly #closing = new AbortController()
  #connection: FeedConnection | null = null
  #position: FeedPosition | null = null
  #starting: Promise<void> | null = null
  #running: Promise<void> | null = null

  constructor(settings: FeedReaderSettings) {
    this.#settings = settings
  }

  /** From when this returns, every change reaches the watcher. */
  async add(watcher: Watcher): Promise<void> {
    this.#watchers.add(watcher)
    this.#starting ??= this.#start()
    try {
      await this.#starting
    } catch (error) {
      this.#watchers.delete(watcher)
      this.#starting = null
      throw error
    }
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher)
  }

  async close(): Promise<void> {
    this.#watchers.clear()
    this.#closing.abort()
    await this.#running
    await this.#disconnect()
  }

  /** The first connection must succeed: whoever watches has something to begin with. */
  async #start(): Promise<void> {
    this.#connection = await this.#settings.connect()
    try {
      this.#position = await feedEnd(this.#connection.db)
    } catch (error) {
      await this.#disconnect()
      throw error
    }
    this.#running = this.#run(this.#position)
  }

  async #run(from: FeedPosition): Promise<void> {
    const { signal } = this.#closing
    let position = from
    let failures = 0
    while (!signal.aborted) {
      const outcome = await this.#step(position)
      if (signal.aborted) return
      if (outcome.kind === 'failed') {
        await this.#disconnect()
        if (failures === 0) this.#tell({ kind: 'away', reason: outcome.reason })
        await pause(this.#settings.retryMs(failures), signal)
        failures += 1
        continue
      }
      if (failures > 0) this.#tell({ kind: 'back' })
      failures = 0
      const isAtEnd = outcome.position.sequence === position.sequence
      position = outcome.position
      this.#tell(outcome.kind === 'everything' ? { kind: 'everything' } : outcome)
      if (isAtEnd) await this.#connection?.whenDue(signal)
    }
  }

  async #step(position: FeedPosition): Promise<Outcome> {
    try {
      this.#connection ??= await this.#settings.connect()
      return await readFeed(this.#connection.db, position)
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) }
    }
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    await connection?.close().catch(() => undefined)
  }

  #tell(notice: WatchNotice): void {
    for (const { topics, listener } of this.#watchers) {
      if (notice.kind !== 'changes') {
        listener(notice)
        continue
      }
      const changes = ofTopics(notice.changes, topics)
      if (changes.length > 0) listener({ kind: 'changes', changes })
    }
  }
}

/** A wait that closing ends. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
