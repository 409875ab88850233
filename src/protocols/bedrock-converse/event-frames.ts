import { EventStreamCodec, type Message, type MessageHeaders } from '@smithy/eventstream-codec'
import { protocolLimits } from '../limits.ts'

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
)

/** Lengths, their checksum and that of the whole: the least that a frame has. */
const frameBytesMin = 16
const lengthBytes = 4

export interface Frame {
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
}

/** Takes `application/vnd.amazon.eventstream` apart as the bytes come, wherever these are cut. Throws for damaged frames. */
export class FrameScanner {
  #pieces: Uint8Array[] = []
  #bytes = 0

  /** Of a frame something has come, and its end has not. */
  get isWithin(): boolean {
    return this.#bytes > 0
  }

  /** Each frame is handed on as soon as it is whole, so that damage behind it does not take it along. */
  push(chunk: Uint8Array, take: (frame: Frame) => void): void {
    if (chunk.length > 0) {
      // The caller may use its buffer again.
      this.#pieces.push(Uint8Array.from(chunk))
      this.#bytes += chunk.length
    }
    let next = this.#next()
    while (next !== null) {
      take(next)
      next = this.#next()
    }
  }

  /** Pieces are put together only when all of a frame is there. */
  #next(): Frame | null {
    if (this.#bytes < lengthBytes) return null
    const length = this.#length()
    if (length < frameBytesMin || length > protocolLimits.eventBytesMax)
      throw new RangeError(`a frame of ${String(length)} bytes`)
    if (this.#bytes < length) return null
    const all = this.#joined()
    this.#pieces = length === all.length ? [] : [all.subarray(length)]
    this.#bytes -= length
    const { headers, body } = codec.decode(all.subarray(0, length))
    return { headers: texts(headers), body }
  }

  #length(): number {
    const [first] = this.#pieces
    const start = first !== undefined && first.length >= lengthBytes ? first : this.#joined()
    return new DataView(start.buffer, start.byteOffset, lengthBytes).getUint32(0)
  }

  #joined(): Uint8Array {
    const [first] = this.#pieces
    if (first !== undefined && this.#pieces.length === 1) return first
    const all = Buffer.concat(this.#pieces)
    this.#pieces = [all]
    return all
  }
}

/** Headers of other types than text are not used here. */
function texts(headers: MessageHeaders): Frame['headers'] {
  const entries = Object.entries(headers).map(([name, { value }]) => [name, String(value)])
  return Object.fromEntries(entries) as Frame['headers']
}

/** A frame, each byte one character. */
export function writeFrame(headers: Frame['headers'], body: string): string {
  const message: Message = { headers: {}, body: Buffer.from(body, 'utf8') }
  for (const [name, value] of Object.entries(headers))
    message.headers[name] = { type: 'string', value }
  return Buffer.from(codec.encode(message)).toString('latin1')
}
