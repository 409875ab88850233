import { BodyFields, isObject } from '../body-fields.ts'
import type {
  FunctionTool,
  JsonObject,
  JsonValue,
  ModelRequest,
  Tool,
  ToolChoice,
} from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import type { RequestNotes } from '../request-notes.ts'
import { customToolMark, customToolParameters, isCustomTool } from './custom-tool.ts'

type Tools = Pick<ModelRequest, 'tools' | 'toolChoice'>

export function readTools(fields: BodyFields, notes: RequestNotes): Tools {
  const tools = (fields.listOrNone('tools') ?? []).map((value, index) =>
    readTool(value, `tools[${String(index)}]`, notes),
  )
  const choice = fields.any('tool_choice')
  if (choice === undefined) return { tools }
  if (isObject(choice) && choice['type'] === 'allowed_tools')
    return readAllowed(BodyFields.of(choice, 'tool_choice'), tools, notes)
  const toolChoice = readChoice(choice, notes)
  // It asks for a tool of the provider, which is refused elsewhere as the tool itself is.
  if (toolChoice === null) notes.leave('tool_choice', choice)
  else notes.uses('tool-choice', 'tool_choice')
  return toolChoice === null ? { tools } : { tools, toolChoice }
}

function readTool(value: JsonValue, path: string, notes: RequestNotes): Tool {
  const fields = BodyFields.of(value, path)
  switch (fields.text('type')) {
    case 'function':
      return readFunction(fields, notes)
    case 'custom':
      return readCustom(fields, notes)
    case 'namespace':
      notes.leave(path, value)
      return {
        kind: 'provider',
        protocol: 'openai-responses',
        value: value as JsonObject,
        isGroup: true,
      }
    default:
      notes.uses('provider-tools', path)
      return { kind: 'provider', protocol: 'openai-responses', value: value as JsonObject }
  }
}

function readFunction(fields: BodyFields, notes: RequestNotes): FunctionTool {
  notes.uses('tools', fields.path)
  const strict = fields.flagOrNone('strict')
  if (strict === true) notes.uses('strict-tools', fields.pathOf('strict'))
  return present({
    kind: 'function' as const,
    name: fields.text('name'),
    description: fields.textOrNone('description'),
    parameters: fields.plainOrNone('parameters') ?? {},
    strict,
    extra: notes.leaveRest(fields),
  })
}

function readCustom(fields: BodyFields, notes: RequestNotes): FunctionTool {
  notes.uses('tools', fields.path)
  const name = fields.text('name')
  const description = fields.textOrNone('description')
  const format = fields.peek('format')
  return present({
    kind: 'function' as const,
    name,
    description,
    parameters: customToolParameters(format),
    // A grammar is told to every model, and held only by this protocol: it is noted as lost.
    extra: customToolMark(notes.leaveRest(fields)),
  })
}

/** Null: of a kind that the superset has no word for. */
function readChoice(choice: JsonValue, notes: RequestNotes): ToolChoice | null {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice }
  if (!isObject(choice))
    throw new ProtocolError(
      'tool_choice',
      '`tool_choice` is not `auto`, `none`, `required` or an object',
    )
  const fields = new BodyFields(choice, 'tool_choice')
  const type = fields.text('type')
  if (type !== 'function' && type !== 'custom') return null
  const name = fields.text('name')
  notes.leaveRest(fields)
  return { kind: 'tool', name }
}

/** Tools that are listed and not allowed are the same as none; they are there for the provider's cache alone. */
function readAllowed(fields: BodyFields, tools: readonly Tool[], notes: RequestNotes): Tools {
  const mode = fields.text('mode')
  if (mode !== 'auto' && mode !== 'required')
    throw new ProtocolError('tool_choice.mode', '`tool_choice.mode` is not `auto` or `required`')
  notes.uses('tool-choice', 'tool_choice')
  const allowed = fields.list('tools').map((entry, index) => {
    const isKnown = isObject(entry) && tools.some((tool) => allows(entry, tool))
    if (isKnown) return entry
    const path = `tool_choice.tools[${String(index)}]`
    throw new ProtocolError(path, `\`${path}\` is none of \`tools\``)
  })
  notes.leaveRest(fields)
  return {
    tools: tools.filter((tool) => allowed.some((entry) => allows(entry, tool))),
    toolChoice: { kind: mode },
  }
}

/** Functions are known by their names, tools of the provider by all that the entry says. */
function allows(entry: JsonObject, tool: Tool): boolean {
  const type = tool.kind === 'function' && isCustomTool(tool) ? 'custom' : 'function'
  const value: JsonObject = tool.kind === 'provider' ? tool.value : { type, name: tool.name }
  // One tool of a server of tools is named where the server itself has no name.
  return Object.entries(entry).every(
    ([name, said]) => value[name] === said || (value['type'] === 'mcp' && name === 'name'),
  )
}
