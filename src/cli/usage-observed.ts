import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { messageOf } from '../base/fault.ts'
import type { ObservedTraffic, ObservedUse } from '../gateway/index.ts'
import { bookWaitMs, UsageBook } from './usage-book.ts'

export interface ObservedSettings {
  readonly configPath: string
  readonly observed: ObservedTraffic
  readonly warn: (message: string) => void
}

const observedLimits = {
  /** Between two times at which what was seen is written down; so much is lost with a process that is killed. */
  flushMs: 2_000,
  /** Something new is in the register after so long at most, … */
  newMs: 30_000,
  /** … and higher counts after so long. */
  countsMs: 10 * 60_000,
  /** A process that ends waits so long for the register. */
  endMs: 10_000,
} as const

/** Writes down what a gateway has seen, off the way of requests: every few seconds into the book, less often into the register. */
export class ObservedFlush {
  readonly #settings: ObservedSettings
  readonly #folder: string
  readonly #known = new Set<string>()
  #book: UsageBook | null = null
  #timer: NodeJS.Timeout | null = null
  #refreshedAt = Number.NEGATIVE_INFINITY
  #isNew = false
  #isChanged = false
  #refreshing: Promise<void> | null = null
  #problem: string | null = null

  constructor(settings: ObservedSettings) {
    this.#settings = settings
    this.#folder = join(dirname(settings.configPath), '.holdfast')
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.flush()
      this.#refreshWhenDue()
    }, observedLimits.flushMs)
    this.#timer.unref()
  }

  /** Writes down what is left, and brings it into the register. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.flush()
    await this.#refreshing
    // Counts alone can wait: whoever reads the register reads the book as well.
    if (this.#isNew) await this.#refresh()
    this.#book?.close()
  }

  flush(): void {
    const { observed } = this.#settings
    const { unkept } = observed
    const uses = observed.take()
    if (unkept > 0)
      this.#settings.warn(
        `${unkept} requests were not noted for the register: too many different uses at once`,
      )
    if (uses.length === 0) return
    try {
      this.#opened().addObserved(uses)
      this.#notice(uses)
      this.#problem = null
    } catch (error) {
      observed.giveBack(uses)
      // Another process may hold the book for a moment: then the next turn does it.
      if (!isBusy(error)) this.#tell(messageOf(error))
    }
  }

  #opened(): UsageBook {
    if (this.#book === null) {
      this.#book = UsageBook.open(this.#folder, bookWaitMs.gateway)
      this.#book.neverSettle()
      // What an earlier process has seen is in the register already.
      for (const use of this.#book.uses())
        if (use.kind === 'observed') this.#known.add(keyOf({ ...use, model: use.written }))
    }
    return this.#book
  }

  #notice(uses: readonly ObservedUse[]): void {
    this.#isChanged = true
    for (const use of uses) {
      const key = keyOf(use)
      if (this.#known.has(key)) continue
      this.#known.add(key)
      this.#isNew = true
    }
  }

  #refreshWhenDue(): void {
    const wait = this.#isNew ? observedLimits.newMs : observedLimits.countsMs
    const isDue = performance.now() - this.#refreshedAt >= wait
    if (isDue && (this.#isNew || this.#isChanged)) void this.#refresh()
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  async #refreshOnce(): Promise<void> {
    this.#refreshedAt = performance.now()
    this.#isNew = false
    this.#isChanged = false
    try {
      await runWorker(this.#settings.configPath)
    } catch (error) {
      this.#isNew = true
      this.#tell(`the register was not brought up to date: ${messageOf(error)}`)
    }
  }

  #tell(problem: string): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#settings.warn(`what traffic shows is not written down: ${problem}`)
  }
}

/** What makes a line of the register; its counts do not. */
function keyOf({
  workflow,
  model,
  servedModel,
  route,
}: Pick<ObservedUse, 'workflow' | 'model' | 'servedModel' | 'route'>): string {
  return `${workflow}\n${model}\n${servedModel}\n${route}`
}

async function runWorker(configPath: string): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./usage-worker.${extension}`, import.meta.url), {
    workerData: { configPath },
  })
  const timer = setTimeout(() => void worker.terminate(), observedLimits.endMs)
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error('it did not end in time')),
      )
    })
  } finally {
    clearTimeout(timer)
  }
}

/** SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false
  return typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
}
