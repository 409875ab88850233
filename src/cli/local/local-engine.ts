import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Fault, messageOf } from '../../base/fault.ts'
import { faultCodes } from '../../base/fault-codes.ts'
import { type EngineProcess, startEngine } from './engine-process.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { type EngineWish, engineWish, type WithLocal } from './engine-wish.ts'
import { freePort } from './free-port.ts'
import { localRouteId } from './local-route.ts'

export interface LocalEngineParts {
  readonly configPath: string
  readonly withLocal: WithLocal
  /** It takes requests from now on, or takes none any more. */
  readonly onChange: () => void
  readonly tell: (event: Readonly<Record<string, unknown>>) => void
  readonly warn: (message: string) => void
}

const firstWaitMs = 1_000
const waitMsMax = 60_000
/** One that was ready for so long is started again as soon as at first. */
const steadyMs = 60_000

/** The engine of the local model for as long as the gateway runs: started, watched, started again, ended. */
export class LocalEngine {
  readonly #parts: LocalEngineParts
  /** Of no use to anybody after this process, so it is kept nowhere. */
  readonly #key = randomBytes(32).toString('hex')
  readonly #first = Promise.withResolvers<Fault | null>()
  #wish: EngineWish | null
  #port = 0
  #engine: EngineProcess | null = null
  /** Aborted by whatever makes the present attempt pointless. */
  #attempt = new AbortController()
  #running: Promise<void> | null = null
  #isStopped = false
  #toldProblem = ''

  /** Throws when nobody said which model or which weights are meant. */
  constructor(config: HoldfastConfig, parts: LocalEngineParts) {
    this.#parts = parts
    this.#wish = engineWish(config, parts)
  }

  get baseUrl(): URL {
    return new URL(`http://127.0.0.1:${this.#port}/v1`)
  }

  /** The credential of a route that leads to the engine; null: it is another one. */
  keyOf(route: string): string | null {
    return this.#wish !== null && route === localRouteId ? this.#key : null
  }

  get isReady(): boolean {
    return this.#engine !== null
  }

  /** Resolves with the first attempt: null when the engine is ready, else why not; then it is tried again. */
  start(): Promise<Fault | null> {
    this.#running ??= this.#keep()
    return this.#first.promise
  }

  /** What is wished now; an engine that was started for something else is ended. */
  configure(config: HoldfastConfig): void {
    const wish = config.local === undefined ? null : engineWish(config, this.#parts)
    if (JSON.stringify(wish) === JSON.stringify(this.#wish)) return
    this.#wish = wish
    this.#interrupt()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#interrupt()
    await this.#running
  }

  #interrupt(): void {
    this.#attempt.abort()
    this.#attempt = new AbortController()
    const engine = this.#engine
    this.#engine = null
    void engine?.stop()
  }

  async #keep(): Promise<void> {
    let waitMs = firstWaitMs
    while (!this.#isStopped) {
      const { signal } = this.#attempt
      const readyMs = this.#wish === null ? 0 : await this.#run(this.#wish, signal)
      if (signal.aborted) {
        waitMs = firstWaitMs
        continue
      }
      if (readyMs >= steadyMs) waitMs = firstWaitMs
      await delay(waitMs, null, { signal }).catch(() => undefined)
      waitMs = Math.min(2 * waitMs, waitMsMax)
    }
  }

  /** One engine from its start to its end; gives back how long it was ready. */
  async #run(wish: EngineWish, signal: AbortSignal): Promise<number> {
    const beganAt = performance.now()
    try {
      this.#port = await freePort(this.#port)
      const place = { port: this.#port, key: this.#key }
      const engine = await startEngine(wish, place, signal)
      const readyAt = performance.now()
      await this.#serve(wish, engine, Math.round(readyAt - beganAt), signal)
      return performance.now() - readyAt
    } catch (error) {
      if (!signal.aborted) this.#failed(error)
      return 0
    }
  }

  async #serve(
    { model }: EngineWish,
    engine: EngineProcess,
    ms: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { tell, onChange } = this.#parts
    if (signal.aborted) return await engine.stop()
    this.#engine = engine
    this.#toldProblem = ''
    tell({ event: 'local', state: 'ready', model, pid: engine.pid, ms })
    onChange()
    this.#first.resolve(null)
    const how = await engine.ended
    // Where it was interrupted, its place may be another's already.
    if (this.#engine === engine) this.#engine = null
    onChange()
    if (!signal.aborted) this.#tellProblem(how)
  }

  #failed(error: unknown): void {
    const fault =
      error instanceof Fault
        ? error
        : new Fault('HF_LOCAL_ENGINE', messageOf(error), { cause: error })
    this.#first.resolve(fault)
    const advice = fault.advice ?? faultCodes[fault.code].advice
    this.#tellProblem(`${fault.code}: ${fault.message}; ${advice}`)
  }

  /** Told once, however often it is tried again. */
  #tellProblem(problem: string): void {
    if (problem === this.#toldProblem) return
    this.#toldProblem = problem
    this.#parts.warn(
      `the local model does not run, and is tried again; other routes are not concerned: ${problem}`,
    )
  }
}
