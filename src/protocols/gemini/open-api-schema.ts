import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue } from '../exchange.ts'

/** Members of a schema that hold schemas by name. */
const namedSchemas: readonly string[] = ['properties']

/**
 * The older way to write a schema here, a part of OpenAPI 3.0 with its types in capitals, as JSON Schema. Written is
 * always JSON Schema: the older form knows few of its words, and a request with any other is refused whole.
 */
export function jsonSchemaOf(schema: JsonObject): JsonObject {
  const { nullable, ...rest } = schema
  const members = Object.entries(rest).map(([name, value]) => [name, memberOf(name, value)])
  const written = Object.fromEntries(members) as JsonObject
  if (nullable !== true) return written
  const { type } = written
  return typeof type === 'string'
    ? { ...written, type: [type, 'null'] }
    : { anyOf: [written, { type: 'null' }] }
}

function memberOf(name: string, value: JsonValue): JsonValue {
  if (name === 'type' && typeof value === 'string') return value.toLowerCase()
  // 64-bit numbers are written as texts.
  if (isCount(name) && typeof value === 'string') return Number(value)
  if (namedSchemas.includes(name) && isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, isObject(one) ? jsonSchemaOf(one) : one]),
    )
  if (name === 'items' && isObject(value)) return jsonSchemaOf(value)
  if (name === 'anyOf' && isList(value))
    return value.map((one) => (isObject(one) ? jsonSchemaOf(one) : one))
  return value
}

function isCount(name: string): boolean {
  return (
    (name.startsWith('max') || name.startsWith('min')) && name !== 'maximum' && name !== 'minimum'
  )
}
