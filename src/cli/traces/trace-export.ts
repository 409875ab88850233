import { Counter, type Registry } from 'prom-client'
import { messageOf } from '../../base/fault.ts'
import type { TracedCall, TraceRules, TraceSink } from '../../gateway/index.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { traceLimits } from './trace-limits.ts'
import type { PipelineParts, Settled, TracePipeline } from './trace-pipeline.ts'
import { type TraceSettings, traceSettings } from './trace-settings.ts'

interface TraceParts {
  /** Of holdfast.yaml. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly registry: Registry
  readonly version: string
  /** Another one for every process. */
  readonly instance: string
  readonly warn: (message: string) => void
  /** Loads what makes and sends spans: only now, for it is much. */
  readonly open: (parts: PipelineParts) => Promise<TracePipeline>
}

/**
 * Where calls leave their facts. Whether the receiver is slow, away or refuses is no matter of theirs, and of what it does
 * not take in time only a number is left.
 */
export class TraceExport implements TraceSink {
  readonly #parts: TraceParts
  readonly #spans: Counter<'result'>
  #settings: TraceSettings | null = null
  #pipeline: TracePipeline | null = null
  /** Of earlier configurations: they send what they have. */
  readonly #closing = new Set<Promise<void>>()
  /** Spans that wait or are on their way. */
  #waiting = 0
  #problem: string | null = null

  constructor(parts: TraceParts) {
    this.#parts = parts
    this.#spans = new Counter({
      name: 'holdfast_trace_spans_total',
      help: 'Spans of traced calls, by what became of them: sent, or dropped for the receiver did not take them in time',
      labelNames: ['result'],
      registers: [parts.registry],
    })
  }

  get rules(): TraceRules | null {
    return this.#pipeline === null ? null : this.#settings
  }

  /** Something is under way to a receiver, or waits to be sent once more. */
  get isBusy(): boolean {
    return this.#waiting > 0
  }

  /** Takes up what a configuration says. */
  async configure(config: HoldfastConfig): Promise<void> {
    const { folder, environment, warn } = this.#parts
    const found = await traceSettings({ config, folder, environment })
    if (typeof found === 'string') warn(found)
    const settings = typeof found === 'string' ? null : found
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return
    this.#settings = settings
    const former = this.#pipeline
    this.#pipeline = settings === null ? null : await this.#open(settings)
    if (former !== null) this.#close(former)
  }

  ended(call: TracedCall): void {
    // One for the call, and one for each request to a provider.
    const spans = 1 + call.attempts.filter(({ endedAt }) => endedAt !== null).length
    if (this.#pipeline === null || this.#waiting + spans > traceLimits.waitingMax) {
      this.#spans.inc({ result: 'dropped' }, spans)
      if (this.#pipeline !== null) this.#tell('the receiver takes too long')
      return
    }
    this.#waiting += spans
    try {
      this.#pipeline.take(call)
    } catch (error) {
      // Whatever happens here, no call hears of it.
      this.#settled({ sent: 0, dropped: spans, problem: messageOf(error) })
    }
  }

  /** Sends what waits, for as long as a process may take to end. */
  async close(): Promise<void> {
    if (this.#pipeline !== null) this.#close(this.#pipeline)
    this.#pipeline = null
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, traceLimits.closeMs)
    await Promise.race([Promise.all(this.#closing), late])
    clearTimeout(timer)
  }

  async #open(settings: TraceSettings): Promise<TracePipeline | null> {
    const { version, instance, warn, open } = this.#parts
    const onSettled = (settled: Settled) => this.#settled(settled)
    try {
      return await open({ settings, version, instance, onSettled })
    } catch (error) {
      warn(`nothing is traced: ${messageOf(error)}`)
      return null
    }
  }

  #close(pipeline: TracePipeline): void {
    const closed = pipeline.close().finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
  }

  #settled({ sent, dropped, problem }: Settled): void {
    this.#waiting -= sent + dropped
    this.#spans.inc({ result: 'sent' }, sent)
    this.#spans.inc({ result: 'dropped' }, dropped)
    this.#tell(problem)
  }

  /** Once when it begins and once when it is over. */
  #tell(problem: string | null): void {
    const before = this.#problem
    this.#problem = problem
    if (problem !== null && before === null)
      this.#parts.warn(`traces are not taken, and dropped if that goes on: ${problem}`)
    if (problem === null && before !== null) this.#parts.warn('traces are taken again')
  }
}
