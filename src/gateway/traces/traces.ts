import type { AnswerFacts } from '../caller-answer.ts'
import type { CallerResponse } from '../caller-response.ts'
import type { GatewayClock } from '../clock.ts'
import type { HeaderLines } from '../header-lines.ts'
import { traceParentOf } from './trace-context.ts'
import { TracedCall } from './traced-call.ts'

export interface TraceRules {
  /** At most this share of the calls, 0 to 1, whatever their callers say. */
  readonly sampleRatio: number
  /** Providers hear of the trace. */
  readonly propagate: boolean
}

/** Where facts of calls go. The gateway is handed it, and knows nothing of formats and machines. */
export interface TraceSink {
  /** As they now are; null: nothing is traced. */
  readonly rules: TraceRules | null
  /** A call has ended. It is only put away here: no answer waits for what becomes of it. */
  ended(call: TracedCall): void
}

interface Arrived {
  readonly id: string
  readonly endpoint: string
  readonly method: string
  readonly path: string
  readonly headers: HeaderLines
  readonly response: CallerResponse
  readonly facts: AnswerFacts
}

const spanDigits = 16
/** Random bytes are drawn for so many spans at once. */
const spansAtOnce = 256
/** A caller's own text, passed on as it came: what a header line can carry, and as long as the standard wants. */
const traceStateForm = /^[\t\x20-\x7e]{0,512}$/

/** Decides which calls are traced. */
export class Traces {
  readonly #sink: TraceSink
  readonly #clock: GatewayClock
  readonly #random: () => number
  readonly #randomBytes: (count: number) => Buffer
  #digits = ''

  constructor(
    sink: TraceSink,
    tools: {
      readonly clock: GatewayClock
      readonly random: () => number
      readonly randomBytes: (count: number) => Buffer
    },
  ) {
    this.#sink = sink
    this.#clock = tools.clock
    this.#random = tools.random
    this.#randomBytes = tools.randomBytes
  }

  /** Null: this call is not traced. */
  began({ headers, response, ...arrived }: Arrived): TracedCall | null {
    const { rules } = this.#sink
    if (rules === null) return null
    const parent = traceParentOf(textOf(headers['traceparent']))
    // A caller can have less traced than we would, never more: not by its flag, nor by digits of its choice.
    const isSampled = parent?.isSampled !== false && this.#random() < rules.sampleRatio
    if (!isSampled && !rules.propagate) return null
    const traceState = textOf(headers['tracestate']) ?? null
    const call = new TracedCall({
      ...arrived,
      parent,
      traceState: traceStateForm.test(traceState ?? '') ? traceState : null,
      isSampled,
      isPropagated: rules.propagate,
      startedAt: this.#clock.now(),
      newSpan: () => this.#newSpan(),
    })
    if (isSampled) response.once('close', () => this.#ended(call, response))
    return call
  }

  #ended(call: TracedCall, { headersSent, statusCode, writableFinished }: CallerResponse): void {
    call.endedAt = this.#clock.now()
    call.status = headersSent ? statusCode : null
    call.isWhole = writableFinished
    this.#sink.ended(call)
  }

  #newSpan(): string {
    if (this.#digits === '')
      this.#digits = this.#randomBytes((spansAtOnce * spanDigits) / 2).toString('hex')
    const own = this.#digits.slice(0, spanDigits)
    this.#digits = this.#digits.slice(spanDigits)
    return own
  }
}

function textOf(value: HeaderLines[string]): string | undefined {
  return typeof value === 'string' ? value : undefined
}
