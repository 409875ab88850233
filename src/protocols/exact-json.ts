import { isList, isObject } from './body-fields.ts'
import type { JsonObject, JsonValue } from './exchange.ts'

/** What Node has and the types of the language have not: a number that is written as it was read. */
const { isRawJSON, parse, rawJSON } = JSON as unknown as {
  readonly isRawJSON: (value: unknown) => boolean
  readonly parse: (text: string, revive: Reviver) => JsonValue
  readonly rawJSON: (text: string) => JsonObject & { readonly rawJSON: string }
}
type Reviver = (key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue

/** No number that loses anything is shorter. */
const longNumber = /\d{16}/

/** Whether anything in a body could be read otherwise than `JSON.parse` reads it. */
export function hasLongNumber(bytes: Buffer): boolean {
  return longNumber.test(bytes.toString('latin1'))
}

/**
 * The same as `JSON.parse`, but whole numbers in the arguments of tool calls stay as they were written, however long:
 * they are ids of rows and messages, and a number of JavaScript would round them. Everywhere else they are rounded.
 */
export function parseExact(text: string): JsonValue {
  if (!longNumber.test(text)) return JSON.parse(text) as JsonValue
  return roundedOutsideOfCalls(parse(text, exactNumber))
}

/** The arguments of a call by themselves. */
export function parseArguments(text: string): JsonValue {
  return longNumber.test(text) ? parse(text, exactNumber) : (JSON.parse(text) as JsonValue)
}

function exactNumber(
  _key: string,
  value: JsonValue,
  { source }: { readonly source?: string },
): JsonValue {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return /^-?\d+$/.test(source) ? rawJSON(source) : value
}

function roundedOutsideOfCalls(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(roundedOutsideOfCalls)
  if (!isObject(value)) return value
  if (isRawJSON(value)) return Number(value['rawJSON'])
  const { type } = value
  const isBlock = typeof type === 'string' && type.endsWith('tool_use')
  const entries = Object.entries(value).map(([name, inner]): readonly [string, JsonValue] => {
    if (isBlock && name === 'input') return [name, inner]
    const own = callMembers.get(name)
    return [name, own === undefined ? roundedOutsideOfCalls(inner) : withExact(inner, own)]
  })
  return Object.fromEntries(entries)
}

/** Where Bedrock and Gemini keep a call, and its arguments in it. */
const callMembers: ReadonlyMap<string, string> = new Map([
  ['functionCall', 'args'],
  ['toolUse', 'input'],
])

function withExact(call: JsonValue, name: string): JsonValue {
  if (!isObject(call) || isRawJSON(call)) return roundedOutsideOfCalls(call)
  const given = call[name]
  const rounded = roundedOutsideOfCalls(call)
  return given === undefined || !isObject(rounded) ? rounded : { ...rounded, [name]: given }
}
