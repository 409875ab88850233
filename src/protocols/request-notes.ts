import type { BodyFields } from './body-fields.ts'
import type { Feature, JsonObject, JsonValue } from './exchange.ts'

/**
 * What a reader writes down beside the request itself: how each feature is written, which members have no word in the
 * superset, and which of them no other protocol could make up for.
 */
export class RequestNotes {
  readonly #written = new Map<Feature, string>()
  readonly #unknown: (readonly [string, JsonValue])[] = []
  readonly #refused: string[] = []

  /** The first place counts: it is the one named when the feature is lost. */
  uses(feature: Feature, path: string): void {
    if (!this.#written.has(feature)) this.#written.set(feature, path)
  }

  leave(path: string, value: JsonValue): void {
    this.#unknown.push([path, value])
  }

  /** Without it the answer would be another one. */
  refuse(path: string): void {
    this.#refused.push(path)
  }

  /** All that nobody asked for, by name; undefined where nothing is left. */
  leaveRest(fields: BodyFields): JsonObject | undefined {
    const rest = Object.entries(fields.rest())
    if (rest.length === 0) return undefined
    for (const [path, value] of rest) this.leave(path, value)
    const start = fields.path === '' ? 0 : fields.path.length + 1
    return Object.fromEntries(rest.map(([path, value]) => [path.slice(start), value]))
  }

  get written(): ReadonlyMap<Feature, string> {
    return this.#written
  }

  get unknown(): { readonly [path: string]: JsonValue } {
    return Object.fromEntries(this.#unknown)
  }

  get refused(): readonly string[] {
    return this.#refused
  }
}
