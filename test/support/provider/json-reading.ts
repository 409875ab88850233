/** Reading JSON that somebody else wrote: what is not there, or is of another kind, is empty. */
export type JsonObject = Readonly<Record<string, unknown>>

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

/** The strings of a list, or a lone string as a list of one. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return listOf(value).filter((one) => typeof one === 'string')
}

export function jsonOrNull(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return value
  } catch {
    return null
  }
}
