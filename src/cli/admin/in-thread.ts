import { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import type * as z from 'zod'
import { Fault } from '../../base/fault.ts'
import { adminLimits } from './limits.ts'
import { AdminRefusal } from './admin-refusal.ts'
import { StreamedAnswer, WrittenJson } from './resource.ts'
import type { ThreadOutcome } from './thread-worker.ts'
import { WaitingThreads } from './waiting-threads.ts'
import type { Family, WorkOrder, WorksOf } from './works/families.ts'
import type { PrintedWork, Work } from './works/work.ts'

/** Names of the works of a family that answer in JSON. */
type Answering<F extends Family> = {
  [N in keyof WorksOf<F>]: WorksOf<F>[N] extends Work<never, z.ZodType> ? N : never
}[keyof WorksOf<F>] &
  string
type Printing<F extends Family> = {
  [N in keyof WorksOf<F>]: WorksOf<F>[N] extends PrintedWork<never> ? N : never
}[keyof WorksOf<F>] &
  string
type InputOf<W> =
  W extends Work<infer Input, z.ZodType>
    ? Input
    : W extends PrintedWork<infer Input>
      ? Input
      : never

interface ThreadOptions {
  /** Whoever asked has gone. Without one the work is finished in any case. */
  readonly signal?: AbortSignal | undefined
  /** What is read by the work. */
  readonly upload?: Readable | null | undefined
  /** Longest time; else `adminLimits.workMs`. */
  readonly timeMs?: number | undefined
  /** Changes are made one after the other. */
  readonly isChange?: boolean | undefined
}

interface Place {
  readonly configPath: string
}

/**
 * Does the work of a command in a thread of its own, within limits of time, memory and number: what takes long must not
 * hold up model traffic. The answer is checked and written there as well.
 */
export async function inThread<F extends Family, N extends Answering<F>>(
  { configPath }: Place,
  [family, name]: readonly [F, N],
  input: InputOf<WorksOf<F>[N]>,
  options: ThreadOptions = {},
): Promise<WrittenJson> {
  const order = { family, name, configPath, input }
  const run = async (): Promise<WrittenJson> => {
    const thread = new WorkThread(order, options)
    try {
      // Nobody reads what is printed.
      thread.printed.resume()
      const text = await thread.answer()
      if (text.length > adminLimits.answerBytesMax)
        throw new AdminRefusal(422, 'answer_too_large', 'the answer is too large; ask for less')
      return new WrittenJson(text)
    } finally {
      await thread.end()
    }
  }
  return options.isChange === true ? await changes.add(run) : await readings.add(run)
}

/** The same of what is printed piece by piece. What fails before its first piece is an ordinary refusal. */
export async function streamFromThread<F extends Family, N extends Printing<F>>(
  { configPath }: Place,
  [family, name]: readonly [F, N],
  input: InputOf<WorksOf<F>[N]>,
  options: ThreadOptions & { readonly contentType: string; readonly fileName: string },
): Promise<StreamedAnswer> {
  const release = readings.take()
  const thread = new WorkThread({ family, name, configPath, input }, options, true)
  const pieces = piecesOf(thread, release)
  const first = await pieces.next()
  const all = first.done === true ? [] : withFirst(first.value, pieces)
  return new StreamedAnswer(Readable.from(all, { objectMode: false }), options)
}

async function* piecesOf(thread: WorkThread, release: () => void): AsyncGenerator<Buffer> {
  try {
    let bytes = 0
    for await (const piece of thread.printed) {
      bytes += (piece as Buffer).length
      if (bytes > adminLimits.streamBytesMax)
        throw new AdminRefusal(422, 'answer_too_large', 'the answer is too large; ask for less')
      yield piece as Buffer
    }
    // A thread that failed has printed something whole by chance at most.
    await thread.done()
  } finally {
    release()
    await thread.end()
  }
}

async function* withFirst(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** Ends threads that wait for a work: each would keep the process for a while. */
export async function endWaitingThreads(): Promise<void> {
  await waiting.endAll()
}

class WorkThread {
  readonly #worker: Worker
  readonly #outcome: Promise<ThreadOutcome | AdminRefusal>
  readonly #isReusable: boolean

  constructor(
    order: Omit<WorkOrder, 'isLast'>,
    { signal, upload, timeMs = adminLimits.workMs }: ThreadOptions,
    isPrinting = false,
  ) {
    const takesUpload = upload !== undefined && upload !== null
    // What is piped in and out belongs to one work alone.
    this.#isReusable = !takesUpload && !isPrinting
    this.#worker = (this.#isReusable ? waiting.take() : null) ?? startedWorker(takesUpload)
    this.#outcome = outcomeOf(this.#worker, timeMs, signal)
    this.#worker.postMessage({ ...order, isLast: !this.#isReusable })
    if (takesUpload && this.#worker.stdin !== null) feed(upload, this.#worker)
  }

  get printed(): Readable {
    return this.#worker.stdout
  }

  /** The JSON that it answers. */
  async answer(): Promise<string> {
    const text = await this.done()
    if (text === null) throw new TypeError('this work prints its answer')
    return text
  }

  async done(): Promise<string | null> {
    const outcome = await this.#outcome
    if (outcome instanceof AdminRefusal) throw outcome
    if ('text' in outcome) return outcome.text
    if ('failure' in outcome) throw new Error(outcome.failure)
    const { code, message, ...details } = outcome.fault
    throw new Fault(code, message, details)
  }

  /** Ends what is still under way; a thread that came to an end in order may take another work. */
  async end(): Promise<void> {
    if (!this.#isReusable) return void (await this.#worker.terminate())
    const outcome = await this.#outcome
    const isInOrder =
      !(outcome instanceof AdminRefusal) && ('text' in outcome || 'fault' in outcome)
    if (isInOrder && waiting.add(this.#worker)) return
    await this.#worker.terminate()
  }
}

function startedWorker(takesUpload: boolean): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./thread-worker.${extension}`, import.meta.url), {
    stdin: takesUpload,
    stdout: true,
    resourceLimits: { maxOldGenerationSizeMb: adminLimits.threadMemoryMb },
  })
  // One that dies when nobody waits for it must not take the gateway along.
  worker.on('error', () => undefined)
  return worker
}

const waiting = new WaitingThreads({
  waitsMs: adminLimits.threadWaitsMs,
  max: adminLimits.threadsWaitingMax,
})

function outcomeOf(
  worker: Worker,
  timeMs: number,
  signal: AbortSignal | undefined,
): Promise<ThreadOutcome | AdminRefusal> {
  return new Promise((resolve) => {
    const give = (outcome: ThreadOutcome | AdminRefusal): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onGone)
      worker.off('message', give).off('error', onError).off('exit', onExit)
      resolve(outcome)
    }
    const giveUp = (refusal: AdminRefusal): void => {
      give(refusal)
      void worker.terminate()
    }
    const onError = (error: Error): void => give({ failure: error.message })
    const onExit = (): void => give({ failure: 'the thread ended' })
    const onGone = (): void => giveUp(new AdminRefusal(499, 'client_gone', 'nobody waits any more'))
    const timer = setTimeout(
      () => giveUp(new AdminRefusal(503, 'took_too_long', `it took longer than ${timeMs} ms`)),
      timeMs,
    )
    signal?.addEventListener('abort', onGone, { once: true })
    if (signal?.aborted === true) onGone()
    worker.on('message', give).on('error', onError).on('exit', onExit)
  })
}

/** An upload that breaks off ends the work: what is half there must not pass for a whole. */
function feed(upload: Readable, worker: Worker): void {
  upload.once('error', () => void worker.terminate())
  worker.stdin?.once('error', () => upload.resume())
  if (worker.stdin !== null) upload.pipe(worker.stdin)
}

/** Works of one kind: so many at a time, so many may wait. */
class WorkLine {
  readonly #atOnce: number
  readonly #waitingMax: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number, waitingMax: number) {
    this.#atOnce = atOnce
    this.#waitingMax = waitingMax
  }

  /** Takes a place at once, or refuses. */
  take(): () => void {
    if (this.#running >= this.#atOnce) throw tooMany()
    this.#running += 1
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async add<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#waitingMax) throw tooMany()
      await new Promise<void>((free) => this.#waiting.push(free))
    }
    const release = this.take()
    try {
      return await work()
    } finally {
      release()
    }
  }
}

function tooMany(): AdminRefusal {
  return new AdminRefusal(429, 'too_many_requests', 'others of its kind are under way')
}

const readings = new WorkLine(adminLimits.readingsMax, adminLimits.readingsWaitingMax)
const changes = new WorkLine(1, adminLimits.changesWaitingMax)
