import {
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
import { limits } from './limits.ts'
import type { Incoming } from './wire.ts'

/** Azure names the deployment in the path. */
const azurePath = /\/deployments\/([^/]+)\//

export function readOpenaiChatRequest(incoming: Incoming): ModelRequest | null {
  const { path, body, method } = incoming
  const [, deployment] = azurePath.exec(path) ?? []
  const found = operationOf(path, method)
  if (found === null) return null
  const model = found.model ?? textOrNull(body['model']) ?? decodeURIComponent(deployment ?? '')
  return { ...requestOf(body, found.operation), model }
}

function operationOf(
  path: string,
  method: string,
): { readonly operation: Operation; readonly model?: string } | null {
  if (path.endsWith('/chat/completions')) return { operation: 'generate' }
  if (path.endsWith('/embeddings')) return { operation: 'embed' }
  if (method !== 'GET') return null
  if (path.endsWith('/models')) return { operation: 'list-models' }
  const [, shown] = /\/models\/(.+)$/.exec(path) ?? []
  return shown === undefined ? null : { operation: 'show-model', model: decodeURIComponent(shown) }
}

function requestOf(body: JsonObject, operation: Operation): ModelRequest {
  return {
    ...plainRequest('openai-chat', body),
    operation,
    isStream: body['stream'] === true,
    messages: listOf(body['messages']).map((one) => messageOf(objectOf(one))),
    tools: listOf(body['tools'])
      .map((tool) => objectOf(objectOf(tool)['function']))
      .map((tool) => ({ name: textOrNull(tool['name']) ?? '', schema: tool['parameters'] ?? {} })),
    toolChoice: openaiToolChoice(body['tool_choice']),
    maxTokens: numberOrNull(body['max_completion_tokens']) ?? numberOrNull(body['max_tokens']),
    stopSequences: textsOf(body['stop']),
    outputSchema: schemaOf(objectOf(body['response_format'])),
    isUsageWanted: objectOf(body['stream_options'])['include_usage'] === true,
    areLogprobsWanted: body['logprobs'] === true,
    choices: Math.min(numberOrNull(body['n']) ?? 1, limits.choicesMax),
    embedInputs: embedInputsOf(body['input']),
  }
}

function messageOf(one: JsonObject): Message {
  const role = roleOf(textOrNull(one['role']))
  const { content } = one
  const parts = listOf(content).map(objectOf)
  const text = textOrNull(content) ?? parts.map((part) => textOrNull(part['text']) ?? '').join('')
  return message(role, text, listOf(one['tool_calls']).length, role === 'tool' ? 1 : 0)
}

function roleOf(role: string | null): Role {
  if (role === 'assistant' || role === 'tool') return role
  return role === 'system' || role === 'developer' ? 'system' : 'user'
}

/** Chat names the function one level deeper than Responses does. */
export function openaiToolChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'required') return choice
  const inner = objectOf(choice)
  const name = textOrNull(objectOf(inner['function'])['name']) ?? textOrNull(inner['name'])
  return name === null ? 'auto' : { name }
}

function schemaOf(format: JsonObject): unknown {
  if (format['type'] === 'json_schema') return objectOf(format['json_schema'])['schema'] ?? {}
  return format['type'] === 'json_object' ? { type: 'object' } : null
}

function embedInputsOf(input: unknown): number {
  const list = listOf(input)
  if (list.length === 0 || typeof list[0] === 'number') return input === undefined ? 0 : 1
  return list.length
}
