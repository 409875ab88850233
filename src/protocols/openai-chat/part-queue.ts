import type { Part, StreamEvent } from '../exchange.ts'
import { present } from '../present.ts'

/** What is spoken: it is complete as soon as something else begins. */
export type SpokenKind = 'text' | 'thinking' | 'refusal'

interface SpokenPart {
  readonly index: number
  readonly kind: SpokenKind
  readonly start: Part
  /** Not yet told. */
  waiting: string
}

/** A call of a tool as its pieces come. */
export interface CallPart {
  readonly index: number
  readonly kind: 'tool-call'
  id: string
  name: string
  signature: string | undefined
  arguments: string
  /** Of the arguments, not yet told. */
  waiting: string
  state: 'waiting' | 'started' | 'ended'
}

/** What comes whole. */
interface WholePart {
  readonly index: number
  readonly kind: 'whole'
  readonly start: Part
}

type QueuedPart = SpokenPart | CallPart | WholePart

/**
 * In this protocol the pieces of several calls may come in any order; in others a part ends before the next begins. So
 * only the first unfinished part is told piece by piece, and what comes for the others waits its turn.
 */
export class PartQueue {
  #count = 0
  #told: QueuedPart | null = null
  readonly #waiting: QueuedPart[] = []

  get count(): number {
    return this.#count
  }

  /** A piece of text, of thought, or of a refusal. */
  speak(kind: SpokenKind, text: string, events: StreamEvent[]): void {
    const last = this.#waiting.at(-1) ?? this.#told
    if (last?.kind !== kind) {
      const start: Part =
        kind === 'thinking' ? { kind, protocol: 'openai-chat', text: '' } : { kind, text: '' }
      this.#add({ index: this.#count, kind, start, waiting: text }, events)
    } else if (last === this.#told) events.push({ kind, index: last.index, text })
    else last.waiting += text
  }

  /** The text that is being told, for what belongs to one; begun if there is none. */
  textIndex(events: StreamEvent[]): number {
    if (this.#told?.kind !== 'text') this.speak('text', '', events)
    return this.#waiting.at(-1)?.index ?? this.#told?.index ?? 0
  }

  /** The thought that is being told; null: none is. */
  get thinkingIndex(): number | null {
    return this.#told?.kind === 'thinking' ? this.#told.index : null
  }

  addWhole(start: Part, events: StreamEvent[]): void {
    this.#add({ index: this.#count, kind: 'whole', start }, events)
  }

  addCall(id: string, events: StreamEvent[]): CallPart {
    const call: CallPart = {
      index: this.#count,
      kind: 'tool-call',
      id,
      name: '',
      signature: undefined,
      arguments: '',
      waiting: '',
      state: 'waiting',
    }
    this.#add(call, events)
    return call
  }

  /** Something was added to a call. False: it came after the call had ended. */
  grow(call: CallPart, text: string, events: StreamEvent[]): boolean {
    if (call.state === 'ended') return text.trim() === ''
    call.arguments += text
    call.waiting += text
    if (call === this.#told) {
      tellCall(call, events)
      this.#advance(events)
    }
    return true
  }

  finish(events: StreamEvent[]): void {
    while (this.#told !== null) this.#next(events)
  }

  #add(part: QueuedPart, events: StreamEvent[]): void {
    this.#count += 1
    if (this.#told === null) {
      this.#told = part
      tell(part, events)
    } else {
      this.#waiting.push(part)
      this.#advance(events)
    }
  }

  #advance(events: StreamEvent[]): void {
    while (this.#waiting.length > 0 && isComplete(this.#told)) this.#next(events)
  }

  #next(events: StreamEvent[]): void {
    const ended = this.#told
    if (ended !== null) {
      if (ended.kind === 'tool-call') endCall(ended, events)
      events.push({ kind: 'part-end', index: ended.index })
    }
    this.#told = this.#waiting.shift() ?? null
    if (this.#told !== null) tell(this.#told, events)
  }
}

/** A call whose arguments are a whole object gets no more of them. */
function isComplete(part: QueuedPart | null): boolean {
  if (part?.kind !== 'tool-call') return true
  if (!part.arguments.trimEnd().endsWith('}')) return false
  try {
    JSON.parse(part.arguments)
    return true
  } catch {
    return false
  }
}

function tell(part: QueuedPart, events: StreamEvent[]): void {
  if (part.kind === 'tool-call') return tellCall(part, events)
  events.push({ kind: 'part-start', index: part.index, part: part.start })
  if (part.kind !== 'whole' && part.waiting !== '')
    events.push({ kind: part.kind, index: part.index, text: part.waiting })
}

/** A call is begun once it has a name. */
function tellCall(call: CallPart, events: StreamEvent[]): void {
  if (call.state === 'waiting') {
    if (call.name === '') return
    start(call, events)
  }
  if (call.waiting === '') return
  events.push({ kind: 'arguments', index: call.index, text: call.waiting })
  call.waiting = ''
}

function start(call: CallPart, events: StreamEvent[]): void {
  const { id, name, signature } = call
  const part = present({ kind: 'tool-call' as const, id, name, arguments: '', signature })
  call.state = 'started'
  events.push({ kind: 'part-start', index: call.index, part })
}

function endCall(call: CallPart, events: StreamEvent[]): void {
  if (call.state === 'waiting') start(call, events)
  tellCall(call, events)
  call.state = 'ended'
}
