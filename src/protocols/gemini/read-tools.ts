import { BodyFields } from '../body-fields.ts'
import type { FunctionTool, JsonValue, Tool, ToolChoice } from '../exchange.ts'
import { present } from '../present.ts'
import type { RequestNotes } from '../request-notes.ts'
import { jsonSchemaOf } from './open-api-schema.ts'

/** One object may declare functions, and name tools of the provider beside them. */
export function readTools(fields: BodyFields, notes: RequestNotes): readonly Tool[] {
  return (fields.listOrNone('tools') ?? []).flatMap((value, index) =>
    readTool(value, `tools[${String(index)}]`, notes),
  )
}

function readTool(value: JsonValue, path: string, notes: RequestNotes): readonly Tool[] {
  const fields = BodyFields.of(value, path)
  const functions = (fields.listOrNone('functionDeclarations') ?? []).map((one, index) =>
    readFunction(BodyFields.of(one, `${path}.functionDeclarations[${String(index)}]`), notes),
  )
  const others = Object.entries(fields.rest())
  if (others.length > 0) notes.uses('provider-tools', path)
  const named = others.map(([whole, one]) => ({ [whole.slice(path.length + 1)]: one }))
  return [
    ...functions,
    ...named.map((one): Tool => ({ kind: 'provider', protocol: 'gemini', value: one })),
  ]
}

function readFunction(fields: BodyFields, notes: RequestNotes): FunctionTool {
  notes.uses('tools', fields.path)
  const schema = fields.plainOrNone('parametersJsonSchema')
  const older = fields.plainOrNone('parameters')
  return present({
    kind: 'function' as const,
    name: fields.text('name'),
    description: fields.textOrNone('description'),
    parameters: schema ?? (older === undefined ? {} : jsonSchemaOf(older)),
    extra: notes.leaveRest(fields),
  })
}

export function readToolChoice(fields: BodyFields, notes: RequestNotes): ToolChoice | undefined {
  const config = fields.objectOrNone('toolConfig')
  const calling = config?.objectOrNone('functionCallingConfig')
  const choice = calling === undefined ? undefined : readCalling(calling, notes)
  if (calling !== undefined) notes.leaveRest(calling)
  if (config !== undefined) notes.leaveRest(config)
  if (choice !== undefined) notes.uses('tool-choice', 'toolConfig.functionCallingConfig')
  return choice
}

function readCalling(calling: BodyFields, notes: RequestNotes): ToolChoice | undefined {
  const mode = calling.textOrNone('mode') ?? 'MODE_UNSPECIFIED'
  switch (mode) {
    case 'MODE_UNSPECIFIED':
      return undefined
    case 'AUTO':
      return { kind: 'auto' }
    case 'NONE':
      return { kind: 'none' }
    case 'ANY':
      return readRequired(calling)
    default:
      // Calls are held to their schemas, or what is new: no other protocol asks for it so.
      notes.leave(calling.pathOf('mode'), mode)
      return undefined
  }
}

function readRequired(calling: BodyFields): ToolChoice {
  const names = calling.peek('allowedFunctionNames')
  const only: JsonValue | undefined =
    Array.isArray(names) && names.length === 1 ? names[0] : undefined
  if (typeof only !== 'string') return { kind: 'required' }
  calling.any('allowedFunctionNames')
  return { kind: 'tool', name: only }
}
