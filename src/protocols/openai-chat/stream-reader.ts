import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, StreamEvent, UpstreamError, Usage } from '../exchange.ts'
import type { StreamReader } from '../protocol-codec.ts'
import { type SseEvent, SseScanner } from '../sse-scanner.ts'
import { unixSeconds } from '../unix-seconds.ts'
import { brokenOff, errorIn } from './errors.ts'
import { failureOf, readStop } from './finish-reason.ts'
import { type CallPart, PartQueue } from './part-queue.ts'
import { callId, readImages } from './read-answer.ts'
import { thinkingText } from './read-content.ts'
import { thoughtSignature } from './read-messages.ts'
import { thoughtsIn, thoughtText } from './thoughts.ts'
import { readUsage } from './usage.ts'

/** Closes the last line of a stream that its server did not close. */
const lineEnds = Uint8Array.of(0x0a, 0x0a)

/**
 * Chunks of chat completions as steps. The answer is complete when the server has given a reason to finish; `[DONE]`
 * alone is sent by proxies also after a cut.
 */
export class ChatStreamReader implements StreamReader {
  readonly #scanner = new SseScanner()
  readonly #parts = new PartQueue()
  readonly #calls = new Map<string, CallPart>()
  readonly #late: { readonly audio: Record<string, JsonValue>; readonly custom: CustomCall[] } = {
    audio: {},
    custom: [],
  }
  #lastCall: CallPart | null = null
  #comments = 0
  #answerId: string | null = null
  #hasRefusal = false
  #hasStopped = false
  #usage: Usage | null = null
  #isOver = false

  push(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.#isOver) return []
    const events: StreamEvent[] = []
    for (const event of this.#scanner.push(chunk)) this.#read(event, events)
    if (this.#scanner.isTooLarge)
      this.#fail(malformed('an event of the stream is too large'), events)
    if (this.#scanner.comments > this.#comments && !this.#isOver) {
      this.#comments = this.#scanner.comments
      events.push({ kind: 'ping' })
    }
    return events
  }

  finish(): readonly StreamEvent[] {
    const events: StreamEvent[] = []
    if (this.#isOver) return events
    if (this.#scanner.isWithin) {
      // The last event may lack its empty line; half an event is the cut itself.
      for (const event of this.#scanner.push(lineEnds))
        if (event.data === '[DONE]' || isJson(event.data)) this.#read(event, events)
      if (this.#isOver) return events
    }
    this.#tellUsage(events)
    if (this.#hasStopped) events.push({ kind: 'end' })
    this.#isOver = true
    return events
  }

  #read({ event, data }: SseEvent, events: StreamEvent[]): void {
    if (this.#isOver) return
    if (data.trim() === '[DONE]') return this.#done(events)
    let chunk: JsonValue
    try {
      chunk = JSON.parse(data) as JsonValue
    } catch {
      return this.#fail(malformed('an event of the stream is no JSON'), events)
    }
    if (!isObject(chunk))
      return this.#fail(malformed('an event of the stream is no object'), events)
    if (isError(chunk, event)) return this.#fail(errorIn(chunk, null), events)
    this.#readChunk(chunk, events)
  }

  #readChunk(chunk: JsonObject, events: StreamEvent[]): void {
    const { choices } = chunk
    const first = isList(choices) ? choices.find(isFirstChoice) : undefined
    const choice = isObject(first) ? first : null
    // Groq and Moonshot have had places of their own for it.
    const usage =
      readUsage(chunk['usage']) ??
      readUsage(choice?.['usage']) ??
      readUsage(isObject(chunk['x_groq']) ? chunk['x_groq']['usage'] : undefined)
    if (usage !== null) this.#usage = usage
    // Azure's first chunk has neither id nor model: it tells of filters alone.
    const isOfOther = choice === null && isList(choices) && choices.length > 0
    if (choice === null && usage === null && !isOfOther) return
    if (this.#answerId === null) this.#start(chunk, events)
    if (choice !== null) this.#readChoice(choice, events)
    // Of several answers only the first is read: the others are signs of life.
    else if (isOfOther) events.push({ kind: 'ping' })
  }

  #start(chunk: JsonObject, events: StreamEvent[]): void {
    const { id, model, created } = chunk
    this.#answerId = typeof id === 'string' ? id : ''
    events.push({
      kind: 'start',
      id: this.#answerId,
      model: typeof model === 'string' ? model : '',
      created: unixSeconds(created),
    })
  }

  #readChoice(choice: JsonObject, events: StreamEvent[]): void {
    if (isObject(choice['error']))
      return this.#fail(errorIn({ error: choice['error'] }, null), events)
    const { delta, message, finish_reason: reason } = choice
    if (isObject(delta)) this.#readDelta(delta, events)
    // A server that answers in one piece.
    else if (isObject(message) && this.#parts.count === 0) this.#readDelta(message, events)
    if (typeof reason === 'string' && reason !== '' && reason !== 'null' && !this.#isOver)
      this.#stop(reason, events)
  }

  #readDelta(delta: JsonObject, events: StreamEvent[]): void {
    const { content, refusal, tool_calls: calls } = delta
    if (delta['reasoning_details'] !== undefined) this.#readDetails(delta, events)
    else {
      const thought = thoughtText(delta)
      if (thought !== null && thought !== '') this.#parts.speak('thinking', thought, events)
    }
    if (typeof content === 'string') {
      if (content !== '') this.#parts.speak('text', content, events)
    } else if (isList(content)) for (const piece of content) this.#readPiece(piece, events)
    if (typeof refusal === 'string' && refusal !== '') {
      this.#hasRefusal = true
      this.#parts.speak('refusal', refusal, events)
    }
    if (isList(calls)) for (const call of calls) if (isObject(call)) this.#readCall(call, events)
    if (isObject(delta['function_call'])) this.#readFunctionCall(delta['function_call'], events)
    this.#readRest(delta, events)
  }

  /** What few servers send. */
  #readRest({ annotations, images, audio }: JsonObject, events: StreamEvent[]): void {
    if (isList(annotations))
      for (const citation of annotations)
        events.push({ kind: 'citation', index: this.#parts.textIndex(events), citation })
    if (images !== undefined)
      for (const image of readImages(images)) this.#parts.addWhole(image, events)
    if (isObject(audio)) addSound(this.#late.audio, audio)
  }

  /** Mistral's lists of parts. */
  #readPiece(piece: JsonValue, events: StreamEvent[]): void {
    if (!isObject(piece)) return
    const { type, text } = piece
    if (type === 'text' && typeof text === 'string' && text !== '')
      this.#parts.speak('text', text, events)
    if (type !== 'thinking') return
    const thought = thinkingText(piece)
    if (thought !== '') this.#parts.speak('thinking', thought, events)
  }

  /** OpenRouter's thoughts, with the signature of their maker at the end. */
  #readDetails(delta: JsonObject, events: StreamEvent[]): void {
    for (const thought of thoughtsIn(delta)) {
      if (thought.redacted !== undefined) this.#parts.addWhole(thought, events)
      else if (thought.text !== '' || this.#parts.thinkingIndex === null)
        this.#parts.speak('thinking', thought.text, events)
      const index = this.#parts.thinkingIndex
      if (thought.signature !== undefined && index !== null)
        events.push({ kind: 'signature', index, signature: thought.signature })
    }
  }

  #readCall(piece: JsonObject, events: StreamEvent[]): void {
    if (piece['type'] === 'custom' || isObject(piece['custom'])) return this.#readCustom(piece)
    const called = isObject(piece['function']) ? piece['function'] : {}
    const id = textIn(piece, 'id')
    const name = textIn(called, 'name')
    const call = this.#callOf(piece['index'], id, name, events)
    const signature = thoughtSignature(piece['extra_content'])
    if (signature !== undefined) call.signature = signature
    if (call.name === '') call.name = name
    this.#grow(call, called['arguments'], events)
  }

  #grow(call: CallPart, value: JsonValue | undefined, events: StreamEvent[]): void {
    const text = typeof value === 'string' ? value : isObject(value) ? JSON.stringify(value) : ''
    if (!this.#parts.grow(call, text, events))
      this.#fail(malformed(`arguments came after the end of the call ${call.id}`), events)
  }

  /**
   * Which call a piece belongs to. Some servers number none, and some number all of them 0: then another id with a
   * name is another call, and a piece with neither belongs to the last.
   */
  #callOf(index: JsonValue | undefined, id: string, name: string, events: StreamEvent[]): CallPart {
    const key = typeof index === 'number' ? String(index) : id === '' ? '' : `id:${id}`
    const known = key === '' ? (name === '' ? this.#lastCall : null) : this.#calls.get(key)
    const isOther = known?.id !== id && id !== '' && name !== '' && known?.name !== ''
    if (known !== undefined && known !== null && !isOther) {
      this.#lastCall = known
      return known
    }
    const count = this.#parts.count
    const call = this.#parts.addCall(id === '' ? callId(this.#answerId ?? '', count) : id, events)
    if (key !== '') this.#calls.set(key, call)
    this.#lastCall = call
    return call
  }

  /** The single call of before there were tools. */
  #readFunctionCall(called: JsonObject, events: StreamEvent[]): void {
    const key = 'function_call'
    const call =
      this.#calls.get(key) ?? this.#parts.addCall(callId(this.#answerId ?? '', 0), events)
    this.#calls.set(key, call)
    call.name += textIn(called, 'name')
    this.#grow(call, called['arguments'], events)
  }

  #readCustom(piece: JsonObject): void {
    const { custom } = this.#late
    const called = isObject(piece['custom']) ? piece['custom'] : {}
    const position = typeof piece['index'] === 'number' ? piece['index'] : custom.length
    const call = custom.find((one) => one.position === position) ?? newCustomCall(position)
    if (!custom.includes(call)) custom.push(call)
    call.id += textIn(piece, 'id')
    call.name += textIn(called, 'name')
    call.input += textIn(called, 'input')
  }

  #stop(raw: string, events: StreamEvent[]): void {
    const failure = failureOf(raw)
    if (failure !== null) return this.#fail(brokenOff(raw, failure), events)
    this.#parts.finish(events)
    if (this.#hasStopped) return
    this.#tellLate(events)
    this.#hasStopped = true
    const hasToolCalls = this.#lastCall !== null || this.#calls.size > 0
    const stop = readStop(raw, { hasToolCalls, hasRefusal: this.#hasRefusal })
    events.push({ kind: 'stop', stop })
  }

  /** What has no pieces in any other protocol. */
  #tellLate(events: StreamEvent[]): void {
    const { audio, custom } = this.#late
    const whole: JsonValue[] = custom.map(({ id, name, input }) => ({
      id,
      type: 'custom',
      custom: { name, input },
    }))
    if (Object.keys(audio).length > 0) whole.push({ audio: { ...audio } })
    for (const value of whole)
      this.#parts.addWhole({ kind: 'opaque', protocol: 'openai-chat', value }, events)
    this.#parts.finish(events)
  }

  #done(events: StreamEvent[]): void {
    if (!this.#hasStopped)
      return this.#fail(malformed('the stream ended without a reason to finish'), events)
    this.#parts.finish(events)
    this.#tellUsage(events)
    events.push({ kind: 'end' })
    this.#isOver = true
  }

  #tellUsage(events: StreamEvent[]): void {
    if (this.#usage !== null) events.push({ kind: 'usage', usage: this.#usage })
  }

  #fail(error: UpstreamError, events: StreamEvent[]): void {
    if (this.#isOver) return
    this.#tellUsage(events)
    events.push({ kind: 'error', error })
    this.#isOver = true
  }
}

interface CustomCall {
  readonly position: number
  id: string
  name: string
  input: string
}

function newCustomCall(position: number): CustomCall {
  return { position, id: '', name: '', input: '' }
}

/** Data and transcript come in pieces, the rest whole. */
function addSound(sound: Record<string, JsonValue>, piece: JsonObject): void {
  for (const [name, value] of Object.entries(piece)) {
    const before = sound[name]
    const grows = (name === 'data' || name === 'transcript') && typeof before === 'string'
    sound[name] = grows && typeof value === 'string' ? before + value : value
  }
}

function isFirstChoice(choice: JsonValue): boolean {
  return isObject(choice) && (choice['index'] ?? 0) === 0
}

function textIn(object: JsonObject, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}

/** Errors under `error`, by the name of the event, or as the whole object of Mistral and older vLLM. */
function isError(chunk: JsonObject, event: string): boolean {
  const { error, object } = chunk
  return isObject(error) || typeof error === 'string' || event === 'error' || object === 'error'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function malformed(message: string): UpstreamError {
  return { class: 'transport', status: null, code: null, message }
}
