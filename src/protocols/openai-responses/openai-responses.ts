import type { ProtocolCodec } from '../protocol-codec.ts'
import { writeError } from '../openai-chat/errors.ts'
import { carries } from './carries.ts'
import { conversations } from './conversation.ts'
import { readError } from './errors.ts'
import { readAnswer } from './read-answer.ts'
import { readRequest } from './read-request.ts'
import { withoutForeignThoughts } from './reasoning-item.ts'
import { ResponsesStreamReader } from './stream-reader.ts'
import { ResponsesStreamWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'
import { writeRequest } from './write-request.ts'

/** OpenAI Responses. */
export const openaiResponses: ProtocolCodec = {
  protocol: 'openai-responses',
  requestIdLine: 'x-request-id',
  carries,
  takesThoughtsOf: ['openai-responses'],
  readRequest,
  withoutForeignThoughts,
  conversations,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader: () => new ResponsesStreamReader(),
  createWriter: (context) => new ResponsesStreamWriter(context),
  readError,
  writeError,
}
