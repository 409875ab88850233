import type { JsonObject, JsonValue } from './exchange.ts'
import { ProtocolError } from './protocol-codec.ts'

/**
 * Members of one object of a body. Each is asked for by name; what nobody asked for is `rest`, so that a field which
 * the superset has no word for is named and never dropped unseen. `null` counts as absent, as all these APIs have it.
 */
export class BodyFields {
  readonly path: string
  readonly #object: JsonObject
  readonly #asked: string[] = []

  constructor(object: JsonObject, path: string) {
    this.#object = object
    this.path = path
  }

  static of(value: JsonValue | undefined, path: string): BodyFields {
    if (!isObject(value)) throw new ProtocolError(path, `${path || 'the body'} is no object`)
    return new BodyFields(value, path)
  }

  /** `messages[2].content` */
  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  has(name: string): boolean {
    const value = this.#object[name]
    return value !== undefined && value !== null
  }

  /** As `any`, and it still counts as not asked for. */
  peek(name: string): JsonValue | undefined {
    return this.#object[name] ?? undefined
  }

  /** The value as it is; undefined when absent or null. */
  any(name: string): JsonValue | undefined {
    this.#asked.push(name)
    return this.#object[name] ?? undefined
  }

  text(name: string): string {
    return this.#needed(name, this.textOrNone(name), 'a text')
  }

  textOrNone(name: string): string | undefined {
    const value = this.any(name)
    if (value !== undefined && typeof value !== 'string') throw this.#wrong(name, 'a text')
    return value
  }

  numberOrNone(name: string): number | undefined {
    const value = this.any(name)
    if (value !== undefined && typeof value !== 'number') throw this.#wrong(name, 'a number')
    return value
  }

  flagOrNone(name: string): boolean | undefined {
    const value = this.any(name)
    if (value !== undefined && typeof value !== 'boolean')
      throw this.#wrong(name, '`true` or `false`')
    return value
  }

  list(name: string): readonly JsonValue[] {
    return this.#needed(name, this.listOrNone(name), 'a list')
  }

  listOrNone(name: string): readonly JsonValue[] | undefined {
    const value = this.any(name)
    if (value === undefined) return undefined
    if (!isList(value)) throw this.#wrong(name, 'a list')
    return value
  }

  object(name: string): BodyFields {
    return this.#needed(name, this.objectOrNone(name), 'an object')
  }

  objectOrNone(name: string): BodyFields | undefined {
    const value = this.any(name)
    if (value === undefined) return undefined
    if (!isObject(value)) throw this.#wrong(name, 'an object')
    return new BodyFields(value, this.pathOf(name))
  }

  plainOrNone(name: string): JsonObject | undefined {
    const value = this.any(name)
    if (value === undefined) return undefined
    if (!isObject(value)) throw this.#wrong(name, 'an object')
    return value
  }

  /** Every member that nobody asked for: path as written → value. */
  rest(): { readonly [path: string]: JsonValue } {
    const left = Object.entries(this.#object).filter(
      ([name, value]) => value !== null && !this.#asked.includes(name),
    )
    return Object.fromEntries(left.map(([name, value]) => [this.pathOf(name), value]))
  }

  #needed<T>(name: string, value: T | undefined, what: string): T {
    if (value === undefined)
      throw new ProtocolError(this.pathOf(name), `\`${this.pathOf(name)}\` is missing: ${what}`)
    return value
  }

  #wrong(name: string, what: string): ProtocolError {
    return new ProtocolError(this.pathOf(name), `\`${this.pathOf(name)}\` is not ${what}`)
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
