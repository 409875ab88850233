import type { JsonObject, JsonValue, Part, Stop, StreamEvent, Usage } from '../exchange.ts'
import { isObject } from '../body-fields.ts'
import { plainToolId } from '../plain-tool-id.ts'
import type { CallerError, StreamWriter } from '../protocol-codec.ts'
import { errorBody, exceptionOfClass } from './errors.ts'
import { writeFrame } from './event-frames.ts'
import { writeStop } from './stop-reasons.ts'
import { writeUsage } from './usage.ts'
import { isOwnCitation } from './write-answer.ts'

export function createWriter(): StreamWriter {
  return new ConverseStreamWriter()
}

type PartEvent = Extract<StreamEvent, { readonly index: number }>

/** Frames of the event stream, each byte one character: see `streamEncoding`. */
class ConverseStreamWriter implements StreamWriter {
  #hasStarted = false
  #isOver = false
  #usage: Usage | null = null
  #stop: Stop | null = null
  #hasCalls = false
  #blocks = 0
  /** The one that is being written (null: this protocol has none like it); others wait until it has ended. */
  #current: { readonly index: number; readonly block: number | null } | null = null
  #waiting: PartEvent[] = []

  write(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.kind) {
      case 'start':
        return this.#beginning()
      case 'usage':
        this.#usage = event.usage
        return ''
      case 'stop':
        this.#stop = event.stop
        return ''
      case 'ping':
        return ''
      case 'error':
        return this.#exception(exceptionOfClass(event.error.class), {
          message: event.error.message,
        })
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

  /** Frames know no comments. */
  comment(_text: string): string {
    return ''
  }

  fail(error: CallerError): string {
    return this.#exception(error.type, errorBody(error))
  }

  #exception(type: string, body: JsonObject): string {
    if (this.#isOver) return ''
    this.#isOver = true
    const headers = {
      ':exception-type': type,
      ':content-type': 'application/json',
      ':message-type': 'exception',
    }
    return writeFrame(headers, JSON.stringify(body))
  }

  #beginning(): string {
    if (this.#hasStarted) return ''
    this.#hasStarted = true
    return event('messageStart', { role: 'assistant' })
  }

  #end(): string {
    let frames = this.#beginning()
    if (this.#current !== null)
      frames += this.#part({ kind: 'part-end', index: this.#current.index })
    this.#isOver = true
    frames += event('messageStop', { stopReason: writeStop(this.#stop, this.#hasCalls) })
    return frames + event('metadata', { usage: writeUsage(this.#usage) })
  }

  #part(step: PartEvent): string {
    if (this.#current === null)
      return step.kind === 'part-start' ? this.#open(step.index, step.part) : ''
    if (step.index !== this.#current.index) {
      this.#waiting.push(step)
      return ''
    }
    const { block } = this.#current
    if (step.kind === 'part-end') return this.#close(block)
    return block === null ? '' : writePiece(step, block)
  }

  #open(index: number, part: Part): string {
    if (part.kind === 'tool-call') this.#hasCalls = true
    const first = firstPieces(part)
    if (first === null) {
      this.#current = { index, block: null }
      return ''
    }
    const block = this.#blocks
    this.#blocks += 1
    this.#current = { index, block }
    const start = startOf(part)
    const beginning =
      start === null ? '' : event('contentBlockStart', { start, contentBlockIndex: block })
    return beginning + first.map((piece) => delta(block, piece)).join('')
  }

  #close(block: number | null): string {
    this.#current = null
    let frames = block === null ? '' : event('contentBlockStop', { contentBlockIndex: block })
    const waiting = this.#waiting
    this.#waiting = []
    for (const step of waiting) frames += this.#part(step)
    return frames
  }
}

/** Only calls, and what is handed on whole, have a beginning of their own. */
function startOf(part: Part): JsonObject | null {
  if (part.kind === 'tool-call')
    return { toolUse: { toolUseId: plainToolId(part.id), name: part.name } }
  if (part.kind !== 'opaque' || !isObject(part.value)) return null
  const [name, value] = Object.entries(part.value)[0] ?? []
  if (name === undefined || !isObject(value)) return null
  const withoutPieces = Object.entries(value).filter(
    ([member]) => member !== 'input' && member !== 'content' && member !== 'source',
  )
  return { [name]: Object.fromEntries(withoutPieces) }
}

/** What is known at the beginning, as pieces; null: this protocol has no such part. */
function firstPieces(part: Part): readonly JsonObject[] | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }]
    case 'thinking': {
      const { text, signature, redacted } = part
      if (redacted !== undefined) return [{ reasoningContent: { redactedContent: redacted } }]
      const thought = text === '' ? [] : [{ reasoningContent: { text } }]
      return signature === undefined ? thought : [...thought, { reasoningContent: { signature } }]
    }
    case 'tool-call':
      return part.arguments === '' ? [] : [{ toolUse: { input: part.arguments } }]
    case 'opaque':
      return part.protocol === 'bedrock-converse' ? opaquePieces(part.value) : null
    case 'image':
    case 'file':
    case 'audio':
    case 'tool-result':
      return null
  }
}

function opaquePieces(value: JsonValue): readonly JsonObject[] {
  if (!isObject(value)) return []
  const { toolUse, toolResult } = value
  if (isObject(toolUse)) return [{ toolUse: { input: JSON.stringify(toolUse['input'] ?? {}) } }]
  return isObject(toolResult) ? [{ toolResult: toolResult['content'] ?? [] }] : []
}

function writePiece(
  step: Exclude<PartEvent, { readonly kind: 'part-end' }>,
  block: number,
): string {
  switch (step.kind) {
    case 'text':
    case 'refusal':
      return delta(block, { text: step.text })
    case 'thinking':
      return delta(block, { reasoningContent: { text: step.text } })
    case 'signature':
      return delta(block, { reasoningContent: { signature: step.signature } })
    case 'arguments':
      return delta(block, { toolUse: { input: step.text } })
    case 'citation':
      return isOwnCitation(step.citation) ? delta(block, { citation: step.citation }) : ''
    case 'part-start':
      return ''
  }
}

function delta(block: number, piece: JsonObject): string {
  return event('contentBlockDelta', { delta: piece, contentBlockIndex: block })
}

function event(type: string, body: JsonObject): string {
  const headers = {
    ':event-type': type,
    ':content-type': 'application/json',
    ':message-type': 'event',
  }
  return writeFrame(headers, JSON.stringify(body))
}
