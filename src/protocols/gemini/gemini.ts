import type { ProtocolCodec } from '../protocol-codec.ts'
import { carries } from './carries.ts'
import { readError, writeError } from './errors.ts'
import { readAnswer } from './read-answer.ts'
import { readRequest } from './read-request.ts'
import { GeminiStreamReader } from './stream-reader.ts'
import { GeminiStreamWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'
import { writeRequest } from './write-request.ts'

/** Google's `generateContent`, of the Gemini API and of Vertex AI. No caller speaks it to us; the tests do. */
export const gemini: ProtocolCodec = {
  protocol: 'gemini',
  carries,
  takesThoughtsOf: ['gemini'],
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader: () => new GeminiStreamReader(),
  createWriter: (context) => new GeminiStreamWriter(context),
  readError,
  writeError,
}
