import { Worker } from 'node:worker_threads'
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from './extraction-worker.ts'
import type { Fact } from './fact.ts'
import { auditLimits } from './limits.ts'
import type { SourceFile } from './source-file.ts'

/** The facts of one file, or why there are none. */
export type Extraction =
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** Something that extracts one file after the other. */
export interface ExtractionLane {
  readonly extract: (file: SourceFile) => Promise<Extraction>
  readonly close: () => Promise<void>
}

/**
 * A lane in a thread of its own. A file on which it hangs is given up after the time limit, and the thread is
 * replaced: nothing that a file holds can stop the run.
 */
export class WorkerLane implements ExtractionLane {
  readonly #setup: WorkerSetup
  #worker: Worker | null = null
  #waiting: ((answer: Extraction) => void) | null = null
  #requests = 0

  constructor(setup: WorkerSetup) {
    this.#setup = setup
    this.#worker = this.#start()
  }

  async extract(file: SourceFile): Promise<Extraction> {
    const worker = (this.#worker ??= this.#start())
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<Extraction>((resolve) => {
      this.#waiting = resolve
      timer = setTimeout(() => this.#give({ kind: 'failed', reason: 'time-limit' }), auditLimits.fileTimeMs)
    })
    this.#requests += 1
    worker.postMessage({ id: this.#requests, file } satisfies WorkerRequest)
    const found = await answer
    clearTimeout(timer)
    if (found.kind === 'failed' && found.reason === 'time-limit') await this.close()
    return found
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./extraction-worker.${extension}`, import.meta.url), {
      workerData: this.#setup,
    })
    // Idle threads never keep the process alive.
    worker.unref()
    worker.on('message', (answer: WorkerAnswer) => {
      if (answer.id !== this.#requests) return
      this.#give(
        'facts' in answer
          ? { kind: 'facts', facts: answer.facts }
          : { kind: 'failed', reason: `failed: ${answer.problem}` },
      )
    })
    worker.on('error', (error) => {
      this.#worker = null
      this.#give({ kind: 'failed', reason: `failed: ${error.message}` })
    })
    return worker
  }

  #give(answer: Extraction): void {
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.(answer)
  }
}
