import { isObject } from '../body-fields.ts'
import { parseExact } from '../exact-json.ts'
import type {
  JsonObject,
  JsonValue,
  Part,
  Stop,
  StreamEvent,
  UpstreamError,
  Usage,
} from '../exchange.ts'
import type { StreamReader } from '../protocol-codec.ts'
import { type SseEvent, SseScanner } from '../sse-scanner.ts'
import { errorIn, malformed } from './errors.ts'
import { readBlock, readFinish } from './finish-reason.ts'
import { answerId, createdAt, firstCandidate, piecesOf, readPieces } from './read-answer.ts'
import { readUsage } from './usage.ts'

/** Closes the last line of a stream that its server did not close. */
const lineEnds = Uint8Array.of(0x0a, 0x0a)

/**
 * Pieces of an answer as steps. There is no last word of its own: the answer is complete when the server has given a
 * reason to finish and closes. Older models give one with every piece, so that alone is no end.
 */
export class GeminiStreamReader implements StreamReader {
  readonly #scanner = new SseScanner()
  #events: StreamEvent[] = []
  #comments = 0
  /** The part that is being told. */
  #open: { readonly kind: 'text' | 'thinking'; readonly index: number } | null = null
  #count = 0
  #calls = 0
  #id: string | null = null
  #stop: Stop | null = null
  #usage: Usage | null = null
  #isOver = false

  push(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.#isOver) return []
    for (const event of this.#scanner.push(chunk)) this.#read(event)
    if (this.#scanner.isTooLarge) this.#fail(malformed('an event of the stream is too large'))
    if (this.#scanner.comments > this.#comments) {
      this.#comments = this.#scanner.comments
      if (!this.#isOver) this.#events.push({ kind: 'ping' })
    }
    return this.#taken()
  }

  finish(): readonly StreamEvent[] {
    if (this.#isOver) return []
    // The last event may lack its empty line; half an event is the cut itself.
    if (this.#scanner.isWithin)
      for (const event of this.#scanner.push(lineEnds))
        if (parsed(event.data) !== undefined) this.#read(event)
    if (!this.#isOver && this.#stop !== null) this.#end(this.#stop)
    this.#isOver = true
    return this.#taken()
  }

  #taken(): readonly StreamEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #read({ data }: SseEvent): void {
    if (this.#isOver || data === '[DONE]') return
    const chunk = parsed(data)
    if (!isObject(chunk)) return this.#fail(malformed('an event of the stream is no JSON object'))
    if (isObject(chunk['error'])) return this.#fail(errorIn(chunk['error'], null))
    this.#start(chunk)
    const candidate = firstCandidate(chunk)
    if (candidate !== null) this.#readCandidate(candidate)
    this.#stop = readBlock(chunk['promptFeedback']) ?? this.#stop
    this.#usage = readUsage(chunk['usageMetadata']) ?? this.#usage
  }

  #start(chunk: JsonObject): void {
    if (this.#id !== null) return
    this.#id = answerId(chunk)
    const model = typeof chunk['modelVersion'] === 'string' ? chunk['modelVersion'] : ''
    this.#events.push({ kind: 'start', id: this.#id, model, created: createdAt(chunk) })
  }

  #readCandidate(candidate: JsonObject): void {
    const pieces = piecesOf(candidate)
    if (pieces.some(comesInPieces))
      return this.#fail(malformed('arguments come in pieces, which nobody has asked for'))
    const told = this.#events.length
    for (const part of readPieces(pieces, this.#id ?? '', this.#calls)) this.#tell(part)
    this.#stop = readFinish(candidate, this.#calls > 0) ?? this.#stop
    if (this.#events.length === told) this.#events.push({ kind: 'ping' })
  }

  #tell(part: Part): void {
    switch (part.kind) {
      case 'text':
        return this.#speak('text', part.text)
      case 'thinking':
        if (part.text !== '') this.#speak('thinking', part.text)
        if (part.signature !== undefined) this.#sign(part.signature)
        return
      case 'tool-call':
        this.#calls += 1
        return this.#whole({ ...part, arguments: '' }, part.arguments)
      case 'image':
      case 'file':
      case 'audio':
      case 'opaque':
      case 'refusal':
      case 'tool-result':
        return this.#whole(part, '')
    }
  }

  #speak(kind: 'text' | 'thinking', text: string): void {
    const open = this.#open?.kind === kind ? this.#open : this.#begin(kind)
    this.#events.push({ kind, index: open.index, text })
  }

  #begin(kind: 'text' | 'thinking') {
    this.#close()
    const open = { kind, index: this.#count }
    this.#count += 1
    this.#open = open
    const part: Part = kind === 'text' ? { kind, text: '' } : { kind, protocol: 'gemini', text: '' }
    this.#events.push({ kind: 'part-start', index: open.index, part })
    return open
  }

  /** A mark ends the thought that it belongs to; without one it is all of a thought that is not shown. */
  #sign(signature: string): void {
    const open = this.#open?.kind === 'thinking' ? this.#open : this.#begin('thinking')
    this.#events.push({ kind: 'signature', index: open.index, signature })
    this.#close()
  }

  #whole(part: Part, text: string): void {
    this.#close()
    const index = this.#count
    this.#count += 1
    this.#events.push({ kind: 'part-start', index, part })
    if (text !== '') this.#events.push({ kind: 'arguments', index, text })
    this.#events.push({ kind: 'part-end', index })
  }

  #close(): void {
    if (this.#open !== null) this.#events.push({ kind: 'part-end', index: this.#open.index })
    this.#open = null
  }

  #end(stop: Stop): void {
    this.#close()
    if (this.#usage !== null) this.#events.push({ kind: 'usage', usage: this.#usage })
    this.#events.push({ kind: 'stop', stop }, { kind: 'end' })
  }

  #fail(error: UpstreamError): void {
    if (this.#isOver) return
    this.#events.push({ kind: 'error', error })
    this.#isOver = true
  }
}

function comesInPieces(piece: JsonValue): boolean {
  const call = isObject(piece) ? piece['functionCall'] : undefined
  return isObject(call) && (call['willContinue'] === true || call['partialArgs'] !== undefined)
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}
