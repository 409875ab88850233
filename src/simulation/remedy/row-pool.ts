import type { CandidateAction } from './candidate-action.ts'
import type { Demand } from './demands.ts'
import type { ElementIndex } from './element-index.ts'
import { type ElementSet, exposedSets, survives } from './exposed-sets.ts'

/** Actions that bring one option only together. */
export interface Bundle {
  readonly actions: readonly number[]
}

/** At least one of the bundles must be done: they are all that is left when the sets of elements are lost. */
export interface CoverRow {
  readonly workflow: string
  readonly weight: number
  /** Numbers of bundles, sorted. */
  readonly bundles: readonly number[]
  readonly sets: ElementSet[]
}

/** A workflow and a set of elements that stops it whatever is done. */
export interface Unsavable {
  readonly workflow: string
  readonly elements: ElementSet
}

/**
 * Cover rows as they are found, each once for a workflow. A row says what is needed under one set of lost elements;
 * more rows are found by asking what still ends the work once a plan is carried out.
 */
export class RowPool {
  readonly bundles: Bundle[] = []
  readonly rows: CoverRow[] = []
  readonly unsavable: Unsavable[] = []
  readonly #demands: readonly Demand[]
  readonly #elements: ElementIndex
  readonly #bundleNumber = new Map<string, number>()
  readonly #row = new Map<string, CoverRow>()
  readonly #unsavableKeys = new Set<string>()

  constructor(demands: readonly Demand[], elements: ElementIndex) {
    this.#demands = demands
    this.#elements = elements
  }

  /** Adds what still ends the work once these actions are done; says how many rows are new. */
  addExposed(held: ReadonlySet<number>, concerns: (workflow: string) => boolean): number {
    const before = this.rows.length
    for (const demand of this.#demands) {
      if (!concerns(demand.workflow.id)) continue
      const active = demand.options.filter(({ requires }) => requires.every((one) => held.has(one)))
      for (const set of exposedSets(demand, active, this.#elements)) this.#add(demand, set)
    }
    return this.rows.length - before
  }

  addUnsavable(workflow: string, elements: ElementSet): void {
    const key = `${workflow}\n${elements.join()}`
    if (this.#unsavableKeys.has(key)) return
    this.#unsavableKeys.add(key)
    this.unsavable.push({ workflow, elements })
  }

  #add(demand: Demand, set: ElementSet): void {
    const { workflow, weight } = demand
    const bundles = new Set<number>()
    for (const option of demand.options) {
      if (option.requires.length > 0 && survives(option, set)) {
        bundles.add(this.#numberOf(option.requires))
      }
    }
    if (bundles.size === 0) {
      this.addUnsavable(workflow.id, set)
      return
    }
    const sorted = [...bundles].toSorted((one, other) => one - other)
    const key = `${workflow.id}\n${sorted.join()}`
    const known = this.#row.get(key)
    if (known !== undefined) {
      if (!known.sets.some((one) => one.join() === set.join())) known.sets.push(set)
      return
    }
    const row = { workflow: workflow.id, weight, bundles: sorted, sets: [set] }
    this.#row.set(key, row)
    this.rows.push(row)
  }

  #numberOf(actions: readonly number[]): number {
    const key = actions.join()
    const known = this.#bundleNumber.get(key)
    if (known !== undefined) return known
    this.bundles.push({ actions })
    this.#bundleNumber.set(key, this.bundles.length - 1)
    return this.bundles.length - 1
  }
}

export function isCovered(
  row: CoverRow,
  bundles: readonly Bundle[],
  held: ReadonlySet<number>,
): boolean {
  return row.bundles.some((bundle) => bundles[bundle]?.actions.every((one) => held.has(one)))
}

export function costOf(actions: readonly CandidateAction[], held: ReadonlySet<number>): number {
  let cost = 0
  for (const number of [...held].toSorted((one, other) => one - other)) {
    cost += actions[number]?.cost ?? 0
  }
  return cost
}
