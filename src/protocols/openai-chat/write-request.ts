import { isObject } from '../body-fields.ts'
import type {
  Feature,
  FunctionTool,
  JsonObject,
  JsonValue,
  ModelRequest,
  OutputFormat,
  Tool,
  ToolChoice,
} from '../exchange.ts'
import { present } from '../present.ts'
import type { WriteOptions, WrittenRequest } from '../protocol-codec.ts'
import { effortOf } from '../reasoning-effort.ts'
import { withUnknownMembers } from '../unknown-members.ts'
import { ownMembers } from './write-content.ts'
import { writeMessages } from './write-messages.ts'
import { type Writing, writingFor } from './writing.ts'

/** Where the caller's protocol is this one, the words that the caller chose are chosen again. */
export function writeRequest(request: ModelRequest, options: WriteOptions): WrittenRequest {
  const writing = writingFor(request, options.provider)
  const body = {
    model: options.model,
    messages: writeMessages(request, writing),
    ...writeTools(request, writing),
    ...writeSettings(request, options, writing),
    ...writeStream(request, writing),
  }
  return {
    path: '/chat/completions',
    headers: {},
    body: writing.isOwn ? withUnknownMembers(body, request.unknown) : body,
  }
}

function writeSettings(request: ModelRequest, options: WriteOptions, writing: Writing): JsonObject {
  const { isOwn, dialect, takes } = writing
  const taken = <T>(feature: Feature, value: T | undefined) => (takes(feature) ? value : undefined)
  const maxTokens = ownWord(request, writing, 'max-output-tokens', dialect.maxTokens)
  const { reasoning, output, logprobs } = request
  const withLogprobs = logprobs !== undefined && takes('logprobs')
  return present({
    [maxTokens]: maxTokensOf(request, options, writing),
    temperature: unlessDefault(request.temperature, writing),
    top_p: unlessDefault(request.topP, writing),
    top_k: taken('top-k', request.topK),
    [isOwn ? 'seed' : dialect.seed]: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    logit_bias: taken('logit-bias', request.logitBias),
    logprobs: withLogprobs ? true : undefined,
    top_logprobs: withLogprobs && logprobs > 0 ? logprobs : undefined,
    n: isOwn ? request.n : undefined,
    stop: request.stop,
    reasoning_effort: reasoning === undefined ? undefined : (effortOf(reasoning) ?? 'medium'),
    verbosity: taken('verbosity', request.verbosity),
    response_format: output === undefined ? undefined : writeOutput(output),
    [ownWord(request, writing, 'user', 'user')]: taken('user', request.user),
    metadata: taken('metadata', request.metadata),
    service_tier: taken('service-tier', request.serviceTier),
    store: taken('store', request.store),
    prompt_cache_key: taken('prompt-cache-key', request.promptCacheKey),
  }) as JsonObject
}

/** OpenAI's models are at 1 unasked, and those that think refuse to be asked for anything. */
function unlessDefault(value: number | undefined, { isOwn, dialect }: Writing): number | undefined {
  return value === 1 && !isOwn && dialect.hasDefaultOfOne ? undefined : value
}

/** More than the model can write is refused, and would not be written. */
function maxTokensOf(
  { maxOutputTokens }: ModelRequest,
  options: WriteOptions,
  { isOwn }: Writing,
): number | undefined {
  if (maxOutputTokens === undefined || isOwn || options.maxOutputTokens === null)
    return maxOutputTokens
  return Math.min(maxOutputTokens, options.maxOutputTokens)
}

function ownWord(
  { written }: ModelRequest,
  { isOwn }: Writing,
  feature: Feature,
  otherwise: string,
): string {
  return (isOwn ? written.get(feature) : undefined) ?? otherwise
}

/** How tools may be called is told only where there are any: it is refused otherwise. */
function writeTools(request: ModelRequest, writing: Writing): JsonObject {
  const { toolChoice, parallelToolCalls } = request
  const tools = request.tools.flatMap((tool) => writeTool(tool, writing))
  if (tools.length === 0 && !writing.isOwn) return {}
  return present({
    tools: tools.length === 0 ? undefined : tools,
    tool_choice: toolChoice === undefined ? undefined : writeToolChoice(toolChoice),
    parallel_tool_calls: parallelToolCalls,
  }) as JsonObject
}

function writeTool(tool: Tool, writing: Writing): readonly JsonObject[] {
  if (tool.kind === 'provider') return tool.protocol === 'openai-chat' ? [tool.value] : []
  const { function: more, ...own } = ownMembers(tool, writing)
  return [{ type: 'function', function: writeFunction(tool, more), ...own }]
}

function writeFunction(tool: FunctionTool, more: JsonValue | undefined): JsonObject {
  const { name, description, parameters, strict } = tool
  const definition = present({ name, description, parameters, strict })
  return isObject(more) ? { ...definition, ...more } : definition
}

function writeToolChoice(choice: ToolChoice): JsonValue {
  return choice.kind === 'tool'
    ? { type: 'function', function: { name: choice.name } }
    : choice.kind
}

function writeOutput(output: OutputFormat): JsonObject {
  switch (output.kind) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      const { name = 'answer', description, schema, strict } = output
      return { type: 'json_schema', json_schema: present({ name, description, schema, strict }) }
    }
  }
}

/** For another caller usage is always asked for: its protocol tells it unasked. */
function writeStream(request: ModelRequest, { isOwn, dialect }: Writing): JsonObject {
  if (!request.isStream) return {}
  const asks = isOwn ? request.streamUsage : dialect.hasStreamOptions ? true : undefined
  return {
    stream: true,
    ...(asks === undefined ? {} : { stream_options: { include_usage: asks } }),
  }
}
