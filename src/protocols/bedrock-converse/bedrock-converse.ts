import type { ProtocolCodec } from '../protocol-codec.ts'
import { carries, forModel } from './carries.ts'
import { readError, writeError } from './errors.ts'
import { readAnswer } from './read-answer.ts'
import { readRequest } from './read-request.ts'
import { createReader } from './stream-reader.ts'
import { createWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'
import { writeRequest } from './write-request.ts'

/** Converse and ConverseStream of Amazon Bedrock. Callers are not offered it; its own words are written for tests. */
export const bedrockConverse: ProtocolCodec = {
  protocol: 'bedrock-converse',
  carries,
  forModel,
  streamEncoding: 'latin1',
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader,
  createWriter,
  readError,
  writeError,
}
