import type { ProtocolCodec } from '../protocol-codec.ts'
import { carries } from './carries.ts'
import { dialectOf } from './dialects.ts'
import { readError, writeError } from './errors.ts'
import { readAnswer } from './read-answer.ts'
import { readRequest } from './read-request.ts'
import { ChatStreamReader } from './stream-reader.ts'
import { chatLastWord, ChatStreamWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'
import { writeRequest } from './write-request.ts'

/** OpenAI Chat Completions, and the servers that call themselves compatible with them. */
export const openaiChat: ProtocolCodec = {
  protocol: 'openai-chat',
  requestIdLine: 'x-request-id',
  carries,
  forProvider: (provider) => {
    const dialect = dialectOf(provider)
    return {
      carries: { ...carries, ...dialect.carries },
      takesThoughtsOf: dialect.thoughts === null ? [] : ['openai-chat'],
    }
  },
  isAlike: (provider, other) => dialectOf(provider) === dialectOf(other),
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader: () => new ChatStreamReader(),
  lastWord: chatLastWord,
  createWriter: (context) => new ChatStreamWriter(context),
  readError,
  writeError,
}
