import { BodyFields } from '../body-fields.ts'
import type {
  JsonObject,
  ModelRequest,
  OutputFormat,
  Reasoning,
  TextPart,
  Turn,
} from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { jsonSchemaOf } from './open-api-schema.ts'
import { OpenCalls, readPart } from './read-parts.ts'
import { readToolChoice, readTools } from './read-tools.ts'

/** The model, and whether the answer streams, stand in the path; where a body has them too, they are read there. */
export function readRequest(body: JsonObject): ModelRequest {
  const fields = new BodyFields(body, '')
  const notes = new RequestNotes()
  // Without what is kept there the prompt would be another one.
  if (fields.has('cachedContent')) notes.refuse('cachedContent')
  const request = {
    model: fields.textOrNone('model') ?? '',
    isStream: fields.flagOrNone('stream') ?? false,
    system: readSystem(fields, notes),
    turns: readContents(fields, notes),
    tools: readTools(fields, notes),
    toolChoice: readToolChoice(fields, notes),
    serviceTier: fields.textOrNone('serviceTier'),
    store: fields.flagOrNone('store'),
    ...readConfig(fields, notes),
  }
  if (request.serviceTier !== undefined) notes.uses('service-tier', 'serviceTier')
  if (request.store !== undefined) notes.uses('store', 'store')
  notes.leaveRest(fields)
  return present({
    ...request,
    protocol: 'gemini' as const,
    unknown: notes.unknown,
    refused: notes.refused,
    written: notes.written,
  })
}

function readSystem(fields: BodyFields, notes: RequestNotes): readonly TextPart[] {
  const system = fields.objectOrNone('systemInstruction')
  if (system === undefined) return []
  const texts = system.list('parts').map((value, index) => {
    const path = `systemInstruction.parts[${String(index)}]`
    const part = readPart(value, path, '', notes, new OpenCalls())
    if (part.kind === 'text') return part
    throw new ProtocolError(path, `\`${path}\` is something else than a text in instructions`)
  })
  notes.leaveRest(system)
  return texts
}

function readContents(fields: BodyFields, notes: RequestNotes): readonly Turn[] {
  const calls = new OpenCalls()
  return fields.list('contents').map((value, index) => {
    const content = BodyFields.of(value, `contents[${String(index)}]`)
    const role = content.textOrNone('role') ?? 'user'
    const parts = content
      .list('parts')
      .map((part, place) =>
        readPart(
          part,
          `${content.path}.parts[${String(place)}]`,
          `${String(index)}_${String(place)}`,
          notes,
          calls,
        ),
      )
    const extra = notes.leaveRest(content)
    return present({ role: roleOf(role, content), parts, extra })
  })
}

/** Results of calls once had a role of their own. */
function roleOf(role: string, content: BodyFields): 'user' | 'assistant' {
  if (role === 'user' || role === 'function') return 'user'
  if (role === 'model') return 'assistant'
  const path = content.pathOf('role')
  throw new ProtocolError(path, `\`${path}\` is not \`user\` or \`model\``)
}

function readConfig(fields: BodyFields, notes: RequestNotes) {
  const config = fields.objectOrNone('generationConfig')
  if (config === undefined) return {}
  const settings = {
    temperature: config.numberOrNone('temperature'),
    topP: config.numberOrNone('topP'),
    topK: config.numberOrNone('topK'),
    maxOutputTokens: config.numberOrNone('maxOutputTokens'),
    stop: readStop(config),
    seed: config.numberOrNone('seed'),
    presencePenalty: config.numberOrNone('presencePenalty'),
    frequencyPenalty: config.numberOrNone('frequencyPenalty'),
    n: config.numberOrNone('candidateCount'),
    logprobs: readLogprobs(config),
    output: readOutput(config, notes),
    reasoning: readReasoning(config, notes),
  }
  const at = (name: string) => config.pathOf(name)
  if (settings.temperature !== undefined) notes.uses('temperature', at('temperature'))
  if (settings.topP !== undefined) notes.uses('top-p', at('topP'))
  if (settings.topK !== undefined) notes.uses('top-k', at('topK'))
  if (settings.maxOutputTokens !== undefined) notes.uses('max-output-tokens', at('maxOutputTokens'))
  if (settings.stop !== undefined) notes.uses('stop', at('stopSequences'))
  if (settings.seed !== undefined) notes.uses('seed', at('seed'))
  if (settings.presencePenalty !== undefined) notes.uses('presence-penalty', at('presencePenalty'))
  if (settings.frequencyPenalty !== undefined)
    notes.uses('frequency-penalty', at('frequencyPenalty'))
  if (settings.n !== undefined) notes.uses('n', at('candidateCount'))
  if (settings.logprobs !== undefined) notes.uses('logprobs', at('responseLogprobs'))
  notes.leaveRest(config)
  return settings
}

function readStop(config: BodyFields): readonly string[] | undefined {
  return config.listOrNone('stopSequences')?.map((value, index) => {
    if (typeof value === 'string') return value
    const path = `${config.pathOf('stopSequences')}[${String(index)}]`
    throw new ProtocolError(path, `\`${path}\` is not a text`)
  })
}

function readLogprobs(config: BodyFields): number | undefined {
  if (config.peek('responseLogprobs') !== true) return undefined
  config.any('responseLogprobs')
  return config.numberOrNone('logprobs') ?? 0
}

function readOutput(config: BodyFields, notes: RequestNotes): OutputFormat | undefined {
  const mediaType = config.peek('responseMimeType')
  if (mediaType === 'text/plain') {
    config.any('responseMimeType')
    return { kind: 'text' }
  }
  if (mediaType !== 'application/json') {
    // One word out of a list, or whatever is new.
    if (mediaType !== undefined) notes.refuse(config.pathOf('responseMimeType'))
    return undefined
  }
  config.any('responseMimeType')
  const schema = config.plainOrNone('responseJsonSchema')
  const older = config.plainOrNone('responseSchema')
  if (schema === undefined && older === undefined) {
    notes.uses('json-output', config.pathOf('responseMimeType'))
    return { kind: 'json' }
  }
  const name = schema === undefined ? 'responseSchema' : 'responseJsonSchema'
  notes.uses('json-schema-output', config.pathOf(name))
  return { kind: 'json-schema', schema: schema ?? jsonSchemaOf(older ?? {}) }
}

function readReasoning(config: BodyFields, notes: RequestNotes): Reasoning | undefined {
  const whole = config.plainOrNone('thinkingConfig')
  const thinking = config.objectOrNone('thinkingConfig')
  if (thinking === undefined || whole === undefined) return undefined
  const budget = thinking.numberOrNone('thinkingBudget')
  const effort = thinking.textOrNone('thinkingLevel')?.toLowerCase()
  const isShown = thinking.flagOrNone('includeThoughts')
  notes.leaveRest(thinking)
  notes.uses('reasoning', thinking.path)
  if (isShown === true) notes.uses('reasoning-summary', thinking.pathOf('includeThoughts'))
  return present({
    isOn: budget !== 0,
    effort,
    // Below zero the model finds its own.
    budgetTokens: budget === undefined || budget <= 0 ? undefined : budget,
    summary: isShown === true ? 'auto' : undefined,
    extra: { thinkingConfig: whole },
  })
}
