import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Protocol } from '../exchange.ts'
import { isSealedMark } from '../sealed-mark.ts'

/** Makers whose signatures this protocol takes: on Bedrock it is the same one. */
export const ownMakers: readonly Protocol[] = ['anthropic-messages', 'bedrock-converse']

/**
 * The body of a request without thoughts that Anthropic did not make, which it would refuse with 400; the same object
 * when there are none. For requests whose bytes are otherwise forwarded as they are.
 */
export function withoutForeignThoughts(body: JsonObject): JsonObject {
  const { messages } = body
  if (!isList(messages) || !messages.some(hasForeignThought)) return body
  const left = messages.flatMap((message) => {
    if (!isObject(message) || !isList(message['content']) || !hasForeignThought(message))
      return [message]
    const content = message['content'].filter((block) => !isForeignThought(block))
    return content.length === 0 ? [] : [{ ...message, content }]
  })
  return { ...body, messages: left }
}

function hasForeignThought(message: JsonValue): boolean {
  return (
    isObject(message) && isList(message['content']) && message['content'].some(isForeignThought)
  )
}

function isForeignThought(block: JsonValue): boolean {
  if (!isObject(block)) return false
  const { type, signature, data } = block
  if (type === 'thinking')
    return typeof signature !== 'string' || signature === '' || isSealedMark(signature)
  return type === 'redacted_thinking' && typeof data === 'string' && isSealedMark(data)
}
