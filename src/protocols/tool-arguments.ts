import { isObject } from './body-fields.ts'
import { parseArguments } from './exact-json.ts'
import type { JsonObject, JsonValue } from './exchange.ts'

/**
 * Arguments of a call as an object, for protocols that write them so. What a model wrote amiss is no object; it is kept
 * under one name, so that the tool refuses it and the model sees what it wrote.
 */
export function argumentsAsObject(text: string): JsonObject {
  if (text.trim() === '') return {}
  let value: JsonValue
  try {
    value = parseArguments(text)
  } catch {
    return { malformed_arguments: text }
  }
  return isObject(value) ? value : { malformed_arguments: text }
}
