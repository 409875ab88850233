import { BodyFields } from '../body-fields.ts'
import type { Feature, JsonObject, ModelRequest, OutputFormat, Reasoning } from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { readMessages } from './read-messages.ts'
import { readToolChoice, readTools } from './read-tools.ts'

export function readRequest(body: JsonObject): ModelRequest {
  const fields = new BodyFields(body, '')
  const notes = new RequestNotes()
  const model = fields.text('model')
  const messages = fields.list('messages')
  if (messages.length === 0) throw new ProtocolError('messages', '`messages` is empty')
  const conversation = readMessages(messages, notes)
  const isStream = fields.flagOrNone('stream') ?? false
  const read = {
    model,
    isStream,
    ...conversation,
    tools: readTools(fields, notes),
    toolChoice: readToolChoice(fields, notes),
    output: readOutput(fields, notes),
    reasoning: readReasoning(fields, notes),
    streamUsage: readStreamOptions(fields, notes),
    stop: readStop(fields, notes),
    logprobs: readLogprobs(fields, notes),
    ...readLimits(fields, notes),
    ...readSampling(fields, notes),
    ...readUser(fields, notes),
    ...readKeeping(fields, notes),
  }
  leaveOutputKinds(fields, notes)
  leaveSearch(fields, notes)
  notes.leaveRest(fields)
  const { written, unknown, refused } = notes
  return { ...present(read), protocol: 'openai-chat', written, unknown, refused }
}

/** Notes the feature where the setting is there. */
function used<T>(
  value: T | undefined,
  feature: Feature,
  path: string,
  notes: RequestNotes,
): T | undefined {
  if (value !== undefined) notes.uses(feature, path)
  return value
}

function wholeNumber(fields: BodyFields, name: string, least: number): number | undefined {
  const value = fields.numberOrNone(name)
  if (value !== undefined && (!Number.isInteger(value) || value < least))
    throw new ProtocolError(name, `\`${name}\` is no whole number from ${String(least)} on`)
  return value
}

function readLimits(fields: BodyFields, notes: RequestNotes) {
  const newer = wholeNumber(fields, 'max_completion_tokens', 1)
  const name = newer === undefined ? 'max_tokens' : 'max_completion_tokens'
  // Both at once: the newer word counts and the other is left as unknown.
  const maxOutputTokens = newer ?? wholeNumber(fields, 'max_tokens', 1)
  const n = wholeNumber(fields, 'n', 1)
  if (n !== undefined && n > 1) notes.uses('n', 'n')
  return { maxOutputTokens: used(maxOutputTokens, 'max-output-tokens', name, notes), n }
}

function readSampling(fields: BodyFields, notes: RequestNotes) {
  const number = (name: string, feature: Feature) =>
    used(fields.numberOrNone(name), feature, name, notes)
  return {
    temperature: number('temperature', 'temperature'),
    topP: number('top_p', 'top-p'),
    // Not OpenAI's, and read by most of the compatible servers.
    topK: number('top_k', 'top-k'),
    seed: number('seed', 'seed'),
    presencePenalty: number('presence_penalty', 'presence-penalty'),
    frequencyPenalty: number('frequency_penalty', 'frequency-penalty'),
    logitBias: used(fields.plainOrNone('logit_bias'), 'logit-bias', 'logit_bias', notes),
    parallelToolCalls: used(
      fields.flagOrNone('parallel_tool_calls'),
      'parallel-tool-calls',
      'parallel_tool_calls',
      notes,
    ),
    verbosity: used(fields.textOrNone('verbosity'), 'verbosity', 'verbosity', notes),
  }
}

/** `safety_identifier` is the newer word for what providers watch for abuse. */
function readUser(fields: BodyFields, notes: RequestNotes) {
  const name = fields.has('user') ? 'user' : 'safety_identifier'
  return { user: used(fields.textOrNone(name), 'user', name, notes) }
}

function readKeeping(fields: BodyFields, notes: RequestNotes) {
  return {
    metadata: used(fields.plainOrNone('metadata'), 'metadata', 'metadata', notes),
    serviceTier: used(fields.textOrNone('service_tier'), 'service-tier', 'service_tier', notes),
    store: used(fields.flagOrNone('store'), 'store', 'store', notes),
    promptCacheKey: used(
      fields.textOrNone('prompt_cache_key'),
      'prompt-cache-key',
      'prompt_cache_key',
      notes,
    ),
  }
}

function readStop(fields: BodyFields, notes: RequestNotes): readonly string[] | undefined {
  const value = fields.any('stop')
  if (value === undefined) return undefined
  const stop = typeof value === 'string' ? [value] : fields.list('stop')
  const texts = stop.filter((one) => typeof one === 'string')
  if (texts.length < stop.length)
    throw new ProtocolError('stop', '`stop` is neither a text nor a list of texts')
  return texts.length === 0 ? undefined : used(texts, 'stop', 'stop', notes)
}

function readLogprobs(fields: BodyFields, notes: RequestNotes): number | undefined {
  if (fields.flagOrNone('logprobs') !== true) return undefined
  return used(wholeNumber(fields, 'top_logprobs', 0) ?? 0, 'logprobs', 'logprobs', notes)
}

function readReasoning(fields: BodyFields, notes: RequestNotes): Reasoning | undefined {
  const effort = used(fields.textOrNone('reasoning_effort'), 'reasoning', 'reasoning_effort', notes)
  return effort === undefined ? undefined : { isOn: effort !== 'none', effort }
}

function readStreamOptions(fields: BodyFields, notes: RequestNotes): boolean | undefined {
  const options = fields.objectOrNone('stream_options')
  const isAsked = options?.flagOrNone('include_usage')
  if (options !== undefined) notes.leaveRest(options)
  return isAsked
}

function readOutput(fields: BodyFields, notes: RequestNotes): OutputFormat | undefined {
  const format = fields.objectOrNone('response_format')
  if (format === undefined) return undefined
  const type = format.text('type')
  const output = outputOf(type, format, notes)
  if (output === undefined) {
    notes.leave(format.path, fields.any(format.path) ?? null)
    notes.refuse(format.path)
  } else notes.leaveRest(format)
  if (output?.kind === 'json') notes.uses('json-output', format.path)
  if (output?.kind === 'json-schema') notes.uses('json-schema-output', format.path)
  return output
}

/** Undefined: a grammar or whatever else a server has of its own. */
function outputOf(type: string, format: BodyFields, notes: RequestNotes): OutputFormat | undefined {
  if (type === 'text') return { kind: 'text' }
  if (type === 'json_object') {
    // llama.cpp, Together and others take the schema here.
    const schema = format.plainOrNone('schema')
    return schema === undefined ? { kind: 'json' } : { kind: 'json-schema', schema }
  }
  if (type !== 'json_schema') return undefined
  const inner = format.object('json_schema')
  const output = present({
    kind: 'json-schema' as const,
    name: inner.textOrNone('name'),
    description: inner.textOrNone('description'),
    schema: inner.plainOrNone('schema') ?? {},
    strict: inner.flagOrNone('strict'),
  })
  notes.leaveRest(inner)
  return output
}

/** An answer that is heard is another answer; text alone is what everybody gives. */
function leaveOutputKinds(fields: BodyFields, notes: RequestNotes): void {
  const modalities = fields.listOrNone('modalities')
  if (modalities === undefined || modalities.every((one) => one === 'text')) return
  notes.leave('modalities', modalities)
  notes.refuse('modalities')
}

function leaveSearch(fields: BodyFields, notes: RequestNotes): void {
  const search = fields.any('web_search_options')
  if (search === undefined) return
  notes.leave('web_search_options', search)
  notes.refuse('web_search_options')
}
