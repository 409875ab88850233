import { isObject } from './body-fields.ts'
import type { JsonObject, JsonValue } from './exchange.ts'

const seal = 'holdfast.'

/**
 * A text that goes out where a protocol has an opaque mark of its own (signature, encrypted content), and by which we
 * know again what a model of another maker said: callers send such marks back untouched.
 */
export function sealMark(kept: JsonObject): string {
  return seal + Buffer.from(JSON.stringify(kept), 'utf8').toString('base64url')
}

export function isSealedMark(text: string): boolean {
  return text.startsWith(seal)
}

/** What was sealed; nothing where the text was damaged on its way. */
export function openMark(text: string): JsonObject {
  try {
    const json = Buffer.from(text.slice(seal.length), 'base64url').toString('utf8')
    const value = JSON.parse(json) as JsonValue
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
