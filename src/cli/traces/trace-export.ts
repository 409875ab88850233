import { Counter, type Registry } from 'prom-client'
import { Agent, request } from 'undici'
import { messageOf } from '../../base/fault.ts'
import type { TracedCall, TraceRules, TraceSink } from '../../gateway/index.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { attributesOf, spansOf } from './otlp-spans.ts'
import { type TraceSettings, traceSettings } from './trace-settings.ts'

const limits = {
  /** Calls that wait to be sent; what comes then is dropped, and counted. */
  waitingMax: 2_048,
  /** Calls in one message: making it is work that holds up requests, so it is made in small portions. */
  portionMax: 64,
  /** Longest wait for company. */
  waitMs: 1_000,
  /** A message that is refused for a while is sent so often and no more. */
  triesMax: 3,
  retryMs: 1_000,
  retryMsMax: 30_000,
  connectMs: 3_000,
  answerBytesMax: 64 * 1024,
  /** At the end of the process. */
  closeMs: 2_000,
} as const

/** Answers that ask to try again later. */
const comesBack: ReadonlySet<number> = new Set([429, 502, 503, 504])

interface TraceParts {
  /** Of holdfast.yaml. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly registry: Registry
  readonly version: string
  /** Another one for every process. */
  readonly instance: string
  readonly warn: (message: string) => void
}

/**
 * Sends facts of calls to a receiver of OpenTelemetry. Calls only leave them here; whether the receiver is slow, away or
 * refuses is no matter of theirs, and of what it does not take in time only a number is left.
 */
export class TraceExport implements TraceSink {
  readonly #parts: TraceParts
  readonly #spans: Counter<'result'>
  #settings: TraceSettings | null = null
  #agent: Agent | null = null
  #waiting: TracedCall[] = []
  #timer: NodeJS.Timeout | null = null
  #sending: Promise<void> | null = null
  #problem: string | null = null
  #isClosed = false
  /** Ends a wait before a message is sent again. */
  #wake: () => void = () => undefined

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
    return this.#settings
  }

  /** Takes up what a configuration says. */
  async configure(config: HoldfastConfig): Promise<void> {
    const { folder, environment, warn } = this.#parts
    const settings = await traceSettings({ config, folder, environment })
    if (typeof settings === 'string') warn(settings)
    this.#settings = typeof settings === 'string' ? null : settings
  }

  ended(call: TracedCall): void {
    if (this.#isClosed) return
    if (this.#waiting.length >= limits.waitingMax) return this.#drop([call])
    this.#waiting.push(call)
    if (this.#waiting.length >= limits.portionMax) this.#send()
    else this.#sendLater(limits.waitMs)
  }

  /** Sends what waits, for as long as a process may take to end. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#wake()
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, limits.closeMs)
    await Promise.race([this.#sendAll(), late])
    clearTimeout(timer)
    await this.#agent?.destroy()
  }

  async #sendAll(): Promise<void> {
    await this.#sending
    while (this.#waiting.length > 0) await this.#sendPortion()
  }

  #sendLater(ms: number): void {
    if (this.#timer !== null || this.#sending !== null || this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#send()
    }, ms).unref()
  }

  #send(): void {
    if (this.#sending !== null || this.#isClosed) return
    this.#sending = this.#sendPortion().finally(() => {
      this.#sending = null
      if (this.#waiting.length >= limits.portionMax) this.#send()
      else if (this.#waiting.length > 0) this.#sendLater(limits.waitMs)
    })
  }

  /** Whatever happens here, no call hears of it. */
  async #sendPortion(): Promise<void> {
    const calls = this.#waiting.splice(0, limits.portionMax)
    const settings = this.#settings
    try {
      if (settings === null) this.#drop(calls)
      else await this.#sendCalls(settings, calls)
    } catch (error) {
      this.#drop(calls)
      this.#parts.warn(`traces could not be made: ${messageOf(error)}`)
    }
  }

  async #sendCalls(settings: TraceSettings, calls: readonly TracedCall[]): Promise<void> {
    const spans = calls.flatMap(spansOf)
    const body = JSON.stringify(this.#message(settings, spans))
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#post(settings, body)
      if (answer.isTaken) return this.#taken(spans.length, answer.rejected)
      this.#tell(answer.problem)
      if (answer.againMs === null || attempt >= limits.triesMax || this.#isClosed) {
        this.#spans.inc({ result: 'dropped' }, spans.length)
        return
      }
      await this.#wait(Math.min(answer.againMs * 2 ** (attempt - 1), limits.retryMsMax))
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #message({ resource }: TraceSettings, spans: readonly object[]): object {
    const { version, instance } = this.#parts
    const own = { 'service.version': version, 'service.instance.id': instance }
    return {
      resourceSpans: [
        {
          resource: { attributes: attributesOf({ ...own, ...resource }) },
          scopeSpans: [{ scope: { name: 'holdfast', version }, spans }],
        },
      ],
    }
  }

  async #post({ endpoint, headers, timeoutMs }: TraceSettings, body: string): Promise<Posted> {
    this.#agent ??= new Agent({
      connections: 1,
      connect: { timeout: limits.connectMs },
      maxResponseSize: limits.answerBytesMax,
    })
    try {
      const answer = await request(endpoint, {
        method: 'POST',
        // A redirect is not followed: a credential goes nowhere else.
        dispatcher: this.#agent,
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await answer.body.text()
      const { statusCode: status } = answer
      if (status >= 200 && status < 300) return { isTaken: true, rejected: rejectedIn(text) }
      const problem = `the receiver answered ${status}`
      if (!comesBack.has(status)) return { isTaken: false, problem, againMs: null }
      const seconds = Number(answer.headers['retry-after'])
      return { isTaken: false, problem, againMs: seconds > 0 ? seconds * 1000 : limits.retryMs }
    } catch (error) {
      return { isTaken: false, problem: messageOf(error), againMs: limits.retryMs }
    }
  }

  #taken(sent: number, rejected: number): void {
    this.#tell(null)
    this.#spans.inc({ result: 'dropped' }, rejected)
    this.#spans.inc({ result: 'sent' }, Math.max(0, sent - rejected))
  }

  #drop(calls: readonly TracedCall[]): void {
    const count = calls.reduce((sum, { attempts }) => sum + 1 + attempts.length, 0)
    this.#spans.inc({ result: 'dropped' }, count)
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

type Posted =
  | { readonly isTaken: true; readonly rejected: number }
  | { readonly isTaken: false; readonly problem: string; readonly againMs: number | null }

/** Spans that a receiver says it could not use. */
function rejectedIn(answer: string): number {
  try {
    const { partialSuccess } = JSON.parse(answer) as {
      readonly partialSuccess?: { readonly rejectedSpans?: string | number }
    }
    return Math.max(0, Number(partialSuccess?.rejectedSpans ?? 0)) || 0
  } catch {
    return 0
  }
}
