import { jsonOrNull } from '../../base/json-or-null.ts'
import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Part, StreamEvent } from '../exchange.ts'
import { ProtocolError, type StreamReader } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { readException } from './errors.ts'
import { type Frame, FrameScanner } from './event-frames.ts'
import { readBlock } from './read-block.ts'
import { readStop } from './stop-reasons.ts'
import { readUsage } from './usage.ts'

export function createReader(): StreamReader {
  return new ConverseStreamReader()
}

/** A block that has begun and not ended; `whole`: it is handed on when it is complete. */
interface OpenBlock {
  readonly kind: 'text' | 'thinking' | 'tool-call' | 'whole'
  hasArguments: boolean
  /** What is there so far of a block that is handed on whole: its one member. */
  block: JsonObject
  /** Input of a provider's own tool, in pieces. */
  input: string
}

class ConverseStreamReader implements StreamReader {
  readonly #scanner = new FrameScanner()
  readonly #blocks = new Map<number, OpenBlock>()
  #hasStopped = false
  #isOver = false

  push(chunk: Uint8Array): readonly StreamEvent[] {
    const events: StreamEvent[] = []
    if (this.#isOver) return events
    try {
      this.#scanner.push(chunk, (frame) => this.#frame(frame, events))
    } catch (error) {
      this.#fail(error, events)
    }
    return events
  }

  /** `messageStop` is the provider's word that all is said; the counts after it may be missing. */
  finish(): readonly StreamEvent[] {
    const isWhole = this.#hasStopped && !this.#isOver && !this.#scanner.isWithin
    this.#isOver = true
    return isWhole ? [{ kind: 'end' }] : []
  }

  #frame({ headers, body }: Frame, events: StreamEvent[]): void {
    if (this.#isOver) return
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
    switch (headers[':message-type'] ?? 'event') {
      case 'event':
        this.#event(headers[':event-type'] ?? '', objectOf(text), events)
        break
      case 'exception':
        this.#end(
          readException(headers[':exception-type'] ?? '', jsonOrNull(text) as JsonValue, text),
          events,
        )
        break
      default: {
        const message = headers[':error-message'] ?? text
        this.#end(readException(headers[':error-code'] ?? '', null, message), events)
      }
    }
  }

  #end(error: ReturnType<typeof readException>, events: StreamEvent[]): void {
    this.#isOver = true
    events.push({ kind: 'error', error })
  }

  #event(type: string, event: JsonObject, events: StreamEvent[]): void {
    switch (type) {
      case 'contentBlockDelta':
        this.#delta(indexOf(event), objectIn(event, 'delta'), events)
        break
      case 'contentBlockStart':
        this.#blockStart(indexOf(event), objectIn(event, 'start'), events)
        break
      case 'contentBlockStop':
        this.#blockStop(indexOf(event), events)
        break
      case 'messageStart':
        events.push({ kind: 'start', id: '', model: '', created: null })
        break
      case 'messageStop': {
        const { stopReason } = event
        this.#hasStopped = true
        const word = typeof stopReason === 'string' ? stopReason : undefined
        events.push({ kind: 'stop', stop: readStop(word) })
        break
      }
      case 'metadata': {
        const usage = readUsage(event['usage'])
        if (usage !== null) events.push({ kind: 'usage', usage })
        if (!this.#hasStopped) break
        this.#isOver = true
        events.push({ kind: 'end' })
        break
      }
      default:
        events.push({ kind: 'ping' })
    }
  }

  #blockStart(index: number, start: JsonObject, events: StreamEvent[]): void {
    const { toolUse } = start
    if (isObject(toolUse) && toolUse['type'] === undefined) {
      const part = partOf({ toolUse: { input: {}, ...toolUse } }, index)
      if (part.kind !== 'tool-call') throw new ProtocolError('start', 'a call without a name')
      this.#open(index, 'tool-call', {})
      events.push({ kind: 'part-start', index, part: { ...part, arguments: '' } })
    } else if (Object.keys(start).length > 0) {
      this.#open(index, 'whole', start)
      events.push({ kind: 'ping' })
    }
  }

  #open(index: number, kind: OpenBlock['kind'], block: JsonObject): OpenBlock {
    const open = { kind, hasArguments: false, block, input: '' }
    this.#blocks.set(index, open)
    return open
  }

  /** Texts and thoughts have no beginning of their own. */
  #delta(index: number, delta: JsonObject, events: StreamEvent[]): void {
    const open = this.#blocks.get(index)
    if (open?.kind === 'whole') {
      addPiece(open, delta)
      events.push({ kind: 'ping' })
    } else if (typeof delta['text'] === 'string') {
      if (open === undefined) this.#begin(index, { kind: 'text', text: '' }, events)
      events.push({ kind: 'text', index, text: delta['text'] })
    } else if (isObject(delta['toolUse'])) {
      if (open === undefined) throw new ProtocolError('delta', 'a piece of a call not begun')
      const { input } = delta['toolUse']
      const text = typeof input === 'string' ? input : ''
      if (text !== '') open.hasArguments = true
      events.push({ kind: 'arguments', index, text })
    } else if (isObject(delta['reasoningContent']))
      this.#reasoning(index, delta['reasoningContent'], events)
    else if (isObject(delta['citation'])) {
      if (open === undefined) this.#begin(index, { kind: 'text', text: '' }, events)
      events.push({ kind: 'citation', index, citation: delta['citation'] })
    } else events.push({ kind: 'ping' })
  }

  #reasoning(index: number, piece: JsonObject, events: StreamEvent[]): void {
    const { text, signature, redactedContent: redacted } = piece
    if (!this.#blocks.has(index)) {
      const thought = { kind: 'thinking', protocol: 'bedrock-converse', text: '' } as const
      const hidden = typeof redacted === 'string' ? { redacted } : {}
      this.#begin(index, { ...thought, ...hidden }, events)
    }
    if (typeof text === 'string') events.push({ kind: 'thinking', index, text })
    if (typeof signature === 'string') events.push({ kind: 'signature', index, signature })
  }

  #begin(
    index: number,
    part: Part & { readonly kind: 'text' | 'thinking' },
    events: StreamEvent[],
  ): void {
    this.#open(index, part.kind, {})
    events.push({ kind: 'part-start', index, part })
  }

  #blockStop(index: number, events: StreamEvent[]): void {
    const open = this.#blocks.get(index)
    if (open === undefined) return
    this.#blocks.delete(index)
    if (open.kind === 'whole')
      events.push({ kind: 'part-start', index, part: partOf(wholeBlock(open), index) })
    // A call without arguments.
    else if (open.kind === 'tool-call' && !open.hasArguments)
      events.push({ kind: 'arguments', index, text: '{}' })
    events.push({ kind: 'part-end', index })
  }

  #fail(error: unknown, events: StreamEvent[]): void {
    this.#isOver = true
    const message = error instanceof Error ? error.message : 'a frame of the stream is damaged'
    events.push({ kind: 'error', error: { class: 'transport', status: null, code: null, message } })
  }
}

/** Pieces of an image replace its members, those of results are gathered, and input of a tool is a text. */
function addPiece(open: OpenBlock, delta: JsonObject): void {
  const { toolUse, toolResult, image } = delta
  if (isObject(toolUse) && typeof toolUse['input'] === 'string') open.input += toolUse['input']
  else if (isList(toolResult)) {
    const old = open.block['toolResult']
    const result = isObject(old) ? old : {}
    const content = isList(result['content']) ? result['content'] : []
    open.block = { toolResult: { ...result, content: [...content, ...toolResult] } }
  } else if (isObject(image)) {
    const old = open.block['image']
    open.block = { image: { ...(isObject(old) ? old : {}), ...image } }
  }
}

function wholeBlock({ block, input }: OpenBlock): JsonObject {
  const { toolUse } = block
  if (!isObject(toolUse)) return block
  return { toolUse: { ...toolUse, input: input === '' ? {} : (JSON.parse(input) as JsonValue) } }
}

function partOf(block: JsonObject, index: number): Part {
  return readBlock(block, `content[${String(index)}]`, new RequestNotes(), new Map())
}

function objectOf(text: string): JsonObject {
  const value = jsonOrNull(text) as JsonValue
  if (isObject(value)) return value
  throw new ProtocolError('', 'an event of the stream is no object')
}

function indexOf(event: JsonObject): number {
  const { contentBlockIndex: index } = event
  if (typeof index === 'number') return index
  throw new ProtocolError('contentBlockIndex', 'an event of the stream names no block')
}

function objectIn(event: JsonObject, name: string): JsonObject {
  const value = event[name]
  if (isObject(value)) return value
  throw new ProtocolError(name, `an event of the stream has no \`${name}\``)
}
