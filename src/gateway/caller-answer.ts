import type { CallerError, ProtocolCodec } from '../protocols/index.ts'
import type { CallerResponse } from './caller-response.ts'
import { gatewayLimits } from './limits.ts'
import type { Outcome } from './outcome.ts'
import type { SentBytes } from './sent-bytes.ts'

/** What every answer says of how it came about. */
export interface AnswerFacts {
  requestedModel: string | null
  servedModel: string | null
  /** The same as the provider wrote it, where that is known before the answer goes out. */
  writtenModel: string | null
  route: string | null
  outcome: Outcome | null
  /** The stream ended with an error instead of its last word. */
  isBroken: boolean
  /** `<snapshot>/<reason>`. */
  decision: string | null
  /** May name one twice; the caller is told it once. */
  readonly notices: string[]
  readonly lost: string[]
}

/**
 * The answer to one caller: header lines that tell the truth, then bytes. Nothing is sent before it is certain who
 * answers; after the first byte only more bytes or an error can follow.
 */
export class CallerAnswer {
  readonly facts: AnswerFacts = {
    requestedModel: null,
    servedModel: null,
    writtenModel: null,
    route: null,
    outcome: null,
    isBroken: false,
    decision: null,
    notices: [],
    lost: [],
  }
  /** Where clients of the caller's protocol look for the id; a provider's own stays. Null: nobody looks for it. */
  idLine: string | null = null
  readonly #response: CallerResponse
  readonly #requestId: string
  readonly #onOpen: () => void
  #bytes = 0
  /** What goes out of a stream, where it is digested or kept. */
  #sent: SentBytes | null = null

  /** `onOpen`: the first content of a stream goes out. */
  constructor(response: CallerResponse, requestId: string, onOpen: () => void = () => undefined) {
    this.#response = response
    this.#requestId = requestId
    this.#onOpen = onOpen
  }

  get isBegun(): boolean {
    return this.#response.headersSent
  }

  get isOver(): boolean {
    return this.#response.writableEnded || this.#response.destroyed
  }

  /** Told when the caller leaves before its answer is whole. */
  whenLeft(then: () => void): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) then()
    })
  }

  get bytesSent(): number {
    return this.#bytes
  }

  /** `headers`: made for this answer; the facts are added to them. */
  whole(status: number, headers: Record<string, string>, body: Buffer | string): void {
    if (this.isOver) return
    const length = Buffer.byteLength(body)
    this.#addFacts(headers)
    headers['content-length'] = String(length)
    this.#response.writeHead(status, headers)
    this.#bytes += length
    // As a text it goes out with the head in one piece; every byte is one character of Latin-1, and comes out as it was.
    if (typeof body !== 'string' && length <= gatewayLimits.oneWriteBytesMax)
      this.#response.end(body.toString('latin1'), 'latin1')
    else this.#response.end(body)
  }

  json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.whole(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body))
  }

  error(
    codec: ProtocolCodec,
    error: CallerError,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const { status, body } = codec.writeError(error)
    this.json(status, body, headers)
  }

  get sent(): SentBytes | null {
    return this.#sent
  }

  /** Begins a stream, likewise; what goes out of it is told to `sent`. */
  open(headers: Record<string, string>, sent: SentBytes | null = null): void {
    if (this.isOver) return
    this.#sent = sent
    this.#addFacts(headers)
    headers['content-type'] ??= 'text/event-stream; charset=utf-8'
    headers['cache-control'] ??= 'no-cache'
    headers['trailer'] = 'holdfast-outcome, holdfast-served-model'
    this.#response.writeHead(200, headers)
    this.#onOpen()
  }

  /** `false`: the caller reads slowly; `then` is called once when there is room again. */
  send(bytes: Buffer | string, then: () => void): boolean {
    if (this.isOver || bytes.length === 0) return true
    this.#bytes += bytes.length
    this.#sent?.add(bytes)
    if (this.#response.write(bytes)) return true
    this.#response.once('drain', then)
    return false
  }

  /** Ends a stream, with what only its end can tell. */
  end(): void {
    if (this.isOver) return
    const { outcome, servedModel } = this.facts
    this.#response.addTrailers({
      'holdfast-outcome': outcome ?? 'direct',
      'holdfast-served-model': headerText(servedModel ?? ''),
    })
    this.#response.end()
  }

  #addFacts(lines: Record<string, string>): void {
    const { requestedModel, servedModel, writtenModel, route, outcome, decision, notices, lost } =
      this.facts
    lines['holdfast-request-id'] = this.#requestId
    if (this.idLine !== null) lines[this.idLine] ??= this.#requestId
    if (requestedModel !== null) lines['holdfast-requested-model'] = headerText(requestedModel)
    if (servedModel !== null) lines['holdfast-served-model'] = headerText(servedModel)
    if (writtenModel !== null) lines['holdfast-provider-model'] = headerText(writtenModel)
    if (route !== null) lines['holdfast-route'] = route
    if (outcome !== null) lines['holdfast-outcome'] = outcome
    if (decision !== null) lines['holdfast-decision'] = headerText(decision)
    if (notices.length > 0) lines['holdfast-notice'] = headerText(onceEach(notices))
    if (lost.length > 0) lines['holdfast-lost'] = headerText(onceEach(lost))
  }
}

function onceEach(names: readonly string[]): string {
  return [...new Set(names)].join(', ')
}

/** What callers and providers wrote may hold anything; in a header line only printable ASCII, and not without end. */
function headerText(text: string): string {
  if (text.length <= 1_000 && !/[^\x20-\x7e]/.test(text)) return text
  return text
    .slice(0, 1_000)
    .replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character))
}
