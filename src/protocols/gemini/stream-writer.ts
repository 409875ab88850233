import type { JsonObject, Part, Stop, StreamEvent, ThinkingPart, Usage } from '../exchange.ts'
import type { AnswerContext, CallerError, StreamWriter } from '../protocol-codec.ts'
import { errorObject, errorOfStream } from './errors.ts'
import { writeFinish } from './finish-reason.ts'
import { writeUsage } from './usage.ts'
import { answerParts } from './write-answer.ts'

/** Steps as pieces of an answer. Calls come whole in this protocol, and with the last piece the reason to finish. */
export class GeminiStreamWriter implements StreamWriter {
  readonly #context: AnswerContext
  /** What every piece says of the answer that it belongs to. */
  #answer: JsonObject | null = null
  readonly #open = new Map<number, Part>()
  #stop: Stop | null = null
  #usage: Usage | null = null
  #isOver = false

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.kind) {
      case 'start':
        this.#start(event.id, event.created)
        return ''
      case 'part-start':
        return this.#begin(event.index, event.part)
      case 'text':
      case 'refusal':
        return this.#pieces([{ kind: 'text', text: event.text }])
      case 'thinking':
        return this.#think(event.index, event.text)
      case 'signature':
        return this.#sign(event.index, event.signature)
      case 'arguments':
        return this.#grow(event.index, event.text)
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
      case 'citation':
        return ''
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
    return frame({ error: errorObject(error) })
  }

  #start(id: string, created: number | null): JsonObject {
    const { model, id: ownId, created: now } = this.#context
    this.#answer ??= {
      modelVersion: model,
      createTime: new Date((created ?? now) * 1000).toISOString(),
      responseId: id === '' ? ownId : id,
    }
    return this.#answer
  }

  #pieces(parts: readonly Part[]): string {
    const pieces = answerParts(parts)
    return pieces.length === 0 ? '' : this.#chunk(pieces, {}, {})
  }

  #chunk(pieces: readonly JsonObject[], candidate: JsonObject, more: JsonObject): string {
    const content = { role: 'model', parts: pieces }
    return frame({
      candidates: [{ content, index: 0, ...candidate }],
      ...more,
      ...this.#start('', null),
    })
  }

  #begin(index: number, part: Part): string {
    this.#open.set(index, part)
    if (part.kind === 'tool-call' || (part.kind === 'thinking' && part.text === '')) return ''
    if ((part.kind === 'text' || part.kind === 'refusal') && part.text === '') return ''
    return this.#pieces([part])
  }

  #think(index: number, text: string): string {
    const open = this.#open.get(index)
    if (open?.kind !== 'thinking' || text === '') return ''
    return this.#pieces([unsigned(open, text)])
  }

  #sign(index: number, signature: string): string {
    const open = this.#open.get(index)
    if (open?.kind === 'tool-call') this.#open.set(index, { ...open, signature })
    if (open?.kind !== 'thinking' || open.protocol !== 'gemini') return ''
    return this.#pieces([{ kind: 'thinking', protocol: 'gemini', text: '', signature }])
  }

  #grow(index: number, text: string): string {
    const open = this.#open.get(index)
    if (open?.kind === 'tool-call')
      this.#open.set(index, { ...open, arguments: open.arguments + text })
    return ''
  }

  #finish(index: number): string {
    const open = this.#open.get(index)
    this.#open.delete(index)
    return open?.kind === 'tool-call' ? this.#pieces([open]) : ''
  }

  #end(): string {
    const stop = this.#stop ?? { reason: 'stop', raw: null }
    const usage = this.#usage === null ? {} : { usageMetadata: writeUsage(this.#usage) }
    const last = this.#chunk([{ text: '' }], writeFinish(stop), usage)
    this.#isOver = true
    return last
  }
}

function unsigned({ protocol }: ThinkingPart, text: string): ThinkingPart {
  return protocol === undefined ? { kind: 'thinking', text } : { kind: 'thinking', protocol, text }
}

function frame(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}
