import type { JsonObject, JsonValue, Part, Stop, StreamEvent, Usage } from '../exchange.ts'
import { isObject } from '../body-fields.ts'
import { plainToolId } from '../plain-tool-id.ts'
import { present } from '../present.ts'
import type { AnswerContext, CallerError, StreamWriter } from '../protocol-codec.ts'
import { sealThought } from '../sealed-thought.ts'
import { errorBody, typeOfClass } from './errors.ts'
import { writeStop } from './stop-reasons.ts'
import { writeUsage } from './usage.ts'
import { isOwnCitation, isOwnThought, writeCallMark } from './write-answer.ts'

export const messagesLastWord = 'event: message_stop\ndata: {"type":"message_stop"}\n\n'

export function createWriter(context: AnswerContext): StreamWriter {
  return new MessageStreamWriter(context)
}

type StartEvent = Extract<StreamEvent, { readonly kind: 'start' }>
type PartEvent = Extract<StreamEvent, { readonly index: number }>

/** A part of the answer on its way out; `block`: its number on the wire. */
interface OutgoingPart {
  readonly part: Part
  readonly block: number
  signature: string
}

class MessageStreamWriter implements StreamWriter {
  readonly #context: AnswerContext
  /** Told with the next step, for the counts of the prompt may follow at once. */
  #start: StartEvent | null = null
  #hasStarted = false
  #isOver = false
  #usage: Usage | null = null
  #stop: Stop | null = null
  #hasCalls = false
  #blocks = 0
  /** The one that is being written; others wait until it has ended, as blocks follow one another. */
  #current: { readonly index: number; readonly outgoing: OutgoingPart | null } | null = null
  #waiting: PartEvent[] = []

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.kind) {
      case 'start':
        this.#start = event
        return ''
      case 'usage':
        this.#usage = event.usage
        return ''
      case 'stop':
        this.#stop = event.stop
        return ''
      case 'ping':
        return this.#hasStarted || this.#start !== null
          ? this.#beginning() + sse('ping', '{"type":"ping"}')
          : ''
      case 'error':
        return this.#error(typeOfClass(event.error.class), event.error.message)
      case 'end':
        return this.#end()
      case 'part-start':
      case 'part-end':
      case 'text':
      case 'thinking':
      case 'signature':
      case 'arguments':
      case 'citation':
      case 'refusal':
        return this.#beginning() + this.#part(event)
    }
  }

  comment(text: string): string {
    return this.#isOver ? '' : `: ${text.replaceAll('\r', ' ').replaceAll('\n', ' ')}\n\n`
  }

  fail(error: CallerError): string {
    return this.#error(error.type, error.message, error.detail)
  }

  #error(type: string, message: string, detail?: JsonObject): string {
    if (this.#isOver) return ''
    this.#isOver = true
    return sse('error', JSON.stringify(errorBody(type, message, detail)))
  }

  #beginning(): string {
    if (this.#hasStarted) return ''
    this.#hasStarted = true
    const id = this.#start?.id ?? ''
    const message = {
      id: id === '' ? this.#context.id : id,
      type: 'message',
      role: 'assistant',
      model: this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: writeUsage(this.#usage),
    }
    return sse('message_start', JSON.stringify({ type: 'message_start', message }))
  }

  #end(): string {
    let text = this.#beginning()
    if (this.#current !== null) text += this.#part({ kind: 'part-end', index: this.#current.index })
    this.#isOver = true
    const delta = writeStop(this.#stop, this.#hasCalls)
    const usage = writeUsage(this.#usage)
    text += sse('message_delta', JSON.stringify({ type: 'message_delta', delta, usage }))
    return text + messagesLastWord
  }

  #part(event: PartEvent): string {
    if (this.#current === null)
      return event.kind === 'part-start' ? this.#open(event.index, event.part) : ''
    if (event.index !== this.#current.index) {
      this.#waiting.push(event)
      return ''
    }
    if (event.kind === 'part-end') return this.#close()
    const { outgoing } = this.#current
    return outgoing === null ? '' : writePiece(event, outgoing)
  }

  #open(index: number, part: Part): string {
    if (part.kind === 'tool-call') this.#hasCalls = true
    const mark = part.kind === 'tool-call' ? this.#callMark(part.id, part.signature) : ''
    const start = blockStart(part)
    if (start === null) {
      this.#current = { index, outgoing: null }
      return ''
    }
    const signature = part.kind === 'thinking' ? (part.signature ?? '') : ''
    const outgoing = { part, block: this.#blocks, signature }
    this.#blocks += 1
    this.#current = { index, outgoing }
    return mark + writeStart(outgoing.block, start) + firstPieces(outgoing)
  }

  /** A block of its own, before the call. */
  #callMark(id: string, signature: string | undefined): string {
    if (signature === undefined) return ''
    const block = this.#blocks
    this.#blocks += 1
    return writeStart(block, writeCallMark(plainToolId(id), signature)) + writeEnd(block)
  }

  #close(): string {
    const outgoing = this.#current?.outgoing ?? null
    this.#current = null
    let text = outgoing === null ? '' : lastPieces(outgoing) + writeEnd(outgoing.block)
    if (outgoing?.part.kind === 'tool-call' && outgoing.signature !== '')
      text += this.#callMark(outgoing.part.id, outgoing.signature)
    const waiting = this.#waiting
    this.#waiting = []
    for (const event of waiting) text += this.#part(event)
    return text
  }
}

function sse(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`
}

/** The block as it begins; null: this protocol has none like it. */
function blockStart(part: Part): JsonObject | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: '' }
    case 'thinking':
      if (part.redacted === undefined) return { type: 'thinking', thinking: '', signature: '' }
      return {
        type: 'redacted_thinking',
        data: isOwnThought(part) ? part.redacted : sealThought(part),
      }
    case 'tool-call':
      return { type: 'tool_use', id: plainToolId(part.id), name: part.name, input: {} }
    case 'opaque':
      return part.protocol === 'anthropic-messages' && isObject(part.value)
        ? withoutInput(part.value)
        : null
    case 'image':
    case 'file':
    case 'audio':
    case 'tool-result':
      return null
  }
}

/** The input of a provider's own tool follows in pieces, as that of every call. */
function withoutInput(value: JsonObject): JsonObject {
  return isObject(value['input']) ? { ...value, input: {} } : value
}

function firstPieces({ part, block }: OutgoingPart): string {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text === '' ? '' : writeText(block, part.text)
    case 'thinking':
      return part.text === '' ? '' : writeThinking(block, part.text)
    case 'tool-call':
      return part.arguments === '' ? '' : writeJson(block, part.arguments)
    case 'opaque': {
      const input = isObject(part.value) ? part.value['input'] : undefined
      return isObject(input) ? writeJson(block, JSON.stringify(input)) : ''
    }
    case 'image':
    case 'file':
    case 'audio':
    case 'tool-result':
      return ''
  }
}

function writePiece(
  event: Exclude<PartEvent, { readonly kind: 'part-end' }>,
  outgoing: OutgoingPart,
): string {
  const { block } = outgoing
  switch (event.kind) {
    case 'text':
    case 'refusal':
      return writeText(block, event.text)
    case 'thinking':
      return writeThinking(block, event.text)
    case 'arguments':
      return writeJson(block, event.text)
    case 'signature':
      // Whose it is, and for which words, is told at the end.
      outgoing.signature = event.signature
      return ''
    case 'citation':
      return isOwnCitation(event.citation) ? writeCitation(block, event.citation) : ''
    case 'part-start':
      return ''
  }
}

function lastPieces({ part, block, signature }: OutgoingPart): string {
  if (part.kind !== 'thinking' || part.redacted !== undefined) return ''
  const own = isOwnThought(part)
  const whole = own
    ? signature
    : sealThought(present({ ...part, signature: signature || undefined }))
  return whole === '' ? '' : writeSignature(block, whole)
}

function writeStart(block: number, content_block: JsonObject): string {
  const data = { type: 'content_block_start', index: block, content_block }
  return sse('content_block_start', JSON.stringify(data))
}

function writeEnd(block: number): string {
  return sse('content_block_stop', `{"type":"content_block_stop","index":${String(block)}}`)
}

function writeText(block: number, text: string): string {
  return delta(block, `{"type":"text_delta","text":${JSON.stringify(text)}}`)
}

function writeThinking(block: number, text: string): string {
  return delta(block, `{"type":"thinking_delta","thinking":${JSON.stringify(text)}}`)
}

function writeSignature(block: number, signature: string): string {
  return delta(block, `{"type":"signature_delta","signature":${JSON.stringify(signature)}}`)
}

function writeJson(block: number, text: string): string {
  return delta(block, `{"type":"input_json_delta","partial_json":${JSON.stringify(text)}}`)
}

function writeCitation(block: number, citation: JsonValue): string {
  return delta(block, `{"type":"citations_delta","citation":${JSON.stringify(citation)}}`)
}

function delta(block: number, json: string): string {
  return sse(
    'content_block_delta',
    `{"type":"content_block_delta","index":${String(block)},"delta":${json}}`,
  )
}
