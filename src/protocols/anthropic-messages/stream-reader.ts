import { isObject } from '../body-fields.ts'
import type {
  JsonObject,
  JsonValue,
  Part,
  StreamEvent,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  Usage,
} from '../exchange.ts'
import { protocolLimits } from '../limits.ts'
import { ProtocolError, type StreamReader } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { SseScanner } from '../sse-scanner.ts'
import { readErrorBody } from './errors.ts'
import { readBlock } from './read-block.ts'
import { readStop } from './stop-reasons.ts'
import { readUsage } from './usage.ts'

export function createReader(): StreamReader {
  return new MessageStreamReader()
}

/** A block that has begun and not ended. */
interface OpenBlock {
  readonly start: JsonObject
  /** `whole`: only this protocol knows it, and it is handed on when it is complete. */
  readonly kind: 'text' | 'thinking' | 'tool-call' | 'whole'
  /** Pieces of JSON: the arguments of a call, the input of a provider's own tool. */
  json: string
  /** Members that pieces of an opaque block have brought. */
  brought: JsonObject
}

class MessageStreamReader implements StreamReader {
  readonly #scanner = new SseScanner()
  readonly #blocks = new Map<number, OpenBlock>()
  #usage: JsonObject = {}
  #isOver = false

  push(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.#isOver) return []
    const events: StreamEvent[] = []
    for (const { data } of this.#scanner.push(chunk)) this.#read(data, events)
    if (this.#scanner.isTooLarge) this.#fail(tooLarge, events)
    return events
  }

  finish(): readonly StreamEvent[] {
    this.#isOver = true
    return []
  }

  #read(data: string, events: StreamEvent[]): void {
    if (this.#isOver) return
    try {
      this.#event(JSON.parse(data) as JsonValue, events)
    } catch (error) {
      // What a reader of blocks finds wrong, or no JSON at all.
      this.#fail(error instanceof ProtocolError ? error.message : notJson, events)
    }
  }

  #event(event: JsonValue, events: StreamEvent[]): void {
    if (!isObject(event)) throw new ProtocolError('', 'an event of the stream is no object')
    switch (textIn(event, 'type')) {
      case 'content_block_delta':
        this.#delta(indexOf(event), objectIn(event, 'delta'), events)
        break
      case 'content_block_start':
        this.#blockStart(indexOf(event), objectIn(event, 'content_block'), events)
        break
      case 'content_block_stop':
        this.#blockStop(indexOf(event), events)
        break
      case 'message_start':
        this.#messageStart(objectIn(event, 'message'), events)
        break
      case 'message_delta':
        this.#messageDelta(event, events)
        break
      case 'message_stop':
        events.push({ kind: 'end' })
        this.#isOver = true
        break
      case 'error':
        events.push({ kind: 'error', error: readErrorBody(null, event, JSON.stringify(event)) })
        this.#isOver = true
        break
      default:
        // `ping`, and whatever is new.
        events.push({ kind: 'ping' })
    }
  }

  #messageStart(message: JsonObject, events: StreamEvent[]): void {
    const { id, model, usage } = message
    events.push({
      kind: 'start',
      id: typeof id === 'string' ? id : '',
      model: typeof model === 'string' ? model : '',
      created: null,
    })
    if (isObject(usage)) events.push({ kind: 'usage', usage: this.#add(usage) })
  }

  #messageDelta(event: JsonObject, events: StreamEvent[]): void {
    const { delta, usage } = event
    if (isObject(usage)) events.push({ kind: 'usage', usage: this.#add(usage) })
    if (isObject(delta) && typeof delta['stop_reason'] === 'string')
      events.push({ kind: 'stop', stop: readStop(delta) })
  }

  /** Later counts stand for the whole message, and leave out what has not changed. */
  #add(usage: JsonObject): Usage {
    const said = Object.entries(usage).filter(([, value]) => value !== null)
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) }
    return readUsage(this.#usage)
  }

  #blockStart(index: number, start: JsonObject, events: StreamEvent[]): void {
    const part = partOf(start, index)
    const kind = isStreamed(part) ? part.kind : 'whole'
    this.#blocks.set(index, { start, kind, json: '', brought: {} })
    if (!isStreamed(part)) events.push({ kind: 'ping', isWithinPart: true })
    else if (part.kind === 'text') {
      events.push({ kind: 'part-start', index, part: { kind: 'text', text: '' } })
      if (part.text !== '') events.push({ kind: 'text', index, text: part.text })
    } else if (part.kind === 'tool-call')
      events.push({ kind: 'part-start', index, part: { ...part, arguments: '' } })
    else {
      const { text, signature, ...rest } = part
      events.push({ kind: 'part-start', index, part: { ...rest, text: '', ...maker } })
      if (text !== '') events.push({ kind: 'thinking', index, text })
      if (signature !== undefined) events.push({ kind: 'signature', index, signature })
    }
  }

  #delta(index: number, delta: JsonObject, events: StreamEvent[]): void {
    const block = this.#blocks.get(index)
    if (block === undefined)
      throw new ProtocolError('index', `a piece of block ${String(index)}, which has not begun`)
    const { type } = delta
    if (block.kind === 'whole') {
      if (type === 'input_json_delta') block.json += textIn(delta, 'partial_json')
      else block.brought = { ...block.brought, ...withoutType(delta) }
      events.push({ kind: 'ping' })
    } else if (type === 'text_delta')
      events.push({ kind: 'text', index, text: textIn(delta, 'text') })
    else if (type === 'input_json_delta') {
      const text = textIn(delta, 'partial_json')
      block.json += text
      events.push({ kind: 'arguments', index, text })
    } else if (type === 'thinking_delta')
      events.push({ kind: 'thinking', index, text: textIn(delta, 'thinking') })
    else if (type === 'signature_delta')
      events.push({ kind: 'signature', index, signature: textIn(delta, 'signature') })
    else if (type === 'citations_delta')
      events.push({ kind: 'citation', index, citation: delta['citation'] ?? null })
    else events.push({ kind: 'ping' })
  }

  #blockStop(index: number, events: StreamEvent[]): void {
    const block = this.#blocks.get(index)
    if (block === undefined) return
    this.#blocks.delete(index)
    if (block.kind === 'whole')
      events.push({ kind: 'part-start', index, part: partOf(wholeBlock(block), index) })
    // Arguments that came with the beginning, and those of a call without any.
    else if (block.kind === 'tool-call' && block.json === '')
      events.push({ kind: 'arguments', index, text: JSON.stringify(block.start['input'] ?? {}) })
    events.push({ kind: 'part-end', index })
  }

  #fail(message: string, events: StreamEvent[]): void {
    if (this.#isOver) return
    this.#isOver = true
    const error = { class: 'transport', status: null, code: null, message } as const
    events.push({ kind: 'error', error })
  }
}

const tooLarge = `an event of the stream is longer than ${String(protocolLimits.eventBytesMax)} bytes`
const notJson = 'an event of the stream is no JSON'
const maker = { protocol: 'anthropic-messages' } as const

function partOf(block: JsonObject, index: number): Part {
  const calls = { names: new Map<string, string>(), signatures: new Map<string, string>() }
  const part = readBlock(block, `content[${String(index)}]`, new RequestNotes(), calls)
  return part ?? { kind: 'opaque', protocol: 'anthropic-messages', value: block }
}

function isStreamed(part: Part): part is TextPart | ThinkingPart | ToolCallPart {
  return part.kind === 'text' || part.kind === 'thinking' || part.kind === 'tool-call'
}

/** A block with all that its pieces have brought. */
function wholeBlock({ start, json, brought }: OpenBlock): JsonObject {
  const block = { ...start, ...brought }
  return json === '' ? block : { ...block, input: JSON.parse(json) as JsonValue }
}

function withoutType(delta: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(delta).filter(([name]) => name !== 'type'))
}

function indexOf(event: JsonObject): number {
  const { index } = event
  if (typeof index === 'number') return index
  throw new ProtocolError('index', 'an event of the stream does not say which block it is about')
}

function objectIn(event: JsonObject, name: string): JsonObject {
  const value = event[name]
  if (isObject(value)) return value
  throw new ProtocolError(name, `an event of the stream has no \`${name}\``)
}

function textIn(delta: JsonObject, name: string): string {
  const value = delta[name]
  if (typeof value === 'string') return value
  throw new ProtocolError(name, `a piece of a block has no \`${name}\``)
}
