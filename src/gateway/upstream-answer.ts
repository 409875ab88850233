import {
  type Answer,
  type JsonObject,
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
    return codec.readAnswer(JSON.parse(text) as JsonObject)
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof SyntaxError)) throw error
    // An error with status 200, or something that is no answer of a model at all.
    const { class: kind, code, message } = codec.readError(200, text)
    return { ...transportFailure(message.slice(0, 500), false), class: kind, code }
  }
}

/** What an answer with an error status means. */
export async function readFailure(
  codec: ProtocolCodec,
  { status, headers }: AttemptHead,
  attempt: Attempt,
  now: number,
): Promise<Failure> {
  const body = await errorBody(attempt)
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
