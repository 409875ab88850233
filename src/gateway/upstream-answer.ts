import {
  type Answer,
  type JsonObject,
  parseExact,
  type ProtocolCodec,
  ProtocolError,
} from '../protocols/index.ts'
import {
  type Attempt,
  type AttemptHead,
  errorBody,
  type Failure,
  retryAfterMs,
  transportFailure,
} from './attempt.ts'

/** An answer that is not streamed, or why it is none. */
export function readAnswer(codec: ProtocolCodec, bytes: Buffer): Answer | Failure {
  const text = bytes.toString('utf8')
  try {
    return codec.readAnswer(parseExact(text) as JsonObject)
  } catch (error) {
    if (error instanceof RangeError) return tooDeep
    if (!(error instanceof ProtocolError) && !(error instanceof SyntaxError)) throw error
    // An error with status 200, or something that is no answer of a model at all.
    const { class: kind, code, message } = codec.readError(200, text)
    return { ...transportFailure(message.slice(0, 500), false), class: kind, code }
  }
}

/** An answer in the caller's protocol as text. */
export function writtenText(write: () => JsonObject): string | Failure {
  try {
    return JSON.stringify(write())
  } catch (error) {
    if (error instanceof RangeError) return tooDeep
    throw error
  }
}

/** Readers and writers go down step by step, and the stack has an end. */
const tooDeep = transportFailure('the answer is nested too deep to be read', false)

/** What an answer with an error status means. */
export async function readFailure(
  codec: ProtocolCodec,
  { status, headers }: AttemptHead,
  attempt: Attempt,
  now: number,
): Promise<Failure> {
  return statusFailure(codec, { status, headers }, await errorBody(attempt), now)
}

/** A redirect is followed by nobody: neither by us, nor by a caller who would send its key there. */
export function statusFailure(
  codec: ProtocolCodec,
  { status, headers }: AttemptHead,
  body: Buffer,
  now: number,
): Failure {
  if (status < 400) return transportFailure(`the provider answered ${status}, a redirect`, false)
  const error = codec.readError(status, body.toString('utf8'))
  return {
    class: error.class,
    status,
    code: error.code,
    message: error.message,
    retryAfterMs: retryAfterMs(headers, now),
    answer: { protocol: codec.protocol, headers, body },
    isSilence: false,
  }
}

export function isStream({ protocol }: ProtocolCodec, { headers }: AttemptHead): boolean {
  const type = String(headers['content-type'] ?? '')
  return type.includes(protocol === 'bedrock-converse' ? 'eventstream' : 'event-stream')
}
