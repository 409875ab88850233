import { shortDigest } from '../../base/digest.ts'
import type { JsonObject, ModelRequest, OutputFormat, Reasoning } from '../exchange.ts'
import { present } from '../present.ts'
import type { WriteOptions, WrittenRequest } from '../protocol-codec.ts'
import { effortOf } from '../reasoning-effort.ts'
import { withUnknownMembers } from '../unknown-members.ts'
import { includedLogprobs } from './read-request.ts'
import { canBeStrict } from './strict-schema.ts'
import type { Writing } from './write-content.ts'
import { writeConversation } from './write-input.ts'
import { writeTools } from './write-tools.ts'

/** Less is refused. */
const outputTokensMin = 16
/** A longer name of a user is refused. */
const userCharactersMax = 64

export function writeRequest(request: ModelRequest, options: WriteOptions): WrittenRequest {
  const writing = { isOwn: request.protocol === 'openai-responses' }
  const body = {
    model: options.model,
    ...writeConversation(request, writing),
    ...writeTools(request, writing),
    ...writeSettings(request, options, writing),
    ...(request.isStream ? { stream: true } : {}),
  }
  return {
    path: '/responses',
    headers: {},
    body: writing.isOwn ? withUnknownMembers(body, request.unknown) : body,
  }
}

function writeSettings(
  request: ModelRequest,
  options: WriteOptions,
  { isOwn }: Writing,
): JsonObject {
  const own = <T>(value: T) => (isOwn ? value : undefined)
  return present({
    text: writeText(request, isOwn),
    reasoning: writeReasoning(request.reasoning, isOwn),
    max_output_tokens: maxTokensOf(request, options, isOwn),
    temperature: isOwn ? request.temperature : unlessDefault(request.temperature, options),
    top_p: isOwn ? request.topP : unlessDefault(request.topP, options),
    ...(isOwn ? writeLogprobs(request) : includeThoughts(request)),
    ...writeUser(request, isOwn),
    metadata: request.metadata,
    service_tier: own(request.serviceTier),
    // Kept for a month unless told otherwise, which no caller of another protocol expects.
    store: request.store ?? (isOwn ? undefined : false),
    previous_response_id: own(request.previousResponseId),
    prompt_cache_key: request.promptCacheKey,
  }) as JsonObject
}

function writeText({ output, verbosity }: ModelRequest, isOwn: boolean): JsonObject | undefined {
  if (output === undefined && verbosity === undefined) return undefined
  const format = output === undefined ? undefined : writeFormat(output, isOwn)
  return present({ format, verbosity })
}

export function writeFormat(output: OutputFormat, isOwn: boolean): JsonObject {
  switch (output.kind) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      const { name = 'answer', description, schema } = output
      // Elsewhere a schema is held unasked.
      const strict = output.strict ?? (!isOwn && canBeStrict(schema) ? true : undefined)
      return present({ type: 'json_schema', name, description, schema, strict })
    }
  }
}

function writeReasoning(reasoning: Reasoning | undefined, isOwn: boolean): JsonObject | undefined {
  if (reasoning === undefined) return undefined
  const effort = effortOf(reasoning)
  const summary = isOwn ? reasoning.summary : summaryOf(reasoning.summary)
  return effort === undefined && summary === undefined ? undefined : present({ effort, summary })
}

/** Other words for how much is shown are `auto` here, and those for nothing are nothing. */
function summaryOf(word: string | undefined): string | undefined {
  if (word === undefined || word === 'omitted' || word === 'none') return undefined
  return word === 'concise' || word === 'detailed' ? word : 'auto'
}

function maxTokensOf(
  { maxOutputTokens }: ModelRequest,
  options: WriteOptions,
  isOwn: boolean,
): number | undefined {
  if (maxOutputTokens === undefined || isOwn) return maxOutputTokens
  const most = options.maxOutputTokens ?? maxOutputTokens
  return Math.max(outputTokensMin, Math.min(maxOutputTokens, most))
}

/** OpenAI's models are at 1 unasked, and those that think refuse to be asked. Of other servers neither is known. */
function unlessDefault(value: number | undefined, { provider }: WriteOptions): number | undefined {
  const isOpenai = provider === undefined || provider === 'openai' || provider === 'azure'
  return value === 1 && isOpenai ? undefined : value
}

function writeLogprobs({ logprobs, unknown }: ModelRequest): JsonObject {
  if (logprobs === undefined) return {}
  return {
    ...(unknown['include'] === undefined ? { include: [includedLogprobs] } : {}),
    ...(logprobs > 0 ? { top_logprobs: logprobs } : {}),
  }
}

/** Thoughts come back whole only when asked for; models that do not think refuse the question. */
function includeThoughts({ reasoning }: ModelRequest): JsonObject {
  return reasoning?.isOn === true ? { include: ['reasoning.encrypted_content'] } : {}
}

/** It serves to know a user again, which a digest does as well. */
function writeUser({ user, written }: ModelRequest, isOwn: boolean): JsonObject {
  if (user === undefined) return {}
  if (isOwn) return { [written.get('user') ?? 'safety_identifier']: user }
  return {
    safety_identifier:
      user.length <= userCharactersMax ? user : shortDigest(user, userCharactersMax),
  }
}
