import { Worker } from 'node:worker_threads'
import { abandonWork } from './abandoned-work.ts'
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from './extraction-worker.ts'
import type { Fact } from './fact.ts'
import { auditLimits } from './limits.ts'
import type { SourceFile } from './source-file.ts'
import { withinTime } from './within-time.ts'

/** The facts of one file, or why there are none. */
export type Extraction =
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** Something that extracts one file after the other. */
export interface ExtractionLane {
  readonly extract: (file: SourceFile) => Promise<Extraction>
}

interface Waiting {
  readonly file: SourceFile
  readonly give: (extraction: Extraction) => void
}

/**
 * A lane in a thread of its own, which answers in the order it was asked. A file on which it hangs is given up
 * after the time limit and the thread is replaced: nothing that a file holds can stop the run.
 */
export class WorkerLane implements ExtractionLane {
  readonly #setup: WorkerSetup
  #worker: Worker | null
  /** In the order they were asked for: the first is the one being worked on. */
  readonly #waiting = new Map<number, Waiting>()
  #requests = 0
  #onReady: (() => void) | null
  #timer: NodeJS.Timeout | undefined

  /** `onReady` is told once, when the thread has started. */
  constructor(setup: WorkerSetup, onReady: (() => void) | null = null) {
    this.#setup = setup
    this.#onReady = onReady
    this.#worker = this.#start()
  }

  /** Files that were asked for and have no answer yet. */
  get waiting(): number {
    return this.#waiting.size
  }

  extract(file: SourceFile): Promise<Extraction> {
    return new Promise((give) => this.#ask({ file, give }))
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = null
    if (worker === null) return
    const ended = await withinTime(worker.terminate(), auditLimits.threadEndMs)
    if (ended === null) abandonWork()
  }

  #ask(waiting: Waiting): void {
    this.#requests += 1
    this.#waiting.set(this.#requests, waiting)
    if (this.#waiting.size === 1) this.#watch()
    this.#worker ??= this.#start()
    this.#worker.postMessage({ id: this.#requests, file: waiting.file } satisfies WorkerRequest)
  }

  /** Begins anew with every file. */
  #watch(): void {
    clearTimeout(this.#timer)
    if (this.#waiting.size > 0) {
      this.#timer = setTimeout(() => this.#replace('time-limit'), auditLimits.fileTimeMs)
    }
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./extraction-worker.${extension}`, import.meta.url), {
      workerData: this.#setup,
    })
    // An idle thread never keeps the process alive.
    worker.unref()
    worker.on('message', (answer: WorkerAnswer) => {
      if (answer.id === 'ready') {
        this.#onReady?.()
        this.#onReady = null
        return
      }
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      this.#watch()
      waiting?.give(
        'facts' in answer
          ? { kind: 'facts', facts: answer.facts }
          : { kind: 'failed', reason: `failed: ${answer.problem}` },
      )
    })
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#replace(`failed: ${error.message}`)
    })
    return worker
  }

  /** Gives up the file being worked on, and asks a new thread for the others. */
  #replace(reason: string): void {
    const worker = this.#worker
    this.#worker = null
    void worker?.terminate()
    abandonWork()
    const [first, ...others] = this.#waiting.values()
    this.#waiting.clear()
    clearTimeout(this.#timer)
    first?.give({ kind: 'failed', reason })
    for (const waiting of others) this.#ask(waiting)
  }
}
