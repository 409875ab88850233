import { type JsonObject, listOf, numberOrNull, objectOf, textOrNull } from './json-reading.ts'
import {
  message,
  type Message,
  type ModelRequest,
  plainRequest,
  type Role,
} from './model-request.ts'
import { openaiToolChoice } from './openai-chat-request.ts'
import type { Incoming } from './wire.ts'

export function readOpenaiResponsesRequest(incoming: Incoming): ModelRequest | null {
  const { path, body, method } = incoming
  if (method !== 'POST' || !path.endsWith('/responses')) return null
  const instructions = textOrNull(body['instructions'])
  return {
    ...plainRequest('openai-responses', body),
    model: textOrNull(body['model']) ?? '',
    isStream: body['stream'] === true,
    messages: [
      ...(instructions === null ? [] : [message('system', instructions)]),
      ...responseInputMessages(body['input']),
    ],
    tools: listOf(body['tools'])
      .map(objectOf)
      .filter((tool) => tool['type'] === 'function')
      .map((tool) => ({ name: textOrNull(tool['name']) ?? '', schema: tool['parameters'] ?? {} })),
    toolChoice: openaiToolChoice(body['tool_choice']),
    maxTokens: numberOrNull(body['max_output_tokens']),
    outputSchema: schemaOf(objectOf(objectOf(body['text'])['format'])),
  }
}

/** Items of a conversation, also those that an earlier response put out. */
export function responseInputMessages(input: unknown): readonly Message[] {
  if (typeof input === 'string') return [message('user', input)]
  return listOf(input).flatMap((item) => itemMessage(objectOf(item)))
}

function itemMessage(item: JsonObject): readonly Message[] {
  if (item['type'] === 'function_call') return [message('assistant', '', 1)]
  if (item['type'] === 'function_call_output') return [message('tool', '', 0, 1)]
  const role = textOrNull(item['role'])
  if (role === null) return []
  const text =
    textOrNull(item['content']) ??
    listOf(item['content'])
      .map((part) => textOrNull(objectOf(part)['text']) ?? '')
      .join('')
  return [message(roleOf(role), text)]
}

function roleOf(role: string): Role {
  if (role === 'assistant') return role
  return role === 'system' || role === 'developer' ? 'system' : 'user'
}

function schemaOf(format: JsonObject): unknown {
  if (format['type'] === 'json_schema') return format['schema'] ?? {}
  return format['type'] === 'json_object' ? { type: 'object' } : null
}
