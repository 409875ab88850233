import {
  isObject,
  type JsonObject,
  listOf,
  numberOrNull,
  objectOf,
  textOrNull,
  textsOf,
} from './json-reading.ts'
import {
  message,
  type Message,
  type ModelRequest,
  type Operation,
  plainRequest,
  type Role,
  type ToolChoice,
} from './model-request.ts'
import type { Incoming } from './wire.ts'

/** `…/publishers/anthropic/models/NAME:streamRawPredict`, as Vertex serves Claude. */
const vertexPath = /\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/

export function readAnthropicRequest(incoming: Incoming): ModelRequest | null {
  const { path, body } = incoming
  const vertex = vertexPath.exec(path)
  if (vertex !== null) {
    const [, name = '', verb = ''] = vertex
    const isStream = verb === 'streamRawPredict' || body['stream'] === true
    return {
      ...requestOf(body, 'generate'),
      model: decodeURIComponent(name),
      isStream,
    }
  }
  if (path.endsWith('/messages')) return requestOf(body, 'generate')
  if (path.endsWith('/messages/count_tokens')) return requestOf(body, 'count-tokens')
  if (incoming.headers['anthropic-version'] === undefined || incoming.method !== 'GET') return null
  if (path.endsWith('/models')) return requestOf(body, 'list-models')
  const [, shown] = /\/models\/([^/]+)$/.exec(path) ?? []
  if (shown === undefined) return null
  return { ...requestOf(body, 'show-model'), model: decodeURIComponent(shown) }
}

function requestOf(body: JsonObject, operation: Operation): ModelRequest {
  return {
    ...plainRequest('anthropic-messages', body),
    operation,
    model: textOrNull(body['model']) ?? '',
    isStream: body['stream'] === true,
    messages: [
      ...systemOf(body['system']),
      ...listOf(body['messages']).map((one) => messageOf(objectOf(one))),
    ],
    tools: listOf(body['tools'])
      .map(objectOf)
      .filter((tool) => isObject(tool['input_schema']))
      .map((tool) => ({ name: textOrNull(tool['name']) ?? '', schema: tool['input_schema'] })),
    toolChoice: choiceOf(objectOf(body['tool_choice'])),
    maxTokens: numberOrNull(body['max_tokens']),
    stopSequences: textsOf(body['stop_sequences']),
    outputSchema: schemaOf(body),
  }
}

function systemOf(system: unknown): readonly Message[] {
  const texts = typeof system === 'string' ? [system] : blockTexts(listOf(system))
  return texts.length === 0 ? [] : [message('system', texts.join('\n'))]
}

function messageOf(one: JsonObject): Message {
  const { content } = one
  const role: Role = one['role'] === 'assistant' ? 'assistant' : 'user'
  if (typeof content === 'string') return message(role, content)
  const blocks = listOf(content).map(objectOf)
  return message(
    role,
    blockTexts(blocks).join(''),
    blocks.filter((block) => block['type'] === 'tool_use').length,
    blocks.filter((block) => block['type'] === 'tool_result').length,
  )
}

function blockTexts(blocks: readonly unknown[]): readonly string[] {
  return blocks
    .map(objectOf)
    .filter((block) => block['type'] === 'text')
    .flatMap((block) => textOrNull(block['text']) ?? [])
}

function choiceOf(choice: JsonObject): ToolChoice {
  const name = textOrNull(choice['name'])
  if (choice['type'] === 'tool' && name !== null) return { name }
  if (choice['type'] === 'any') return 'required'
  return choice['type'] === 'none' ? 'none' : 'auto'
}

/** `output_config.format`, or the earlier beta field `output_format`. */
function schemaOf(body: JsonObject): unknown {
  const format = objectOf(objectOf(body['output_config'])['format'] ?? body['output_format'])
  return format['type'] === 'json_schema' ? (format['schema'] ?? {}) : null
}
