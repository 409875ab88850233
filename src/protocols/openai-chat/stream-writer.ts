import { isObject } from '../body-fields.ts'
import type {
  JsonObject,
  JsonValue,
  Part,
  Stop,
  StreamEvent,
  ThinkingPart,
  Usage,
} from '../exchange.ts'
import type { AnswerContext, CallerError, StreamWriter } from '../protocol-codec.ts'
import { errorObject, errorOfStream } from './errors.ts'
import { writeFinishReason } from './finish-reason.ts'
import { writeDetail } from './thoughts.ts'
import { present } from '../present.ts'
import { writeUsage } from './usage.ts'
import { extraContent, isOfBefore, isOwnCitation, writeDrawn } from './write-answer.ts'

export const chatLastWord = 'data: [DONE]\n\n'

interface Thought {
  readonly part: ThinkingPart
  readonly position: number
}

/** Steps as chunks of a chat completion. The reason to finish is held back until the end is certain. */
export class ChatStreamWriter implements StreamWriter {
  readonly #context: AnswerContext
  readonly #isOfBefore: boolean
  readonly #tellsUsage: boolean
  /** Everything of a chunk before and behind its delta: they are the same in each. */
  #head = ''
  #tail = ''
  readonly #thoughts = new Map<number, Thought>()
  /** Positions of calls among the calls. */
  readonly #calls = new Map<number, number>()
  #hasRefusal = false
  #stop: Stop | null = null
  #usage: Usage | null = null
  #isOver = false

  constructor(context: AnswerContext) {
    this.#context = context
    this.#isOfBefore = isOfBefore(context.request)
    this.#tellsUsage = context.request.streamUsage === true
  }

  write(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.kind) {
      case 'start':
        return this.#start(event.id, event.created)
      case 'part-start':
        return this.#begin(event.index, event.part)
      case 'text':
        return this.#text('content', event.text)
      case 'thinking':
        return this.#think(event.index, event.text)
      case 'refusal':
        return this.#refuse(event.text)
      case 'arguments':
        return this.#arguments(event.index, event.text)
      case 'signature':
        return this.#sign(event.index, event.signature)
      case 'citation':
        return isOwnCitation(event.citation) ? this.#delta({ annotations: [event.citation] }) : ''
      case 'part-end':
        return ''
      case 'usage':
        this.#usage = event.usage
        return ''
      case 'stop':
        this.#stop = event.stop
        return ''
      case 'end':
        return this.#end()
      case 'error':
        return this.fail(errorOfStream(event.error))
      case 'ping':
        return this.comment('ping')
    }
  }

  comment(text: string): string {
    return `: ${text.replaceAll('\r', ' ').replaceAll('\n', ' ')}\n\n`
  }

  fail(error: CallerError): string {
    if (this.#isOver) return ''
    this.#isOver = true
    return `data: ${JSON.stringify({ error: errorObject(error) })}\n\n`
  }

  /** The first chunk names the speaker. */
  #start(id: string, created: number | null): string {
    if (this.#head !== '') return ''
    const { model } = this.#context
    const whole = JSON.stringify({
      id: id === '' ? this.#context.id : id,
      object: 'chat.completion.chunk',
      created: created ?? this.#context.created,
      model,
    })
    this.#head = `data: ${whole.slice(0, -1)},"choices":[`
    this.#tail = `]${this.#tellsUsage ? ',"usage":null' : ''}}\n\n`
    return this.#delta({ role: 'assistant', content: '', refusal: null })
  }

  #delta(delta: JsonObject): string {
    return this.#choice(JSON.stringify(delta), 'null')
  }

  /** `delta` and `finish` are JSON already. */
  #choice(delta: string, finish: string): string {
    const start = this.#head === '' ? this.#start('', null) : ''
    return `${start}${this.#head}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}${this.#tail}`
  }

  #text(name: 'content' | 'reasoning_content' | 'refusal', text: string): string {
    return text === '' ? '' : this.#choice(`{"${name}":${JSON.stringify(text)}}`, 'null')
  }

  #begin(index: number, part: Part): string {
    switch (part.kind) {
      case 'text':
        return this.#text('content', part.text)
      case 'thinking':
        this.#thoughts.set(index, { part, position: this.#thoughts.size })
        return this.#think(index, part.text, part.redacted)
      case 'refusal':
        return this.#refuse(part.text)
      case 'tool-call':
        return this.#beginCall(index, part)
      case 'opaque':
        return part.protocol === 'openai-chat' ? this.#delta(this.#ownDelta(index, part.value)) : ''
      case 'image': {
        const images = writeDrawn(part)
        return images.length === 0 ? '' : this.#delta({ images })
      }
      case 'file':
      case 'audio':
      case 'tool-result':
        return ''
    }
  }

  #refuse(text: string): string {
    this.#hasRefusal = true
    return this.#text('refusal', text)
  }

  #beginCall(index: number, part: Part & { kind: 'tool-call' }): string {
    const position = this.#calls.size
    this.#calls.set(index, position)
    const called = { name: part.name, arguments: part.arguments }
    if (this.#isOfBefore) return position === 0 ? this.#delta({ function_call: called }) : ''
    const call = {
      index: position,
      id: part.id,
      type: 'function',
      function: called,
      ...extraContent(part.signature),
    }
    return this.#delta({ tool_calls: [call] })
  }

  /** Sound, or a call of a custom tool. */
  #ownDelta(index: number, value: JsonValue): JsonObject {
    if (!isObject(value)) return {}
    if (value['audio'] !== undefined) return value
    const position = this.#calls.size
    this.#calls.set(index, position)
    return { tool_calls: [{ index: position, ...value }] }
  }

  #arguments(index: number, text: string): string {
    const position = this.#calls.get(index)
    if (position === undefined || text === '') return ''
    const written = JSON.stringify(text)
    if (!this.#isOfBefore)
      return this.#choice(
        `{"tool_calls":[{"index":${String(position)},"function":{"arguments":${written}}}]}`,
        'null',
      )
    return position === 0 ? this.#choice(`{"function_call":{"arguments":${written}}}`, 'null') : ''
  }

  /** A thought that its maker must know again is told a second time, with what it is known by. */
  #think(index: number, text: string, redacted?: string): string {
    if (text === '' && redacted === undefined) return ''
    const detail = this.#detail(index, present({ text, redacted }))
    if (detail === null) return this.#text('reasoning_content', text)
    const shown = text === '' ? {} : { reasoning_content: text }
    return this.#delta({ ...shown, reasoning_details: [detail] })
  }

  #detail(index: number, piece: Partial<ThinkingPart>): JsonObject | null {
    const thought = this.#thoughts.get(index)
    if (thought === undefined) return null
    return writeDetail({ ...thought.part, text: '', ...piece }, thought.position)
  }

  #sign(index: number, signature: string): string {
    const detail = this.#detail(index, { signature })
    if (detail !== null) return this.#delta({ reasoning_details: [detail] })
    const position = this.#calls.get(index)
    if (position === undefined || this.#isOfBefore) return ''
    return this.#delta({ tool_calls: [{ index: position, ...extraContent(signature) }] })
  }

  #end(): string {
    const raw = writeFinishReason(this.#stop?.reason ?? 'stop', this.#hasRefusal)
    const isCall = this.#isOfBefore && this.#calls.size > 0
    const explanation = this.#hasRefusal ? undefined : this.#stop?.explanation
    const refused = explanation === undefined ? '' : this.#text('refusal', explanation)
    const last = this.#choice('{}', JSON.stringify(isCall ? 'function_call' : raw))
    const usage =
      this.#tellsUsage && this.#usage !== null
        ? `${this.#head}],"usage":${JSON.stringify(writeUsage(this.#usage))}}\n\n`
        : ''
    this.#isOver = true
    return `${refused}${last}${usage}${chatLastWord}`
  }
}
