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
  type ToolChoice,
} from './model-request.ts'
import type { Incoming } from './wire.ts'

/** `/v1beta/models/NAME:verb`, and Vertex's `…/publishers/google/models/NAME:verb`. */
const modelPath =
  /\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$/

export function readGeminiRequest(incoming: Incoming): ModelRequest | null {
  const { path, query, headers, method, body } = incoming
  const [, name, verb = ''] = modelPath.exec(path) ?? []
  if (name !== undefined) {
    return {
      ...requestOf(body, operationOf(verb)),
      model: decodeURIComponent(name),
      isStream: verb === 'streamGenerateContent',
      isEventStream: query.get('alt') === 'sse',
    }
  }
  const isGoogle = headers['x-goog-api-key'] !== undefined || query.has('key')
  if (method !== 'GET' || !isGoogle) return null
  if (path.endsWith('/models')) return requestOf(body, 'list-models')
  const [, shown] = /\/models\/([^/]+)$/.exec(path) ?? []
  return shown === undefined
    ? null
    : { ...requestOf(body, 'show-model'), model: decodeURIComponent(shown) }
}

function operationOf(verb: string): Operation {
  if (verb === 'countTokens') return 'count-tokens'
  return verb.toLowerCase().includes('embed') ? 'embed' : 'generate'
}

function requestOf(body: JsonObject, operation: Operation): ModelRequest {
  const config = objectOf(body['generationConfig'])
  return {
    ...plainRequest('gemini', body),
    operation,
    messages: [
      ...systemOf(body['systemInstruction'] ?? body['system_instruction']),
      ...listOf(body['contents']).map((one) => messageOf(objectOf(one))),
    ],
    tools: listOf(body['tools'])
      .flatMap((tool) => listOf(objectOf(tool)['functionDeclarations']))
      .map(objectOf)
      .map((tool) => ({
        name: textOrNull(tool['name']) ?? '',
        schema: tool['parametersJsonSchema'] ?? tool['parameters'] ?? {},
      })),
    toolChoice: choiceOf(objectOf(objectOf(body['toolConfig'])['functionCallingConfig'])),
    maxTokens: numberOrNull(config['maxOutputTokens']),
    stopSequences: textsOf(config['stopSequences']),
    outputSchema: schemaOf(config),
    embedInputs: Math.max(listOf(body['requests']).length, 1),
  }
}

function systemOf(system: unknown): readonly Message[] {
  const text = partTexts(objectOf(system))
  return text === '' ? [] : [message('system', text)]
}

function messageOf(content: JsonObject): Message {
  const parts = listOf(content['parts']).map(objectOf)
  return message(
    content['role'] === 'model' ? 'assistant' : 'user',
    partTexts(content),
    parts.filter((part) => isObject(part['functionCall'])).length,
    parts.filter((part) => isObject(part['functionResponse'])).length,
  )
}

/** What was thought is not part of what was said. */
function partTexts(content: JsonObject): string {
  return listOf(content['parts'])
    .map(objectOf)
    .filter((part) => part['thought'] !== true)
    .map((part) => textOrNull(part['text']) ?? '')
    .join('')
}

function choiceOf(config: JsonObject): ToolChoice {
  const mode = textOrNull(config['mode'])
  const [only] = textsOf(config['allowedFunctionNames'])
  if (mode === 'NONE') return 'none'
  if (mode !== 'ANY') return 'auto'
  return only === undefined ? 'required' : { name: only }
}

function schemaOf(config: JsonObject): unknown {
  const schema = config['responseJsonSchema'] ?? config['responseSchema']
  if (schema !== undefined) return schema
  return config['responseMimeType'] === 'application/json' ? { type: 'object' } : null
}
