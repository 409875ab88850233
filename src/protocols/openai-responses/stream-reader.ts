import { isList, isObject } from '../body-fields.ts'
import type {
  JsonObject,
  JsonValue,
  Part,
  StreamEvent,
  ThinkingPart,
  UpstreamError,
} from '../exchange.ts'
import { PartOrder } from '../part-order.ts'
import type { StreamReader } from '../protocol-codec.ts'
import { type SseEvent, SseScanner } from '../sse-scanner.ts'
import { unixSeconds } from '../unix-seconds.ts'
import { customCallMark } from './custom-tool.ts'
import { errorIn, errorOfResponse, malformed } from './errors.ts'
import { readItem } from './read-answer.ts'
import { readStop } from './stop.ts'
import { readUsage } from './usage.ts'

/** Closes the last line of a stream that its server did not close. */
const lineEnds = Uint8Array.of(0x0a, 0x0a)

/** A part as its pieces come. */
interface OpenPart {
  readonly index: number
  readonly kind: 'text' | 'refusal' | 'thinking' | 'arguments'
  /** All that was told of it, to know what a whole text at the end adds. */
  told: string
  /** Of a custom tool: told as the one member of an object. */
  readonly isFreeText: boolean
  isEnded: boolean
}

/** An item of the output, by its place there: some servers give an item another id in every event. */
interface OpenItem {
  readonly type: string
  readonly parts: Map<number, OpenPart>
  /** Where a thought is told: as summaries or as what the model itself wrote; never both. */
  thoughts: 'summary' | 'content' | null
  /** Summaries so far; they are told as paragraphs. */
  summaries: number
  isDone: boolean
}

/** Events of a response as steps. The provider's own last word is `response.completed` or `response.incomplete`. */
export class ResponsesStreamReader implements StreamReader {
  readonly #scanner = new SseScanner()
  readonly #order = new PartOrder()
  readonly #items = new Map<number, OpenItem>()
  #events: StreamEvent[] = []
  #comments = 0
  #count = 0
  #hasStarted = false
  #hasToolCalls = false
  #hasRefusal = false
  #isOver = false

  push(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.#isOver) return []
    for (const event of this.#scanner.push(chunk)) this.#read(event)
    if (this.#scanner.isTooLarge) this.#fail(malformed('an event of the stream is too large'))
    if (this.#scanner.comments > this.#comments) {
      this.#comments = this.#scanner.comments
      this.#ping()
    }
    return this.#taken()
  }

  finish(): readonly StreamEvent[] {
    // The last event may lack its empty line; half an event is the cut itself.
    if (!this.#isOver && this.#scanner.isWithin)
      for (const event of this.#scanner.push(lineEnds))
        if (parsed(event.data) !== undefined) this.#read(event)
    this.#isOver = true
    return this.#taken()
  }

  #taken(): readonly StreamEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #read({ event, data }: SseEvent): void {
    if (this.#isOver || data === '[DONE]') return
    const value = parsed(data)
    if (!isObject(value)) return this.#fail(malformed('an event of the stream is no JSON object'))
    const type = typeof value['type'] === 'string' ? value['type'] : event
    this.#dispatch(type, value)
  }

  #dispatch(type: string, event: JsonObject): void {
    switch (type) {
      case 'response.output_text.delta':
        return this.#grow(event, 'text', textIn(event, 'delta'))
      case 'response.function_call_arguments.delta':
        return this.#grow(event, 'arguments', textIn(event, 'delta'))
      case 'response.custom_tool_call_input.delta':
        return this.#growInput(event, textIn(event, 'delta'))
      case 'response.reasoning_summary_text.delta':
        return this.#think(event, 'summary', textIn(event, 'delta'))
      case 'response.reasoning_text.delta':
        return this.#think(event, 'content', textIn(event, 'delta'))
      case 'response.refusal.delta':
        return this.#grow(event, 'refusal', textIn(event, 'delta'))
      case 'response.output_text.annotation.added':
        return this.#cite(event)
      case 'response.output_item.added':
        return this.#begin(event)
      case 'response.output_item.done':
        return this.#finishItem(placeOf(event), event['item'])
      case 'response.content_part.added':
        return this.#beginContent(event)
      case 'response.content_part.done':
        return this.#finishContent(event)
      case 'response.reasoning_summary_part.added':
        return this.#beginSummary(event)
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return this.#start(event['response'])
      case 'response.completed':
      case 'response.incomplete':
        return this.#complete(event['response'])
      case 'response.failed':
      case 'response.cancelled':
        return this.#fail(errorOfResponse(membersOf(event['response'])))
      case 'error':
        return this.#fail(errorIn(event))
      default:
        return isObject(event['error']) ? this.#fail(errorIn(event)) : this.#ping()
    }
  }

  #start(value: JsonValue | undefined): void {
    if (this.#hasStarted) return this.#ping()
    this.#hasStarted = true
    const response = membersOf(value)
    const created = response['created_at']
    this.#events.push({
      kind: 'start',
      id: textIn(response, 'id'),
      model: textIn(response, 'model'),
      created: unixSeconds(created),
    })
  }

  #begin(event: JsonObject): void {
    const item = membersOf(event['item'])
    const opened = this.#itemAt(placeOf(event), textIn(item, 'type'))
    if (opened.type === 'function_call' || opened.type === 'custom_tool_call')
      this.#call(opened, item)
    else if (!this.#isOver) this.#events.push({ kind: 'ping', isWithinPart: true })
  }

  #itemAt(place: number, type: string): OpenItem {
    const known = this.#items.get(place)
    if (known !== undefined) return known
    const item = { type, parts: new Map(), thoughts: null, summaries: 0, isDone: false }
    this.#items.set(place, item)
    return item
  }

  #call(item: OpenItem, call: JsonObject): OpenPart {
    const known = item.parts.get(0)
    if (known !== undefined) return known
    this.#hasToolCalls = true
    const isCustom = item.type === 'custom_tool_call'
    return this.#open(item, 0, 'arguments', {
      kind: 'tool-call',
      id: textIn(call, 'call_id'),
      name: textIn(call, 'name'),
      arguments: '',
      ...(isCustom ? { extra: customCallMark(undefined) } : {}),
    })
  }

  #open(item: OpenItem, content: number, kind: OpenPart['kind'], part: Part): OpenPart {
    if (!this.#hasStarted) this.#start(undefined)
    const isFreeText = item.type === 'custom_tool_call'
    const opened = { index: this.#count, kind, told: '', isFreeText, isEnded: false }
    this.#count += 1
    item.parts.set(content, opened)
    this.#order.tell({ kind: 'part-start', index: opened.index, part }, this.#events)
    return opened
  }

  #beginContent(event: JsonObject): void {
    const type = membersOf(event['part'])['type']
    if (type === 'output_text') this.#contentAt(event, 'text')
    else if (type === 'refusal') this.#contentAt(event, 'refusal')
    else this.#ping()
  }

  #contentAt(event: JsonObject, kind: 'text' | 'refusal'): OpenPart {
    const item = this.#itemAt(placeOf(event), 'message')
    const content = numberIn(event, 'content_index')
    if (kind === 'refusal') this.#hasRefusal = true
    return item.parts.get(content) ?? this.#open(item, content, kind, { kind, text: '' })
  }

  #grow(event: JsonObject, kind: 'text' | 'refusal' | 'arguments', text: string): void {
    const part =
      kind === 'arguments'
        ? this.#call(this.#itemAt(placeOf(event), 'function_call'), event)
        : this.#contentAt(event, kind)
    this.#tell(part, text)
  }

  #tell(part: OpenPart, text: string): void {
    if (text === '' || part.isEnded) return
    part.told += text
    this.#order.tell({ kind: part.kind, index: part.index, text }, this.#events)
  }

  /** The free text of a custom tool, as the one member of the arguments that it is elsewhere. */
  #growInput(event: JsonObject, text: string): void {
    const part = this.#call(this.#itemAt(placeOf(event), 'custom_tool_call'), event)
    this.#tell(part, `${part.told === '' ? inputStart : ''}${JSON.stringify(text).slice(1, -1)}`)
  }

  #beginSummary(event: JsonObject): void {
    const item = this.#itemAt(placeOf(event), 'reasoning')
    item.summaries = Math.max(item.summaries, numberIn(event, 'summary_index'))
    if (item.summaries > 0) this.#think(event, 'summary', '\n\n')
    else this.#ping()
  }

  #think(event: JsonObject, place: 'summary' | 'content', text: string): void {
    const item = this.#itemAt(placeOf(event), 'reasoning')
    item.thoughts ??= place
    if (item.thoughts !== place) return this.#ping()
    const id = textIn(event, 'item_id')
    this.#tell(item.parts.get(0) ?? this.#open(item, 0, 'thinking', thought(id)), text)
  }

  #cite(event: JsonObject): void {
    const { annotation } = event
    if (!isObject(annotation)) return
    const { index } = this.#contentAt(event, 'text')
    this.#order.tell({ kind: 'citation', index, citation: annotation }, this.#events)
  }

  #finishContent(event: JsonObject): void {
    const part = this.#items.get(placeOf(event))?.parts.get(numberIn(event, 'content_index'))
    const whole = membersOf(event['part'])
    if (part === undefined || part.kind === 'thinking') return this.#ping()
    this.#finishPart(part, textIn(whole, part.kind === 'refusal' ? 'refusal' : 'text'))
  }

  /** `whole`: all of it; what no piece has told is told now. */
  #finishPart(part: OpenPart, whole: string): void {
    if (part.isEnded) return
    if (whole.length > part.told.length && whole.startsWith(part.told))
      this.#tell(part, whole.slice(part.told.length))
    else if (part.isFreeText && part.told !== '' && whole !== part.told) this.#tell(part, inputEnd)
    part.isEnded = true
    this.#order.tell({ kind: 'part-end', index: part.index }, this.#events)
  }

  #finishItem(place: number, value: JsonValue | undefined): void {
    const item = membersOf(value)
    const opened = this.#itemAt(place, textIn(item, 'type'))
    if (opened.isDone) return
    opened.isDone = true
    for (const [content, part] of wholeParts(item).entries())
      this.#finishWhole(opened, content, part)
    // What the item at its end no longer has.
    for (const part of opened.parts.values()) this.#finishPart(part, '')
  }

  /** A part of an item that is done, told in pieces before or not at all. */
  #finishWhole(item: OpenItem, content: number, part: Part): void {
    const told = item.parts.get(content)
    switch (part.kind) {
      case 'text':
      case 'refusal':
        if (part.kind === 'refusal') this.#hasRefusal = true
        return this.#finishPart(
          told ?? this.#open(item, content, part.kind, { ...part, text: '' }),
          part.text,
        )
      case 'tool-call': {
        this.#hasToolCalls = true
        const call = told ?? this.#open(item, content, 'arguments', { ...part, arguments: '' })
        return this.#finishPart(call, part.arguments)
      }
      case 'thinking':
        return this.#finishThought(item, told, part)
      case 'opaque':
      case 'image':
      case 'file':
      case 'audio':
      case 'tool-result':
        return this.#finishPart(this.#open(item, content, 'text', part), '')
    }
  }

  #finishThought(item: OpenItem, told: OpenPart | undefined, whole: ThinkingPart): void {
    const { text, signature, ...start } = whole
    const part = told ?? this.#open(item, 0, 'thinking', { ...start, text: '' })
    if (told === undefined) this.#tell(part, text)
    const mark = signature ?? (told === undefined ? undefined : start.redacted)
    if (mark !== undefined)
      this.#order.tell({ kind: 'signature', index: part.index, signature: mark }, this.#events)
    this.#finishPart(part, text)
  }

  #complete(value: JsonValue | undefined): void {
    const response = membersOf(value)
    if (response['status'] === 'failed' || isObject(response['error']))
      return this.#fail(errorOfResponse(response))
    this.#start(value)
    const output = response['output']
    if (isList(output)) this.#finishItems(output)
    this.#order.finish(this.#events)
    const usage = readUsage(response['usage'])
    if (usage !== null) this.#events.push({ kind: 'usage', usage })
    const stop = readStop(response, {
      hasToolCalls: this.#hasToolCalls,
      hasRefusal: this.#hasRefusal,
    })
    this.#events.push({ kind: 'stop', stop }, { kind: 'end' })
    this.#isOver = true
  }

  /** The whole output tells what the pieces have not: of items that are still open, or of all where none came. */
  #finishItems(output: readonly JsonValue[]): void {
    const isUntold = this.#count === 0
    for (const [place, item] of output.entries()) {
      const isOpen = this.#items.get(place)?.type === membersOf(item)['type']
      if (isUntold || isOpen) this.#finishItem(place, item)
    }
  }

  #ping(): void {
    if (!this.#isOver) this.#events.push({ kind: 'ping' })
  }

  #fail(error: UpstreamError): void {
    if (this.#isOver) return
    this.#events.push({ kind: 'error', error })
    this.#isOver = true
  }
}

/** How the arguments of a call begin and end whose tool takes a free text. */
const inputStart = '{"input":"'
const inputEnd = '"}'

function thought(id: string): ThinkingPart {
  const part = { kind: 'thinking', protocol: 'openai-responses', text: '' } as const
  return id === '' ? part : { ...part, id }
}

function wholeParts(item: JsonObject): readonly Part[] {
  try {
    return readItem(item, 'item')
  } catch {
    // A member has another type than the protocol says; what came in pieces stands.
    return []
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

function placeOf(event: JsonObject): number {
  return numberIn(event, 'output_index')
}

function numberIn(object: JsonObject, name: string): number {
  const value = object[name]
  return typeof value === 'number' ? value : 0
}

function textIn(object: JsonObject, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}

function membersOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}
