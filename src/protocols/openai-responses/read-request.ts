import { BodyFields } from '../body-fields.ts'
import type { JsonObject, ModelRequest, OutputFormat, Reasoning } from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { readConversation } from './read-input.ts'
import { readTools } from './read-tools.ts'

/** In `include`: probabilities of the tokens of the answer. */
export const includedLogprobs = 'message.output_text.logprobs'

/** What the provider keeps for the caller and no other one has: without it the answer would be another. */
const keptByProvider = ['conversation', 'prompt'] as const

export function readRequest(body: JsonObject): ModelRequest {
  const fields = new BodyFields(body, '')
  const notes = new RequestNotes()
  for (const name of keptByProvider) if (fields.has(name)) notes.refuse(name)
  // Started now and fetched later: there is no stream and no answer to hand over.
  if (body['background'] === true) notes.refuse('background')
  const request = {
    ...readSettings(fields, notes),
    ...readConversation(fields, notes),
    ...readTools(fields, notes),
    ...readText(fields, notes),
    reasoning: readReasoning(fields, notes),
    logprobs: readLogprobs(fields, notes),
    user: readUser(fields, notes),
  }
  notes.leaveRest(fields)
  return present({
    ...request,
    protocol: 'openai-responses' as const,
    unknown: notes.unknown,
    refused: notes.refused,
    written: notes.written,
  })
}

function readSettings(fields: BodyFields, notes: RequestNotes) {
  const settings = {
    model: fields.text('model'),
    isStream: fields.flagOrNone('stream') ?? false,
    maxOutputTokens: fields.numberOrNone('max_output_tokens'),
    temperature: fields.numberOrNone('temperature'),
    topP: fields.numberOrNone('top_p'),
    parallelToolCalls: fields.flagOrNone('parallel_tool_calls'),
    metadata: fields.plainOrNone('metadata'),
    serviceTier: fields.textOrNone('service_tier'),
    store: fields.flagOrNone('store'),
    previousResponseId: fields.textOrNone('previous_response_id'),
    promptCacheKey: fields.textOrNone('prompt_cache_key'),
  }
  if (settings.maxOutputTokens !== undefined) notes.uses('max-output-tokens', 'max_output_tokens')
  if (settings.temperature !== undefined) notes.uses('temperature', 'temperature')
  if (settings.topP !== undefined) notes.uses('top-p', 'top_p')
  if (settings.parallelToolCalls !== undefined)
    notes.uses('parallel-tool-calls', 'parallel_tool_calls')
  if (settings.metadata !== undefined) notes.uses('metadata', 'metadata')
  if (settings.serviceTier !== undefined) notes.uses('service-tier', 'service_tier')
  if (settings.store !== undefined) notes.uses('store', 'store')
  if (settings.previousResponseId !== undefined)
    notes.uses('previous-response', 'previous_response_id')
  if (settings.promptCacheKey !== undefined) notes.uses('prompt-cache-key', 'prompt_cache_key')
  return settings
}

function readText(fields: BodyFields, notes: RequestNotes) {
  const text = fields.objectOrNone('text')
  if (text === undefined) return {}
  const verbosity = text.textOrNone('verbosity')
  if (verbosity !== undefined) notes.uses('verbosity', 'text.verbosity')
  const format = text.objectOrNone('format')
  const output = format === undefined ? undefined : readFormat(format, notes)
  if (format !== undefined) notes.leaveRest(format)
  notes.leaveRest(text)
  return { verbosity, output }
}

function readFormat(format: BodyFields, notes: RequestNotes): OutputFormat {
  const type = format.text('type')
  switch (type) {
    case 'text':
      return { kind: 'text' }
    case 'json_object':
      notes.uses('json-output', 'text.format')
      return { kind: 'json' }
    case 'json_schema':
      notes.uses('json-schema-output', 'text.format')
      return present({
        kind: 'json-schema' as const,
        name: format.textOrNone('name'),
        description: format.textOrNone('description'),
        schema: schemaOf(format),
        strict: format.flagOrNone('strict'),
      })
    default:
      throw new ProtocolError(
        'text.format.type',
        `\`text.format.type\` is \`${type}\`, which is unknown`,
      )
  }
}

function schemaOf(format: BodyFields): JsonObject {
  format.object('schema')
  return format.plainOrNone('schema') ?? {}
}

function readReasoning(fields: BodyFields, notes: RequestNotes): Reasoning | undefined {
  const reasoning = fields.objectOrNone('reasoning')
  if (reasoning === undefined) return undefined
  const effort = reasoning.textOrNone('effort')
  const older = reasoning.textOrNone('generate_summary')
  const summary = reasoning.textOrNone('summary') ?? older
  notes.leaveRest(reasoning)
  if (effort === undefined && summary === undefined) return undefined
  notes.uses('reasoning', effort === undefined ? 'reasoning' : 'reasoning.effort')
  if (summary !== undefined) notes.uses('reasoning-summary', 'reasoning.summary')
  return present({ isOn: effort !== 'none', effort, summary })
}

function readLogprobs(fields: BodyFields, notes: RequestNotes): number | undefined {
  const include = fields.peek('include')
  const isAsked = Array.isArray(include) && include.includes(includedLogprobs)
  if (!isAsked) return undefined
  notes.uses('logprobs', 'include')
  // With others beside it, all of it stays among what the superset has no word for.
  if (include.length === 1) fields.any('include')
  return fields.numberOrNone('top_logprobs') ?? 0
}

/** `user` is the older name. */
function readUser(fields: BodyFields, notes: RequestNotes): string | undefined {
  const name = fields.has('safety_identifier') ? 'safety_identifier' : 'user'
  const user = fields.textOrNone(name)
  if (user !== undefined) notes.uses('user', name)
  return user
}
