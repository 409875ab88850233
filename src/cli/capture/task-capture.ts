import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { messageOf } from '../../base/fault.ts'
import type { CallCapture, CapturedCall } from '../../gateway/index.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { FromCaptureThread, ToCaptureThread } from './capture-message.ts'
import { type CaptureSettings, captureSettings, drawOf } from './capture-settings.ts'
import { capturedRoot } from './captured-folder.ts'

export interface TaskCaptureParts {
  readonly configPath: string
  readonly warn: (message: string) => void
}

const limits = {
  /** Of requests that wait for the thread; further ones are not taken. */
  waitingBytesMax: 64 * 2 ** 20,
  /** Before a thread that has ended is started again. */
  restartMs: 10_000,
  /** How long a process that ends waits for what is under way. */
  stopMs: 10_000,
} as const

/** Calls that become tasks: drawn here, made into tasks by a thread of their own. */
export class TaskCapture implements CallCapture {
  readonly #parts: TaskCaptureParts
  #settings: CaptureSettings | null = null
  #thread: Worker | null = null
  /** Threads of earlier configurations: they keep what they have. */
  readonly #ending = new Set<Promise<void>>()
  #restartAt = 0
  #waitingBytes = 0
  #lost = 0

  constructor(parts: TaskCaptureParts) {
    this.#parts = parts
  }

  /** Throws where keys or names cannot be read; what was in force before goes on. */
  async configure(config: HoldfastConfig): Promise<void> {
    const folder = dirname(resolve(this.#parts.configPath))
    const isWanted = config.workflows.some(({ capture }) => capture !== undefined)
    // What was captured before is removed in time also when nothing is captured any more.
    if (!isWanted && !existsSync(capturedRoot(folder))) {
      this.#settings = null
      // What it still has to keep holds up no change of what is in force.
      void this.#end()
      return
    }
    this.#settings = await captureSettings(folder, config)
    this.#thread ??= this.#started()
    this.#tell({ kind: 'settings', settings: this.#settings })
  }

  isDrawn(workflow: string, rate: number, call: string): boolean {
    const own = this.#settings?.workflows.find((one) => one.workflow === workflow)
    return own !== undefined && drawOf(own.drawKey, call) < rate
  }

  take(call: CapturedCall): void {
    const bytes = call.request.byteLength
    if (this.#waitingBytes + bytes > limits.waitingBytesMax) return this.#lose()
    if (this.#thread === null && !this.#restarted()) return this.#lose()
    this.#waitingBytes += bytes
    // A copy of its own: what lies beside it in the same memory is not for the thread.
    const request = new Uint8Array(call.request)
    this.#thread?.postMessage({ kind: 'call', call: { ...call, request } }, [request.buffer])
  }

  async stop(): Promise<void> {
    await Promise.all([this.#end(), ...this.#ending])
  }

  #end(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    if (thread === null) return Promise.resolve()
    const ended = endThread(thread).finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
    return ended
  }

  #tell(message: ToCaptureThread): void {
    this.#thread?.postMessage(message)
  }

  #lose(): void {
    this.#lost += 1
    // At 1, 10, 100, …: told, and not without end.
    if (Number.isInteger(Math.log10(this.#lost)))
      this.#parts.warn(
        `calls that were drawn as tasks are lost, ${this.#lost} so far: more came than can be kept`,
      )
  }

  #restarted(): boolean {
    if (this.#settings === null || performance.now() < this.#restartAt) return false
    this.#thread = this.#started()
    this.#tell({ kind: 'settings', settings: this.#settings })
    return true
  }

  #started(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const thread = new Worker(new URL(`./capture-worker.${extension}`, import.meta.url))
    thread.on('message', (message: FromCaptureThread) => this.#hear(message))
    thread.once('error', (error) =>
      this.#parts.warn(`the thread that keeps tasks has failed: ${messageOf(error)}`),
    )
    thread.once('exit', () => {
      if (this.#thread !== null && this.#thread !== thread) return
      this.#thread = null
      this.#waitingBytes = 0
      this.#restartAt = performance.now() + limits.restartMs
    })
    thread.unref()
    return thread
  }

  #hear(message: FromCaptureThread): void {
    if (message.kind === 'done') {
      this.#waitingBytes -= message.bytes
      return
    }
    this.#parts.warn(
      message.problem === null
        ? 'tasks can be kept again'
        : `tasks cannot be kept; requests are served all the same: ${message.problem}`,
    )
  }
}

async function endThread(thread: Worker): Promise<void> {
  const ended = new Promise((done) => thread.once('exit', done))
  thread.postMessage({ kind: 'stop' } satisfies ToCaptureThread)
  const timer = setTimeout(() => void thread.terminate(), limits.stopMs)
  await ended
  clearTimeout(timer)
}
