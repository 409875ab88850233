import { BodyFields, isObject } from '../body-fields.ts'
import type {
  FunctionTool,
  JsonObject,
  JsonValue,
  ModelRequest,
  OutputFormat,
  Part,
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
import { type CallsOfConversation, ownMembers, readBlock, readText } from './read-block.ts'
import { threads } from './threads.ts'

/** Members without which the answer would be another one, and which no other protocol could make up for. */
const refusedMembers = ['compaction', 'container', 'mcp_servers'] as const

/** A request for an answer, or the same without its limits: a request to count tokens. */
export function readRequest(body: JsonObject): ModelRequest {
  const fields = new BodyFields(body, '')
  const notes = new RequestNotes()
  const settings = readSettings(fields, notes)
  const { system, turns } = readConversation(fields, notes)
  const tools = readTools(fields, notes)
  const reasoning = readReasoning(fields, notes)
  const output = readOutput(fields, notes)
  for (const name of refusedMembers) if (fields.has(name)) notes.refuse(name)
  // One that begins with this request says everything; that nobody holds it is told to whoever goes on with it.
  if (threads.goesOn(body)) notes.refuse('thread')
  notes.leaveRest(fields)
  return present({
    ...settings,
    protocol: 'anthropic-messages',
    system,
    turns,
    tools,
    reasoning,
    output,
    unknown: notes.unknown,
    refused: notes.refused,
    written: notes.written,
  })
}

type Settings = Omit<ModelRequest, 'system' | 'turns' | 'tools' | 'unknown' | 'written'>

function readSettings(fields: BodyFields, notes: RequestNotes): Settings {
  const settings = present({
    model: fields.text('model'),
    isStream: fields.flagOrNone('stream') ?? false,
    maxOutputTokens: fields.numberOrNone('max_tokens'),
    temperature: fields.numberOrNone('temperature'),
    topP: fields.numberOrNone('top_p'),
    topK: fields.numberOrNone('top_k'),
    stop: readStop(fields),
    serviceTier: fields.textOrNone('service_tier'),
    user: readUser(fields, notes),
    ...readToolChoice(fields, notes),
  })
  if (settings.maxOutputTokens !== undefined) notes.uses('max-output-tokens', 'max_tokens')
  if (settings.temperature !== undefined) notes.uses('temperature', 'temperature')
  if (settings.topP !== undefined) notes.uses('top-p', 'top_p')
  if (settings.topK !== undefined) notes.uses('top-k', 'top_k')
  if (settings.stop !== undefined) notes.uses('stop', 'stop_sequences')
  if (settings.serviceTier !== undefined) notes.uses('service-tier', 'service_tier')
  return settings
}

function readStop(fields: BodyFields): readonly string[] | undefined {
  return fields.listOrNone('stop_sequences')?.map((value, index) => {
    if (typeof value === 'string') return value
    const path = `stop_sequences[${String(index)}]`
    throw new ProtocolError(path, `\`${path}\` is not a text`)
  })
}

function readUser(fields: BodyFields, notes: RequestNotes): string | undefined {
  const metadata = fields.objectOrNone('metadata')
  const user = metadata?.textOrNone('user_id')
  if (user !== undefined) notes.uses('user', 'metadata.user_id')
  if (metadata !== undefined) notes.leaveRest(metadata)
  return user
}

function readToolChoice(
  fields: BodyFields,
  notes: RequestNotes,
): Pick<ModelRequest, 'toolChoice' | 'parallelToolCalls'> {
  const choice = fields.objectOrNone('tool_choice')
  if (choice === undefined) return {}
  notes.uses('tool-choice', 'tool_choice')
  const toolChoice = readChoice(choice)
  const isSerial = choice.flagOrNone('disable_parallel_tool_use')
  if (isSerial !== undefined)
    notes.uses('parallel-tool-calls', 'tool_choice.disable_parallel_tool_use')
  notes.leaveRest(choice)
  return isSerial === undefined ? { toolChoice } : { toolChoice, parallelToolCalls: !isSerial }
}

function readChoice(choice: BodyFields): ToolChoice {
  const type = choice.text('type')
  switch (type) {
    case 'auto':
    case 'none':
      return { kind: type }
    case 'any':
      return { kind: 'required' }
    case 'tool':
      return { kind: 'tool', name: choice.text('name') }
    default:
      throw new ProtocolError(
        'tool_choice.type',
        '`tool_choice.type` is not `auto`, `any`, `tool` or `none`',
      )
  }
}

function readConversation(
  fields: BodyFields,
  notes: RequestNotes,
): Pick<ModelRequest, 'system' | 'turns'> {
  const system = readSystem(fields, notes)
  const calls = { names: new Map<string, string>(), signatures: new Map<string, string>() }
  const turns = fields
    .list('messages')
    .map((value, index) => readTurn(value, `messages[${String(index)}]`, notes, calls))
  return { system, turns }
}

function readSystem(fields: BodyFields, notes: RequestNotes): readonly TextPart[] {
  const system = fields.any('system')
  if (system === undefined) return []
  if (typeof system === 'string') return [{ kind: 'text', text: system }]
  return fields.list('system').map((value, index) => {
    const block = BodyFields.of(value, `system[${String(index)}]`)
    if (block.text('type') === 'text') return readText(block, notes)
    throw new ProtocolError(block.path, `\`${block.path}\` is no block of text`)
  })
}

function readTurn(
  value: JsonValue,
  path: string,
  notes: RequestNotes,
  calls: CallsOfConversation,
): Turn {
  const fields = BodyFields.of(value, path)
  const role = fields.text('role')
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    throw new ProtocolError(
      `${path}.role`,
      `\`${path}.role\` is not \`user\`, \`assistant\` or \`system\``,
    )
  if (role === 'system') notes.uses('system-turns', path)
  const content = fields.any('content')
  const parts =
    typeof content === 'string'
      ? [{ kind: 'text' as const, text: content }]
      : blocksOf(fields, role)
          .map((block, index) =>
            readBlock(block, `${path}.content[${String(index)}]`, notes, calls),
          )
          .filter((part) => part !== null)
          .map((part) => withSignature(part, calls))
  return present({ role, parts, extra: notes.leaveRest(fields) })
}

/** A call with the mark that its maker set, wherever in the turn it stands. */
function withSignature(part: Part, { signatures }: CallsOfConversation): Part {
  const signature = part.kind === 'tool-call' ? signatures.get(part.id) : undefined
  return part.kind === 'tool-call' && signature !== undefined ? { ...part, signature } : part
}

/** Only a system message may do without content, when all it does is set the effort. */
function blocksOf(fields: BodyFields, role: Turn['role']): readonly JsonValue[] {
  return role === 'system' ? (fields.listOrNone('content') ?? []) : fields.list('content')
}

function readTools(fields: BodyFields, notes: RequestNotes): readonly Tool[] {
  const tools = fields.listOrNone('tools') ?? []
  return tools.map((value, index) => {
    const path = `tools[${String(index)}]`
    if (!isObject(value)) throw new ProtocolError(path, `\`${path}\` is no tool`)
    const type = value['type'] ?? 'custom'
    return type === 'custom'
      ? readFunctionTool(new BodyFields(value, path), notes)
      : readProviderTool(value, path, notes)
  })
}

function readFunctionTool(fields: BodyFields, notes: RequestNotes): FunctionTool {
  notes.uses('tools', fields.path)
  const strict = fields.flagOrNone('strict')
  if (strict === true) notes.uses('strict-tools', fields.pathOf('strict'))
  return present({
    kind: 'function',
    name: fields.text('name'),
    description: fields.textOrNone('description'),
    parameters: plain(fields, 'input_schema'),
    strict,
    ...ownMembers(fields, notes),
  })
}

function readProviderTool(value: JsonObject, path: string, notes: RequestNotes): ProviderTool {
  notes.uses('provider-tools', path)
  return { kind: 'provider', protocol: 'anthropic-messages', value }
}

function readReasoning(fields: BodyFields, notes: RequestNotes): Reasoning | undefined {
  const thinking = fields.objectOrNone('thinking')
  const effort = fields.objectOrNone('output_config')?.textOrNone('effort')
  if (thinking === undefined && effort === undefined) return undefined
  notes.uses('reasoning', thinking === undefined ? 'output_config.effort' : 'thinking')
  if (thinking === undefined) return present({ isOn: true, effort })
  const summary = thinking.textOrNone('display')
  if (summary !== undefined) notes.uses('reasoning-summary', 'thinking.display')
  const reasoning = present({
    isOn: isThinkingOn(thinking, notes),
    effort,
    budgetTokens: thinking.numberOrNone('budget_tokens'),
    summary,
  })
  notes.leaveRest(thinking)
  const whole = fields.plainOrNone('thinking')
  return whole === undefined ? reasoning : { ...reasoning, extra: { thinking: whole } }
}

function isThinkingOn(thinking: BodyFields, notes: RequestNotes): boolean {
  const type = thinking.text('type')
  // Kinds that are new, or that have no like elsewhere, are some way to think.
  if (type !== 'enabled' && type !== 'adaptive' && type !== 'disabled')
    notes.leave('thinking.type', type)
  return type !== 'disabled'
}

/** `output_format` is the older name of `output_config.format`. */
function readOutput(fields: BodyFields, notes: RequestNotes): OutputFormat | undefined {
  const config = fields.objectOrNone('output_config')
  const format = config?.objectOrNone('format')
  config?.any('effort')
  if (config !== undefined) notes.leaveRest(config)
  if (format !== undefined) return readFormat(format, notes)
  const older = fields.objectOrNone('output_format')
  return older === undefined ? undefined : readFormat(older, notes)
}

function readFormat(format: BodyFields, notes: RequestNotes): OutputFormat {
  const type = format.text('type')
  if (type !== 'json_schema') {
    const path = format.pathOf('type')
    throw new ProtocolError(path, `\`${path}\` is not \`json_schema\``)
  }
  const schema = plain(format, 'schema')
  notes.uses('json-schema-output', format.path)
  notes.leaveRest(format)
  return { kind: 'json-schema', schema }
}

/** An object that must be there, as it is. */
function plain(fields: BodyFields, name: string): JsonObject {
  fields.object(name)
  return fields.plainOrNone(name) ?? {}
}
