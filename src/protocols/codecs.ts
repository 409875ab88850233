import { anthropicMessages } from './anthropic-messages/anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse/bedrock-converse.ts'
import type { Protocol } from './exchange.ts'
import { gemini } from './gemini/gemini.ts'
import { openaiChat } from './openai-chat/openai-chat.ts'
import { openaiResponses } from './openai-responses/openai-responses.ts'
import type { ProtocolCodec } from './protocol-codec.ts'

/** Every wire format that holdfast speaks, by the word that stands in `protocol` of a route. */
export const codecs: Readonly<Record<Protocol, ProtocolCodec>> = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  gemini,
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
}
