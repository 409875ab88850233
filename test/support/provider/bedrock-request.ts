import {
  isObject,
  jsonOrNull,
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
  type ToolChoice,
} from './model-request.ts'
import type { Incoming } from './wire.ts'

const modelPath = /\/model\/([^/]+)\/(converse|converse-stream|count-tokens)$/

export function readBedrockRequest(incoming: Incoming): ModelRequest | null {
  const { path, method, body } = incoming
  if (method === 'GET') return readListing(path, body)
  const [, id, verb] = modelPath.exec(path) ?? []
  if (id === undefined) return null
  const isCount = verb === 'count-tokens'
  const conversation = isCount ? objectOf(objectOf(body['input'])['converse']) : body
  return {
    ...requestOf(conversation, isCount ? 'count-tokens' : 'generate'),
    model: decodeURIComponent(id),
    isStream: verb === 'converse-stream',
    body,
  }
}

function readListing(path: string, body: JsonObject): ModelRequest | null {
  if (path.endsWith('/foundation-models')) return requestOf(body, 'list-models')
  const [, shown] = /\/foundation-models\/([^/]+)$/.exec(path) ?? []
  return shown === undefined
    ? null
    : { ...requestOf(body, 'show-model'), model: decodeURIComponent(shown) }
}

function requestOf(body: JsonObject, operation: Operation): ModelRequest {
  const inference = objectOf(body['inferenceConfig'])
  const tools = objectOf(body['toolConfig'])
  const system = listOf(body['system']).map((block) => textOrNull(objectOf(block)['text']) ?? '')
  return {
    ...plainRequest('bedrock-converse', body),
    operation,
    messages: [
      ...(system.length === 0 ? [] : [message('system', system.join('\n'))]),
      ...listOf(body['messages']).map((one) => messageOf(objectOf(one))),
    ],
    tools: listOf(tools['tools'])
      .map((tool) => objectOf(objectOf(tool)['toolSpec']))
      .map((tool) => ({
        name: textOrNull(tool['name']) ?? '',
        schema: objectOf(tool['inputSchema'])['json'] ?? {},
      }))
      .filter((tool) => tool.name !== ''),
    toolChoice: choiceOf(objectOf(tools['toolChoice'])),
    maxTokens: numberOrNull(inference['maxTokens']),
    stopSequences: textsOf(inference['stopSequences']),
    outputSchema: schemaOf(objectOf(objectOf(body['outputConfig'])['textFormat'])),
  }
}

function messageOf(one: JsonObject): Message {
  const blocks = listOf(one['content']).map(objectOf)
  return message(
    one['role'] === 'assistant' ? 'assistant' : 'user',
    blocks.map((block) => textOrNull(block['text']) ?? '').join(''),
    blocks.filter((block) => isObject(block['toolUse'])).length,
    blocks.filter((block) => isObject(block['toolResult'])).length,
  )
}

function choiceOf(choice: JsonObject): ToolChoice {
  const name = textOrNull(objectOf(choice['tool'])['name'])
  if (name !== null) return { name }
  return isObject(choice['any']) ? 'required' : 'auto'
}

/** The schema travels as text here. */
function schemaOf(format: JsonObject): unknown {
  if (format['type'] !== 'json_schema') return null
  const { schema } = objectOf(objectOf(format['structure'])['jsonSchema'])
  return jsonOrNull(Buffer.from(textOrNull(schema) ?? '{}')) ?? {}
}
