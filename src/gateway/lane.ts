import type { StreamEvent, StreamReader, StreamWriter } from '../protocols/index.ts'
import type { Delivered } from './delivered.ts'
import { Seam } from './seam.ts'
import { StreamFrames } from './stream-frames.ts'

/** A piece for the caller, and what it means. */
export interface LaneStep {
  readonly out: Buffer | string
  readonly events: readonly StreamEvent[]
}

/** The way of a stream from a provider's bytes to the caller's. */
export interface Lane {
  push(chunk: Buffer): readonly LaneStep[]
  /** The provider closed the stream. */
  finish(): readonly LaneStep[]
}

/** Equal protocols: the bytes go through as they came, event by event; they are read beside it to know what they say. */
export function byteLane(reader: StreamReader): Lane {
  const frames = new StreamFrames()
  return {
    push: (chunk) => {
      const steps = frames.push(chunk).map((frame) => ({ out: frame, events: reader.push(frame) }))
      if (frames.isTooLarge) steps.push({ out: Buffer.alloc(0), events: [tooLarge] })
      return steps
    },
    finish: () => {
      const rest = frames.rest()
      const read = rest.length === 0 ? [] : reader.push(rest)
      // An end that is only concluded from the close does not stand in the bytes.
      const concluded = reader.finish().filter(({ kind }) => kind !== 'end')
      // Half an event would spoil what is sent behind it; a whole one may lack its empty line.
      const out = concluded.length === 0 ? Buffer.alloc(0) : Buffer.concat([rest, eventEnd])
      return [{ out, events: [...read, ...concluded] }]
    },
  }
}

const eventEnd = Buffer.from('\n\n')

const tooLarge: StreamEvent = {
  kind: 'error',
  error: { class: 'transport', status: null, code: null, message: 'an event without end' },
}

const otherText: StreamEvent = {
  kind: 'error',
  error: {
    class: 'transport',
    status: null,
    code: 'continuation-mismatch',
    message: 'the answer was begun anew with another text',
  },
}

/** Unequal protocols: step by step through the superset. */
export function translatedLane(reader: StreamReader, writer: StreamWriter): Lane {
  const written = (events: readonly StreamEvent[]): readonly LaneStep[] =>
    events.map((event) => ({ out: writer.write(event), events: [event] }))
  return {
    push: (chunk) => written(reader.push(chunk)),
    finish: () => written(reader.finish()),
  }
}

/**
 * A stream that goes on where another was cut. The writer is brought to where the caller is by all that was delivered;
 * the new provider's parts get the next numbers, its beginning is joined at the seam, its thoughts stay away.
 */
export function continuedLane(
  reader: StreamReader,
  writer: StreamWriter,
  delivered: Delivered,
): Lane {
  for (const event of delivered.events) writer.write(event)
  const continuation = new Continuation(delivered)
  const written = (events: readonly StreamEvent[]): readonly LaneStep[] =>
    events
      .flatMap((event) => continuation.next(event))
      .map((event) => ({ out: writer.write(event), events: [event] }))
  return {
    push: (chunk) => written(reader.push(chunk)),
    finish: () => written(reader.finish()),
  }
}

/** Steps of a continuing provider as steps of the answer that they continue. */
class Continuation {
  readonly #seam: Seam
  readonly #indexes = new Map<number, number>()
  readonly #dropped = new Set<number>()
  #openIndex: number | null
  #nextIndex: number
  /** The part that the seam lies in; null until a text has come. */
  #seamPart: number | null = null
  #isSeamOver = false

  constructor(delivered: Delivered) {
    this.#seam = new Seam(delivered.text)
    this.#openIndex = delivered.openPart?.index ?? null
    this.#nextIndex = delivered.nextIndex
  }

  next(event: StreamEvent): readonly StreamEvent[] {
    switch (event.kind) {
      case 'start':
        // The caller has got one; who goes on is told by a comment.
        return []
      case 'part-start':
        return this.#begin(event)
      case 'text':
        return this.#text(event.index, event.text)
      case 'part-end':
        return this.#end(event.index)
      case 'stop':
      case 'end':
        return [...this.#closeOpen(), event]
      case 'usage':
      case 'error':
      case 'ping':
        return [event]
      case 'arguments':
      case 'citation':
      case 'refusal':
      case 'signature':
      case 'thinking':
        return this.#numbered(event)
    }
  }

  #begin(event: Extract<StreamEvent, { kind: 'part-start' }>): readonly StreamEvent[] {
    if (event.part.kind === 'thinking') {
      this.#dropped.add(event.index)
      return []
    }
    if (event.part.kind === 'text' && this.#openIndex !== null && this.#seamPart === null) {
      this.#indexes.set(event.index, this.#openIndex)
      this.#seamPart = event.index
      return []
    }
    const closed = this.#closeOpen()
    if (event.part.kind === 'text' && this.#seamPart === null) this.#seamPart = event.index
    const index = this.#nextIndex
    this.#nextIndex += 1
    this.#indexes.set(event.index, index)
    this.#openIndex = index
    return [...closed, { ...event, index }]
  }

  #text(theirs: number, text: string): readonly StreamEvent[] {
    const index = this.#indexes.get(theirs)
    if (index === undefined) return []
    const shown = theirs === this.#seamPart && !this.#isSeamOver ? this.#seam.push(text) : text
    if (this.#seam.hasFailed) return [otherText]
    return shown === '' ? [] : [{ kind: 'text', index, text: shown }]
  }

  #end(theirs: number): readonly StreamEvent[] {
    const index = this.#indexes.get(theirs)
    if (index === undefined) return []
    const rest = theirs === this.#seamPart ? this.#restOfSeam(index) : []
    if (this.#openIndex === index) this.#openIndex = null
    return [...rest, { kind: 'part-end', index }]
  }

  #closeOpen(): readonly StreamEvent[] {
    const index = this.#openIndex
    if (index === null) return []
    this.#openIndex = null
    const rest = this.#seamPart === null ? [] : this.#restOfSeam(index)
    return [...rest, { kind: 'part-end', index }]
  }

  #restOfSeam(index: number): readonly StreamEvent[] {
    if (this.#isSeamOver) return []
    this.#isSeamOver = true
    const text = this.#seam.flush()
    if (this.#seam.hasFailed) return [otherText]
    return text === '' ? [] : [{ kind: 'text', index, text }]
  }

  #numbered(event: Extract<StreamEvent, { index: number }>): readonly StreamEvent[] {
    const index = this.#indexes.get(event.index)
    return index === undefined || this.#dropped.has(event.index) ? [] : [{ ...event, index }]
  }
}
