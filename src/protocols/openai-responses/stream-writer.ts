import type {
  JsonObject,
  JsonValue,
  Part,
  Stop,
  StreamEvent,
  ThinkingPart,
  ToolCallPart,
  Usage,
} from '../exchange.ts'
import { errorObject, errorOfStream } from '../openai-chat/errors.ts'
import type { AnswerContext, CallerError, StreamWriter } from '../protocol-codec.ts'
import { customInput, customToolNames } from './custom-tool.ts'
import {
  annotationsOf,
  callItem,
  callMarkItem,
  imageItem,
  isAnnotation,
  isOwnOpaque,
  messageItem,
  textContent,
  thoughtItem,
} from './output-item.ts'
import { itemIdOf, requestEcho, responseIdOf } from './response-object.ts'
import { writeStop } from './stop.ts'
import { writeUsage } from './usage.ts'

/** Content of the message that is being said. */
interface OpenContent {
  readonly kind: 'text' | 'refusal'
  readonly place: number
  text: string
  readonly annotations: JsonObject[]
  /** Of a delta, all that stands around its number and its text. */
  readonly head: string
  readonly tail: string
}

interface OpenMessage {
  readonly id: string
  readonly place: number
  readonly contents: JsonObject[]
}

interface OpenThought {
  readonly kind: 'thinking'
  readonly id: string
  readonly place: number
  part: ThinkingPart
  text: string
  readonly head: string
  readonly tail: string
}

interface OpenCall {
  readonly kind: 'tool-call'
  readonly id: string
  readonly place: number
  readonly part: ToolCallPart
  readonly isCustom: boolean
  text: string
  readonly head: string
  readonly tail: string
}

type OpenPart = OpenContent | OpenThought | OpenCall

/** Steps as the events of a response. The last one is held back until the end is certain. */
export class ResponsesStreamWriter implements StreamWriter {
  readonly #context: AnswerContext
  readonly #customNames: ReadonlySet<string>
  readonly #open = new Map<number, OpenPart>()
  readonly #output: JsonObject[] = []
  /** Begun and not yet in the output; items are counted as they begin. */
  #count = 0
  #message: OpenMessage | null = null
  #sequence = 0
  #id = ''
  #created = 0
  /** What is asked for, as it is repeated in every whole response. */
  #echo = ''
  #hasRefusal = false
  #stop: Stop | null = null
  #usage: Usage | null = null
  #isOver = false

  constructor(context: AnswerContext) {
    this.#context = context
    this.#customNames = customToolNames(context.request)
  }

  write(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.kind) {
      case 'start':
        return this.#start(event.id, event.created)
      case 'part-start':
        return this.#begin(event.index, event.part)
      case 'text':
      case 'thinking':
      case 'refusal':
      case 'arguments':
        return this.#grow(event.index, event.text)
      case 'signature':
        return this.#sign(event.index, event.signature)
      case 'citation':
        return this.#cite(event.index, event.citation)
      case 'part-end':
        return this.#finish(event.index)
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

  /** The servers send the error in both of its forms, and then the response as one that failed. */
  fail(error: CallerError): string {
    if (this.#isOver) return ''
    const { message, type } = error
    const event = { code: type, message, param: null, error: errorObject(error) }
    const told = this.#frame('error', event)
    const failed =
      this.#echo === ''
        ? ''
        : this.#lifecycle('response.failed', 'failed', { code: type, message }, null)
    this.#isOver = true
    return told + failed
  }

  #frame(type: string, members: JsonObject): string {
    const event = { type, sequence_number: this.#sequence, ...members }
    this.#sequence += 1
    return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`
  }

  #lifecycle(
    type: string,
    status: 'in_progress' | 'completed' | 'incomplete' | 'failed',
    error: JsonObject | null,
    incompleteDetails: JsonObject | null,
  ): string {
    const isEnd = status !== 'in_progress'
    const head = {
      id: this.#id,
      object: 'response',
      created_at: this.#created,
      status,
      background: false,
      error,
      incomplete_details: incompleteDetails,
    }
    const state = {
      output: isEnd ? this.#output.filter((item) => item !== unfinished) : [],
      usage: isEnd ? writeUsage(this.#usage) : null,
    }
    // One object in three pieces: the longest of them is always the same.
    const response = `${JSON.stringify(head).slice(0, -1)},${this.#echo},${JSON.stringify(state).slice(1)}`
    const frame = `event: ${type}\ndata: {"type":"${type}","sequence_number":${String(this.#sequence)},"response":${response}}\n\n`
    this.#sequence += 1
    return frame
  }

  #start(id: string, created: number | null): string {
    if (this.#echo !== '') return ''
    this.#id = responseIdOf(id, this.#context)
    this.#created = created ?? this.#context.created
    this.#echo = JSON.stringify(requestEcho(this.#context)).slice(1, -1)
    return (
      this.#lifecycle('response.created', 'in_progress', null, null) +
      this.#lifecycle('response.in_progress', 'in_progress', null, null)
    )
  }

  #begin(index: number, part: Part): string {
    const start = this.#echo === '' ? this.#start('', null) : ''
    switch (part.kind) {
      case 'text':
        return start + this.#beginContent(index, part.kind, part.text, annotationsOf(part))
      case 'refusal':
        return start + this.#beginContent(index, part.kind, part.text, [])
      case 'thinking':
        return start + this.#finishMessage() + this.#beginThought(index, part)
      case 'tool-call':
        return start + this.#finishMessage() + this.#beginCall(index, part)
      case 'opaque':
        return isOwnOpaque(part) ? start + this.#finishMessage() + this.#whole(part.value) : start
      case 'image': {
        const item = imageItem(this.#itemId('ig'), part)
        return item === null ? start : start + this.#finishMessage() + this.#whole(item)
      }
      case 'file':
      case 'audio':
      case 'tool-result':
        return start
    }
  }

  #itemId(kind: 'msg' | 'fc' | 'ctc' | 'rs' | 'ig'): string {
    return itemIdOf(kind, this.#id, this.#count)
  }

  #addItem(item: JsonObject): string {
    const place = this.#count
    this.#count += 1
    this.#output[place] = unfinished
    return this.#frame('response.output_item.added', { output_index: place, item })
  }

  #finishItem(place: number, item: JsonObject): string {
    this.#output[place] = item
    return this.#frame('response.output_item.done', { output_index: place, item })
  }

  /** An item that comes in no pieces. */
  #whole(item: JsonObject): string {
    const place = this.#count
    return this.#addItem(item) + this.#finishItem(place, item)
  }

  /** What is said in one go is one message. */
  #beginContent(
    index: number,
    kind: 'text' | 'refusal',
    text: string,
    annotations: readonly JsonObject[],
  ): string {
    if (kind === 'refusal') this.#hasRefusal = true
    let told = ''
    if (this.#message === null) {
      const message = { id: this.#itemId('msg'), place: this.#count, contents: [] }
      this.#message = message
      told = this.#addItem(messageItem(message.id, 'in_progress', []))
    }
    const { id, place, contents } = this.#message
    const at = contents.length
    const part = kind === 'text' ? textContent('', []) : { type: 'refusal', refusal: '' }
    contents.push(part)
    const where = { item_id: id, output_index: place, content_index: at }
    const type = kind === 'text' ? 'response.output_text.delta' : 'response.refusal.delta'
    const tail = kind === 'text' ? ',"logprobs":[]}\n\n' : '}\n\n'
    const head = deltaHead(type)
    const members = deltaMembers(where)
    this.#open.set(index, {
      kind,
      place: at,
      text: '',
      annotations: [],
      head,
      tail: members + tail,
    })
    told += this.#frame('response.content_part.added', { ...where, part })
    told += this.#grow(index, text)
    for (const annotation of annotations) told += this.#cite(index, annotation)
    return told
  }

  #beginThought(index: number, part: ThinkingPart): string {
    const id = part.protocol === 'openai-responses' && part.id !== undefined ? part.id : ''
    const itemId = id === '' ? this.#itemId('rs') : id
    const place = this.#count
    const where = { item_id: itemId, output_index: place, summary_index: 0 }
    this.#open.set(index, {
      kind: 'thinking',
      id: itemId,
      place,
      part,
      text: '',
      head: deltaHead('response.reasoning_summary_text.delta'),
      tail: `${deltaMembers(where)}}\n\n`,
    })
    const item = { id: itemId, type: 'reasoning', summary: [] }
    return this.#addItem(item) + this.#grow(index, part.text)
  }

  #beginCall(index: number, part: ToolCallPart): string {
    const mark =
      part.signature === undefined
        ? ''
        : this.#whole(callMarkItem(this.#itemId('rs'), part.id, part.signature))
    const isCustom = this.#customNames.has(part.name)
    const id = this.#itemId(isCustom ? 'ctc' : 'fc')
    const place = this.#count
    const where = { item_id: id, output_index: place }
    const call: OpenCall = {
      kind: 'tool-call',
      id,
      place,
      part,
      isCustom,
      text: '',
      head: deltaHead('response.function_call_arguments.delta'),
      tail: `${deltaMembers(where)}}\n\n`,
    }
    this.#open.set(index, call)
    return (
      mark + this.#addItem(writtenCall(call, 'in_progress')) + this.#grow(index, part.arguments)
    )
  }

  #grow(index: number, text: string): string {
    const part = this.#open.get(index)
    if (part === undefined || text === '') return ''
    const isFirst = part.text === ''
    part.text += text
    if (part.kind === 'tool-call' && part.isCustom) return ''
    const begin = isFirst && part.kind === 'thinking' ? this.#beginSummary(part) : ''
    const number = String(this.#sequence)
    this.#sequence += 1
    return `${begin}${part.head}${number},"delta":${JSON.stringify(text)}${part.tail}`
  }

  #beginSummary({ id, place }: OpenThought): string {
    const part = { type: 'summary_text', text: '' }
    const where = { item_id: id, output_index: place, summary_index: 0 }
    return this.#frame('response.reasoning_summary_part.added', { ...where, part })
  }

  #sign(index: number, signature: string): string {
    const part = this.#open.get(index)
    if (part?.kind === 'thinking') part.part = { ...part.part, signature }
    return ''
  }

  #cite(index: number, citation: JsonValue): string {
    const part = this.#open.get(index)
    if (part?.kind !== 'text' || this.#message === null || !isAnnotation(citation)) return ''
    part.annotations.push(citation)
    return this.#frame('response.output_text.annotation.added', {
      item_id: this.#message.id,
      output_index: this.#message.place,
      content_index: part.place,
      annotation_index: part.annotations.length - 1,
      annotation: citation,
    })
  }

  #finish(index: number): string {
    const part = this.#open.get(index)
    if (part === undefined) return ''
    this.#open.delete(index)
    switch (part.kind) {
      case 'text':
      case 'refusal':
        return this.#finishContent(part)
      case 'thinking':
        return this.#finishThought(part)
      case 'tool-call':
        return this.#finishCall(part)
    }
  }

  #finishContent({ kind, place, text, annotations }: OpenContent): string {
    const message = this.#message
    if (message === null) return ''
    const where = { item_id: message.id, output_index: message.place, content_index: place }
    const part =
      kind === 'text' ? textContent(text, annotations) : { type: 'refusal', refusal: text }
    message.contents[place] = part
    const done =
      kind === 'text'
        ? this.#frame('response.output_text.done', { ...where, text, logprobs: [] })
        : this.#frame('response.refusal.done', { ...where, refusal: text })
    return done + this.#frame('response.content_part.done', { ...where, part })
  }

  /** Something else begins, or the answer ends. */
  #finishMessage(status: 'completed' | 'incomplete' = 'completed'): string {
    const message = this.#message
    if (message === null) return ''
    let told = ''
    for (const [index, part] of this.#open)
      if (part.kind === 'text' || part.kind === 'refusal') told += this.#finish(index)
    this.#message = null
    return told + this.#finishItem(message.place, messageItem(message.id, status, message.contents))
  }

  #finishThought({ id, place, part, text }: OpenThought): string {
    const where = { item_id: id, output_index: place, summary_index: 0 }
    const summary =
      text === ''
        ? ''
        : this.#frame('response.reasoning_summary_text.done', { ...where, text }) +
          this.#frame('response.reasoning_summary_part.done', {
            ...where,
            part: { type: 'summary_text', text },
          })
    return summary + this.#finishItem(place, thoughtItem(id, { ...part, text }))
  }

  #finishCall(call: OpenCall): string {
    const where = { item_id: call.id, output_index: call.place }
    const input = call.isCustom ? customInput(call.text) : ''
    const told = call.isCustom
      ? this.#frame('response.custom_tool_call_input.delta', { ...where, delta: input }) +
        this.#frame('response.custom_tool_call_input.done', { ...where, input })
      : this.#frame('response.function_call_arguments.done', { ...where, arguments: call.text })
    return told + this.#finishItem(call.place, writtenCall(call, 'completed'))
  }

  #end(): string {
    let told = this.#echo === '' ? this.#start('', null) : ''
    const stop = this.#stop ?? { reason: 'stop', raw: null }
    const explanation = this.#hasRefusal ? undefined : stop.explanation
    if (stop.reason === 'refusal' && explanation !== undefined)
      told += this.#beginContent(Number.MAX_SAFE_INTEGER, 'refusal', explanation, [])
    const { status, incompleteDetails } = writeStop(stop, this.#hasRefusal)
    told += this.#finishMessage(status)
    for (const index of this.#open.keys()) told += this.#finish(index)
    told += this.#lifecycle(`response.${status}`, status, null, incompleteDetails)
    this.#isOver = true
    return told
  }
}

/** Holds the place of an item in the output until it is done. */
const unfinished: JsonObject = {}

function writtenCall(call: OpenCall, status: 'in_progress' | 'completed'): JsonObject {
  const { id: itemId, part, isCustom, text } = call
  const { id: callId, name } = part
  return callItem({ itemId, callId, name, arguments: text, isCustom }, status)
}

/** A delta is written as text, since most of it is always the same: head, number, delta, tail. */
function deltaHead(type: string): string {
  return `event: ${type}\ndata: {"type":"${type}","sequence_number":`
}

function deltaMembers(where: JsonObject): string {
  return `,${JSON.stringify(where).slice(1, -1)}`
}
