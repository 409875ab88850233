import type { ErrorClass, Protocol } from '../protocols/index.ts'
import type { Decision } from '../schema/decision.ts'
import { AttemptTime } from './attempt-time.ts'
import type { GatewayClock } from './clock.ts'
import type { Timeouts } from './gateway-state.ts'
import { gatewayLimits } from './limits.ts'
import type { Refusal } from './limits/counters.ts'
import type { HeaderLines } from './header-lines.ts'
import type { UpstreamCall, UpstreamRequest, Upstreams } from './upstream.ts'

/** Why an attempt came to nothing. */
export interface Failure {
  readonly class: ErrorClass
  /** Status of the answer; null: there was none, or it was no error by its status. */
  readonly status: number | null
  readonly code: string | null
  readonly message: string
  readonly retryAfterMs: number | null
  /** The answer as it came, to be relayed; null: nothing whole came. */
  readonly answer: {
    readonly protocol: Protocol
    readonly headers: HeaderLines
    readonly body: Buffer
  } | null
  /** The route was silent for the whole of a time limit: asking it again would take as long. */
  readonly isSilence: boolean
  /** A limit of the gateway's own stood in the way: nobody was asked. */
  readonly limited?: Refusal
  /** Policy has changed and permits the hop no more: what it says now. */
  readonly denied?: { readonly decision: Decision; readonly snapshot: string }
}

export interface AttemptHead {
  readonly status: number
  readonly headers: HeaderLines
}

export interface BodyListener {
  data(chunk: Buffer): void
  ended(): void
  failed(failure: Failure): void
}

/** After the last word of an answer its body should end as well. */
const drainMs = 1_000

interface AttemptParts {
  readonly upstreams: Upstreams
  readonly clock: GatewayClock
  readonly request: UpstreamRequest
  readonly timeouts: Timeouts
  /** It may take as long as an answer in one piece; absent: it may not. */
  readonly isWhole?: boolean
}

/**
 * One request to a provider, with the gateway's own time limits. The body waits until somebody listens, so nothing is
 * lost between the head and whoever decides what becomes of it.
 */
export class Attempt {
  readonly head: Promise<AttemptHead | Failure>
  readonly #parts: AttemptParts
  readonly #call: UpstreamCall
  readonly #time: AttemptTime
  #listener: BodyListener | null = null
  #waiting: Buffer[] = []
  #end: 'ended' | Failure | null = null
  #settleHead: (head: AttemptHead | Failure) => void = () => undefined
  #hasHead = false

  constructor(parts: AttemptParts) {
    this.#parts = parts
    const { upstreams, clock, request, timeouts, isWhole = false } = parts
    this.head = new Promise((resolve) => (this.#settleHead = resolve))
    const { totalMs } = timeouts
    const beginsMs = isWhole ? timeouts.wholeMs : timeouts.headersMs
    this.#time = new AttemptTime(clock, totalMs, (why) => this.fail(transportFailure(why, true)))
    this.#time.expectWithin(beginsMs, `no answer began within ${beginsMs} ms`)
    this.#call = upstreams.send(request, {
      started: (status, headers) => this.#started(status, headers),
      data: (chunk) => this.#data(chunk),
      ended: () => this.#over('ended'),
      failed: (error) => this.#over(transportFailure(error.message, false)),
    })
  }

  /** Hears the body from its first byte on. */
  listen(listener: BodyListener): void {
    this.#listener = listener
    const waiting = this.#waiting
    this.#waiting = []
    for (const chunk of waiting) listener.data(chunk)
    if (this.#end !== null) this.#tell(this.#end)
  }

  /** From now on something must come within so many milliseconds, each time anew when `alive` is called. */
  expectWithin(ms: number, otherwise: string): void {
    if (this.#end === null) this.#time.expectWithin(ms, otherwise)
  }

  alive(): void {
    this.#time.alive()
  }

  /** The whole body; fails when it is larger than `bytesMax`, silent for too long or cut. */
  whole(bytesMax: number): Promise<Buffer | Failure> {
    const { isWhole = false, timeouts } = this.#parts
    const { idleMs, wholeMs } = timeouts
    const firstMs = isWhole ? wholeMs : idleMs
    this.expectWithin(firstMs, `silent for ${firstMs} ms before an answer`)
    return new Promise((resolve) => {
      const chunks: Buffer[] = []
      let bytes = 0
      this.listen({
        data: (chunk) => {
          bytes += chunk.length
          if (bytes > bytesMax) {
            this.abort()
            return resolve(transportFailure(`the answer is larger than ${bytesMax} bytes`, false))
          }
          chunks.push(chunk)
          if (chunks.length > 1) this.alive()
          else this.expectWithin(idleMs, `silent for ${idleMs} ms within an answer`)
        },
        ended: () =>
          resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)),
        failed: resolve,
      })
    })
  }

  /** Ends it; nobody hears anything more, except who waits for the head. */
  abort(): void {
    this.#time.stop()
    this.#listener = null
    this.#call.abort()
    this.#headIs(transportFailure('given up', false))
  }

  /** The answer is complete for whoever listened; the connection is used again if it ends soon. */
  leave(): void {
    this.#listener = { data: () => undefined, ended: () => undefined, failed: () => undefined }
    this.expectWithin(drainMs, 'the body did not end after its last word')
  }

  /** Ends it for a reason that whoever listens is told. */
  fail(failure: Failure): void {
    this.#call.abort()
    this.#over(failure)
  }

  pause(): void {
    this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }

  #started(status: number, headers: HeaderLines): void {
    this.#time.rest()
    this.#headIs({ status, headers })
  }

  #headIs(head: AttemptHead | Failure): void {
    if (this.#hasHead) return
    this.#hasHead = true
    this.#settleHead(head)
  }

  #data(chunk: Buffer): void {
    if (this.#listener === null) this.#waiting.push(chunk)
    else this.#listener.data(chunk)
  }

  #over(end: 'ended' | Failure): void {
    if (this.#end !== null) return
    this.#end = end
    this.#time.stop()
    if (end !== 'ended') this.#headIs(end)
    this.#tell(end)
  }

  #tell(end: 'ended' | Failure): void {
    const listener = this.#listener
    if (listener === null) return
    this.#listener = null
    if (end === 'ended') listener.ended()
    else listener.failed(end)
  }
}

export function isFailure(value: object): value is Failure {
  return 'class' in value && 'isSilence' in value
}

export function transportFailure(message: string, isSilence: boolean): Failure {
  return {
    class: 'transport',
    status: null,
    code: null,
    message,
    retryAfterMs: null,
    answer: null,
    isSilence,
  }
}

/** Of a failure: nothing may go out, for no evidence of it could be kept. */
export const noEvidence = 'no-evidence'

export function evidenceFailure(): Failure {
  return { ...transportFailure('no evidence could be kept', true), code: noEvidence }
}

/** What a provider's `retry-after` or `retry-after-ms` asks for, in milliseconds; null: nothing that can be read. */
export function retryAfterMs(headers: HeaderLines, now: number): number | null {
  const precise = Number(headers['retry-after-ms'])
  if (headers['retry-after-ms'] !== undefined && precise >= 0) return precise
  const written = headers['retry-after']
  if (typeof written !== 'string') return null
  const seconds = Number(written)
  if (written.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const instant = Date.parse(written)
  return Number.isNaN(instant) ? null : Math.max(0, instant - now)
}

/** Reads what came with an error status, as far as it is of use. */
export async function errorBody(attempt: Attempt): Promise<Buffer> {
  const body = await attempt.whole(gatewayLimits.errorBytesMax)
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}
