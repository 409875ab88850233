import { BodyFields, isObject } from '../body-fields.ts'
import type {
  FunctionTool,
  JsonObject,
  JsonValue,
  ModelRequest,
  OutputFormat,
  ProviderTool,
  Reasoning,
  TextPart,
  Tool,
  ToolChoice,
  Turn,
} from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { type CallNames, readBlocks, readCachePoint } from './read-block.ts'

/** The body alone: the model, and whether the answer is streamed, stand in the path. */
export function readRequest(body: JsonObject): ModelRequest {
  const fields = new BodyFields(body, '')
  const notes = new RequestNotes()
  const request = {
    protocol: 'bedrock-converse',
    model: fields.textOrNone('modelId') ?? '',
    isStream: false,
    system: readSystem(fields, notes),
    turns: readTurns(fields, notes),
    ...readInference(fields, notes),
    ...readToolConfig(fields, notes),
    ...readOutputConfig(fields, notes),
    serviceTier: readServiceTier(fields, notes),
    metadata: fields.plainOrNone('requestMetadata'),
  } as const
  if (request.metadata !== undefined) notes.uses('metadata', 'requestMetadata')
  for (const name of ['guardrailConfig', 'promptVariables'])
    if (fields.has(name)) notes.refuse(name)
  notes.leaveRest(fields)
  const { unknown, refused, written } = notes
  return present({ ...request, unknown, refused, written })
}

function readSystem(fields: BodyFields, notes: RequestNotes): readonly TextPart[] {
  const texts: TextPart[] = []
  for (const [index, value] of (fields.listOrNone('system') ?? []).entries()) {
    const path = `system[${String(index)}]`
    const block = BodyFields.of(value, path)
    const last = texts.at(-1)
    if (block.has('cachePoint') && last !== undefined)
      texts[texts.length - 1] = { ...last, cache: readCachePoint(value, path, notes) }
    else texts.push({ kind: 'text', text: block.text('text'), ...own(block, notes) })
  }
  return texts
}

function readTurns(fields: BodyFields, notes: RequestNotes): readonly Turn[] {
  const names: CallNames = new Map()
  return fields
    .list('messages')
    .map((value, index) => readTurn(value, `messages[${String(index)}]`, notes, names))
}

function readTurn(value: JsonValue, path: string, notes: RequestNotes, names: CallNames): Turn {
  const fields = BodyFields.of(value, path)
  const role = fields.text('role')
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    throw new ProtocolError(
      `${path}.role`,
      `\`${path}.role\` is not \`user\`, \`assistant\` or \`system\``,
    )
  if (role === 'system') notes.uses('system-turns', path)
  const parts = readBlocks(fields.list('content'), `${path}.content`, notes, names)
  return present({ role, parts, extra: notes.leaveRest(fields) })
}

function readInference(
  fields: BodyFields,
  notes: RequestNotes,
): Pick<ModelRequest, 'maxOutputTokens' | 'temperature' | 'topP' | 'stop'> {
  const config = fields.objectOrNone('inferenceConfig')
  if (config === undefined) return {}
  const inference = present({
    maxOutputTokens: config.numberOrNone('maxTokens'),
    temperature: config.numberOrNone('temperature'),
    topP: config.numberOrNone('topP'),
    stop: config.listOrNone('stopSequences')?.map(String),
  })
  if (inference.maxOutputTokens !== undefined)
    notes.uses('max-output-tokens', 'inferenceConfig.maxTokens')
  if (inference.temperature !== undefined) notes.uses('temperature', 'inferenceConfig.temperature')
  if (inference.topP !== undefined) notes.uses('top-p', 'inferenceConfig.topP')
  if (inference.stop !== undefined) notes.uses('stop', 'inferenceConfig.stopSequences')
  notes.leaveRest(config)
  return inference
}

function readToolConfig(
  fields: BodyFields,
  notes: RequestNotes,
): Pick<ModelRequest, 'tools' | 'toolChoice'> {
  const config = fields.objectOrNone('toolConfig')
  if (config === undefined) return { tools: [] }
  const tools: Tool[] = []
  for (const [index, value] of config.list('tools').entries()) {
    const tool = BodyFields.of(value, `toolConfig.tools[${String(index)}]`)
    const last = tools.at(-1)
    if (tool.has('cachePoint') && last?.kind === 'function')
      tools[tools.length - 1] = { ...last, cache: readCachePoint(value, tool.path, notes) }
    else tools.push(readTool(tool, value, notes))
  }
  const choice = config.objectOrNone('toolChoice')
  if (choice !== undefined) notes.uses('tool-choice', choice.path)
  notes.leaveRest(config)
  return choice === undefined ? { tools } : { tools, toolChoice: readToolChoice(choice, notes) }
}

function readTool(
  tool: BodyFields,
  value: JsonValue,
  notes: RequestNotes,
): FunctionTool | ProviderTool {
  const spec = tool.objectOrNone('toolSpec')
  if (spec === undefined) {
    notes.uses('provider-tools', tool.path)
    return { kind: 'provider', protocol: 'bedrock-converse', value: value as JsonObject }
  }
  notes.uses('tools', tool.path)
  notes.leaveRest(tool)
  const strict = spec.flagOrNone('strict')
  if (strict === true) notes.uses('strict-tools', spec.pathOf('strict'))
  const schema = spec.object('inputSchema')
  schema.object('json')
  const parameters = schema.plainOrNone('json') ?? {}
  notes.leaveRest(schema)
  return present({
    kind: 'function',
    name: spec.text('name'),
    description: spec.textOrNone('description'),
    parameters,
    strict,
    extra: notes.leaveRest(spec),
  })
}

/** What is left of a block, kept for its own protocol. */
function own(block: BodyFields, notes: RequestNotes): { readonly extra?: JsonObject } {
  return present({ extra: notes.leaveRest(block) })
}

function readToolChoice(choice: BodyFields, notes: RequestNotes): ToolChoice {
  const auto = choice.objectOrNone('auto')
  const any = choice.objectOrNone('any')
  const tool = auto === undefined && any === undefined ? choice.object('tool') : undefined
  const name = tool?.text('name')
  for (const fields of [choice, auto, any, tool]) if (fields !== undefined) notes.leaveRest(fields)
  if (name !== undefined) return { kind: 'tool', name }
  return { kind: auto === undefined ? 'required' : 'auto' }
}

function readOutputConfig(
  fields: BodyFields,
  notes: RequestNotes,
): { readonly reasoning?: Reasoning; readonly output?: OutputFormat } {
  const config = fields.objectOrNone('outputConfig')
  if (config === undefined) return {}
  const effort = config.textOrNone('effort')
  if (effort !== undefined) notes.uses('reasoning', 'outputConfig.effort')
  const format = config.objectOrNone('textFormat')
  const output = format === undefined ? undefined : readTextFormat(format, notes)
  notes.leaveRest(config)
  return present({ reasoning: effort === undefined ? undefined : { isOn: true, effort }, output })
}

function readTextFormat(format: BodyFields, notes: RequestNotes): OutputFormat {
  notes.uses('json-schema-output', format.path)
  format.text('type')
  const structure = format.object('structure')
  const definition = structure.object('jsonSchema')
  const path = definition.pathOf('schema')
  const output = present({
    kind: 'json-schema',
    name: definition.textOrNone('name'),
    description: definition.textOrNone('description'),
    schema: schemaIn(definition.text('schema'), path),
  })
  for (const part of [format, structure, definition]) notes.leaveRest(part)
  return output
}

/** The schema is a text within the text. */
function schemaIn(text: string, path: string): JsonObject {
  let schema: JsonValue = null
  try {
    schema = JSON.parse(text) as JsonValue
  } catch {
    // Told below.
  }
  if (isObject(schema)) return schema
  throw new ProtocolError(path, `\`${path}\` is no JSON Schema`)
}

function readServiceTier(fields: BodyFields, notes: RequestNotes): string | undefined {
  const tier = fields.objectOrNone('serviceTier')
  if (tier === undefined) return undefined
  notes.uses('service-tier', 'serviceTier')
  const type = tier.text('type')
  notes.leaveRest(tier)
  return type
}
