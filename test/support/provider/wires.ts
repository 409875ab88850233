import { anthropicWire } from './anthropic-wire.ts'
import { bedrockWire } from './bedrock-wire.ts'
import { geminiWire } from './gemini-wire.ts'
import type { ModelRequest } from './model-request.ts'
import { openaiChatWire } from './openai-chat-wire.ts'
import { openaiResponsesWire } from './openai-responses-wire.ts'
import type { Incoming, Wire } from './wire.ts'

/** The more particular first: a listing that names no vendor is OpenAI's. */
const wires: readonly Wire[] = [
  geminiWire,
  bedrockWire,
  anthropicWire,
  openaiResponsesWire,
  openaiChatWire,
]

/** Which protocol a request speaks, and what it asks for. */
export function recognise(
  incoming: Incoming,
): { readonly wire: Wire; readonly request: ModelRequest } | null {
  for (const wire of wires) {
    const request = wire.read(incoming)
    if (request !== null) return { wire, request }
  }
  return null
}
