import { BodyFields, isList, isObject } from '../body-fields.ts'
import type { FunctionTool, JsonValue, Tool, ToolChoice } from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import type { RequestNotes } from '../request-notes.ts'
import { readCacheMark } from './read-content.ts'

/** What a function without `parameters` takes: nothing. */
const noParameters = { type: 'object', properties: {} } as const

/** `tools`, and `functions` of before. */
export function readTools(body: BodyFields, notes: RequestNotes): readonly Tool[] {
  const tools = (body.listOrNone('tools') ?? []).map((value, index) =>
    readTool(value, `tools[${String(index)}]`, notes),
  )
  const functions = (body.listOrNone('functions') ?? []).map((value, index) => {
    notes.uses('tools', 'functions')
    return readFunction(BodyFields.of(value, `functions[${String(index)}]`), notes)
  })
  return [...tools, ...functions]
}

function readTool(value: JsonValue, path: string, notes: RequestNotes): Tool {
  const fields = BodyFields.of(value, path)
  if (fields.text('type') !== 'function') {
    notes.uses('provider-tools', path)
    return { kind: 'provider', protocol: 'openai-chat', value: isObject(value) ? value : {} }
  }
  notes.uses('tools', 'tools')
  const tool = readFunction(fields.object('function'), notes)
  const { cache, extra } = readCacheMark(fields, notes)
  const left = notes.leaveRest(fields)
  const own = { ...extra, ...left, ...(tool.extra === undefined ? {} : { function: tool.extra }) }
  return present({ ...tool, cache, extra: Object.keys(own).length === 0 ? undefined : own })
}

function readFunction(fields: BodyFields, notes: RequestNotes): FunctionTool {
  const strict = fields.flagOrNone('strict')
  if (strict === true) notes.uses('strict-tools', fields.pathOf('strict'))
  return present({
    kind: 'function' as const,
    name: fields.text('name'),
    description: fields.textOrNone('description'),
    parameters: fields.plainOrNone('parameters') ?? noParameters,
    strict,
    extra: notes.leaveRest(fields),
  })
}

/** `tool_choice`, and `function_call` of before. */
export function readToolChoice(body: BodyFields, notes: RequestNotes): ToolChoice | undefined {
  const choice = body.any('tool_choice')
  if (choice !== undefined) return readChoice(choice, 'tool_choice', notes)
  const call = body.any('function_call')
  if (call === undefined) return undefined
  notes.uses('tool-choice', 'function_call')
  if (!isObject(call)) return readChoice(call, 'function_call', notes)
  const named = BodyFields.of(call, 'function_call')
  const name = named.text('name')
  notes.leaveRest(named)
  return { kind: 'tool', name }
}

function readChoice(value: JsonValue, path: string, notes: RequestNotes): ToolChoice | undefined {
  notes.uses('tool-choice', path)
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value }
  // Mistral's and older servers' word.
  if (value === 'any') return { kind: 'required' }
  if (!isObject(value) || isList(value))
    throw new ProtocolError(path, `\`${path}\` is none of auto, none, required, and no tool`)
  if (value['type'] === 'function') return readNamed(BodyFields.of(value, path), notes)
  // `allowed_tools` and `custom`: other protocols have nothing that would hold the model to it.
  notes.leave(path, value)
  notes.refuse(path)
  return undefined
}

function readNamed(choice: BodyFields, notes: RequestNotes): ToolChoice {
  choice.any('type')
  const called = choice.object('function')
  const name = called.text('name')
  notes.leaveRest(called)
  notes.leaveRest(choice)
  return { kind: 'tool', name }
}
