import { decidingVerdicts, doesQualify, wayName } from '../schema/deciding-verdicts.ts'
import type { VerdictRecord } from '../schema/verdict.ts'

/** What trials found, as requests ask it, until a provider serves something else than was tried. */
export class VerdictBook {
  readonly #byWay: ReadonlyMap<string, VerdictRecord>
  /** Those that qualify a model over a route for some work, by `model@route`. */
  readonly #byLane = new Map<string, VerdictRecord[]>()
  readonly #ended = new Set<VerdictRecord>()

  constructor(verdicts: readonly VerdictRecord[]) {
    this.#byWay = decidingVerdicts(verdicts)
    for (const verdict of this.#byWay.values()) {
      if (verdict.verdict !== 'QUALIFIED' || verdict.invalidatedBy !== null) continue
      const { model, route } = verdict.key
      const lane = `${model}@${route}`
      const known = this.#byLane.get(lane)
      if (known === undefined) this.#byLane.set(lane, [verdict])
      else known.push(verdict)
    }
  }

  /** The verdict that qualifies a model over a route for some work; null: none does. `at`: RFC 3339. */
  find(workflow: string, model: string, route: string, at: string): VerdictRecord | null {
    const verdict = this.#byWay.get(wayName({ workflow, model, route }))
    if (verdict === undefined || this.#ended.has(verdict)) return null
    return doesQualify(verdict, at) ? verdict : null
  }

  /** Whether some verdict ends where a model over a route, `model@route`, answers under this name of its provider's. */
  mayEnd(lane: string, name: string): boolean {
    return this.#refuted(lane, name).length > 0
  }

  /** They end, and each is told once. */
  end(lane: string, name: string): readonly VerdictRecord[] {
    const ended = this.#refuted(lane, name)
    for (const verdict of ended) this.#ended.add(verdict)
    return ended
  }

  #refuted(lane: string, name: string): readonly VerdictRecord[] {
    const verdicts = this.#byLane.get(lane)
    if (verdicts === undefined) return none
    return verdicts.filter((one) => isOtherSnapshot(one, name) && !this.#ended.has(one))
  }
}

const none: readonly VerdictRecord[] = []

/** A provider that tells no name, now or when the model was tried, cannot be held to one. */
export function isOtherSnapshot(
  { key: { model, servedModel } }: VerdictRecord,
  name: string,
): boolean {
  return name !== '' && servedModel !== name && servedModel !== model
}
