import type { ProtocolCodec } from '../protocol-codec.ts'
import { carries } from './carries.ts'
import { readError, writeError } from './errors.ts'
import { readAnswer } from './read-answer.ts'
import { readRequest } from './read-request.ts'
import { withoutForeignThoughts } from './foreign-thoughts.ts'
import { createReader } from './stream-reader.ts'
import { createWriter, messagesLastWord } from './stream-writer.ts'
import { threads } from './threads.ts'
import { writeAnswer } from './write-answer.ts'
import { writeRequest } from './write-request.ts'

/** Anthropic's Messages API, version 2023-06-01. */
export const anthropicMessages: ProtocolCodec = {
  protocol: 'anthropic-messages',
  carries,
  takesThoughtsOf: ['bedrock-converse'],
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader,
  lastWord: messagesLastWord,
  createWriter,
  readError,
  writeError,
  withoutForeignThoughts,
  threads,
  requestIdLine: 'request-id',
}
