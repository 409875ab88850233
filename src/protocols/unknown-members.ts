import { isObject } from './body-fields.ts'
import type { JsonObject, JsonValue, ModelRequest } from './exchange.ts'

/**
 * Puts members that have no word in the superset back where they stood, for a request that goes into its own protocol
 * again. Those within lists (`messages[2]…`) come back by `extra` of their parts.
 */
export function withUnknownMembers(body: JsonObject, unknown: ModelRequest['unknown']): JsonObject {
  return Object.entries(unknown)
    .filter(([path]) => !path.includes('['))
    .reduce((whole, [path, value]) => withMember(whole, path.split('.'), value), body)
}

function withMember(object: JsonObject, names: readonly string[], value: JsonValue): JsonObject {
  const [name, ...inner] = names
  if (name === undefined) return object
  if (inner.length === 0) return { ...object, [name]: value }
  const old = Object.hasOwn(object, name) ? object[name] : undefined
  return { ...object, [name]: withMember(isObject(old) ? old : {}, inner, value) }
}
