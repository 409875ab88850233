import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue } from '../exchange.ts'

/**
 * May this schema be held strictly? OpenAI refuses one as strict unless every object in it requires all its members
 * and allows no others; and holds none that is not strict.
 */
export function canBeStrict(schema: JsonObject): boolean {
  return isClosed(schema) && Object.values(schema).every(isStrictValue)
}

function isStrictValue(value: JsonValue): boolean {
  if (isList(value)) return value.every(isStrictValue)
  return !isObject(value) || canBeStrict(value)
}

function isClosed(schema: JsonObject): boolean {
  const { type, properties, required, additionalProperties } = schema
  if (type !== 'object') return true
  const names = isObject(properties) ? Object.keys(properties) : []
  const needed = isList(required) ? required : []
  return additionalProperties === false && names.every((name) => needed.includes(name))
}
