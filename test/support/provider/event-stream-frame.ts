import { EventStreamCodec } from '@smithy/eventstream-codec'
import { type Carries, type Frame, frame } from './frame.ts'

const codec = new EventStreamCodec(
  (input) => (typeof input === 'string' ? input : Buffer.from(input).toString('utf8')),
  (input) => Buffer.from(input, 'utf8'),
)

interface EventHeaders {
  readonly ':message-type': 'event' | 'exception'
  readonly ':event-type'?: string
  readonly ':exception-type'?: string
}

/** One message of Amazon's binary event stream, framed and checksummed by AWS's own library. */
export function eventStreamFrame(carries: Carries, headers: EventHeaders, body: string): Frame {
  const all = { ...headers, ':content-type': 'application/json' }
  const bytes = codec.encode({
    headers: Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name, { type: 'string', value }]),
    ),
    body: Buffer.from(body, 'utf8'),
  })
  return frame(carries, Buffer.from(bytes))
}
