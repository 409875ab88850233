import * as z from 'zod'

/** Whatever JSON can say, as it is: `z.json()` makes a copy, which loses a member `__proto__`. */
export const AnyJson = z.custom<z.core.util.JSONType>(isJson, 'no JSON')

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return false
  return Array.isArray(value) ? value.every(isJson) : Object.values(value).every(isJson)
}
