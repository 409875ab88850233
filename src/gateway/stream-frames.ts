import { gatewayLimits } from './limits.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Cuts a stream of server-sent events into whole events without changing a byte: each piece ends with the empty line
 * that ends an event. Lines end with LF, CR or CRLF.
 */
export class StreamFrames {
  #pieces: Buffer[] = []
  #bytes = 0
  /** Bytes of the line that has begun. */
  #lineBytes = 0
  #isAfterReturn = false

  /** An event outgrew the limit. */
  get isTooLarge(): boolean {
    return this.#bytes > gatewayLimits.heldBytesMax
  }

  push(chunk: Buffer): readonly Buffer[] {
    const frames: Buffer[] = []
    let start = 0
    // The second half of a line end whose first half came before.
    let line = this.#isAfterReturn && chunk[0] === lineFeed ? 1 : 0
    this.#isAfterReturn = false
    for (let end = lineEnd(chunk, line); end !== -1; end = lineEnd(chunk, line)) {
      const isEmpty = this.#lineBytes + end - line === 0
      this.#lineBytes = 0
      line = end + 1
      if (chunk[end] === carriageReturn) {
        if (line === chunk.length) this.#isAfterReturn = true
        else if (chunk[line] === lineFeed) line += 1
      }
      if (!isEmpty) continue
      frames.push(this.#joined(chunk.subarray(start, line)))
      start = line
    }
    this.#lineBytes += chunk.length - line
    this.#keep(chunk.subarray(start))
    return frames
  }

  /** What came after the last whole event. */
  rest(): Buffer {
    return this.#joined(Buffer.alloc(0))
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0) return
    this.#pieces.push(rest)
    this.#bytes += rest.length
  }

  #joined(last: Buffer): Buffer {
    if (this.#pieces.length === 0) return last
    const whole = Buffer.concat([...this.#pieces, last])
    this.#pieces = []
    this.#bytes = 0
    return whole
  }
}

function lineEnd(chunk: Buffer, from: number): number {
  const feed = chunk.indexOf(lineFeed, from)
  const back = chunk.indexOf(carriageReturn, from)
  if (back === -1) return feed
  return feed === -1 ? back : Math.min(feed, back)
}
