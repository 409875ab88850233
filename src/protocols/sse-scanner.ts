import { protocolLimits } from './limits.ts'

/** One event of `text/event-stream`. */
export interface SseEvent {
  /** Absent in the stream: the empty text. */
  readonly event: string
  /** Lines of `data` joined by line feeds. */
  readonly data: string
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Takes server-sent events apart as the bytes come, wherever these are cut (WHATWG HTML, 9.2.6): lines end with LF,
 * CR or CRLF, comments are signs of life, an event without `data` is none. Ends of lines are bytes that occur in no
 * longer character of UTF-8, so each line is decoded whole.
 */
export class SseScanner {
  #pieces: Uint8Array[] = []
  #pieceBytes = 0
  #eventBytes = 0
  #isAfterReturn = false
  #isFirstLine = true
  #event = ''
  #data: string[] = []
  #comments = 0
  #isTooLarge = false

  /** Comments seen so far. */
  get comments(): number {
    return this.#comments
  }

  /** An event outgrew the limit; nothing more is read. */
  get isTooLarge(): boolean {
    return this.#isTooLarge
  }

  /** Something of an event came and its end did not. */
  get isWithin(): boolean {
    return this.#pieceBytes > 0 || this.#data.length > 0 || this.#event !== ''
  }

  push(chunk: Uint8Array): readonly SseEvent[] {
    const events: SseEvent[] = []
    let start = 0
    if (this.#isAfterReturn && chunk.length > 0) {
      if (chunk[0] === lineFeed) start = 1
      this.#isAfterReturn = false
    }
    let end = endOfLine(chunk, start)
    while (end !== -1 && !this.#isTooLarge) {
      this.#line(chunk.subarray(start, end), events)
      start = end + 1
      if (chunk[end] === carriageReturn) {
        if (start === chunk.length) this.#isAfterReturn = true
        else if (chunk[start] === lineFeed) start += 1
      }
      end = endOfLine(chunk, start)
    }
    this.#keep(chunk.subarray(start))
    return events
  }

  #keep(rest: Uint8Array): void {
    if (rest.length === 0) return
    // The caller may use its buffer again.
    this.#pieces.push(Uint8Array.from(rest))
    this.#pieceBytes += rest.length
    if (this.#pieceBytes + this.#eventBytes > protocolLimits.eventBytesMax) this.#isTooLarge = true
  }

  #line(last: Uint8Array, events: SseEvent[]): void {
    const bytes = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last])
    this.#pieces = []
    this.#pieceBytes = 0
    this.#eventBytes += bytes.length
    if (this.#eventBytes > protocolLimits.eventBytesMax) this.#isTooLarge = true
    let line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
    if (this.#isFirstLine && line.startsWith('\uFEFF')) line = line.slice(1)
    this.#isFirstLine = false
    if (line === '') this.#dispatch(events)
    else if (line.startsWith(':')) this.#comments += 1
    else this.#field(line)
  }

  #field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') this.#data.push(value)
    else if (name === 'event') this.#event = value
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#data.length > 0) events.push({ event: this.#event, data: this.#data.join('\n') })
    this.#event = ''
    this.#data = []
    this.#eventBytes = 0
  }
}

function endOfLine(chunk: Uint8Array, from: number): number {
  const feed = chunk.indexOf(lineFeed, from)
  const back = chunk.indexOf(carriageReturn, from)
  if (back === -1) return feed
  return feed === -1 ? back : Math.min(feed, back)
}
