import type { CandidateAction } from './candidate-action.ts'
import type { Demand, PossibleOption } from './demands.ts'
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
  /** Cut sets of today that ask for it. */
  readonly sets: ElementSet[]
}

/** A workflow and a set of elements that stops it whatever is done. */
export interface Unsavable {
  readonly workflow: string
  readonly elements: ElementSet
}

/**
 * Cover rows, each once for a workflow. A row says what is needed under one set of lost elements. Those that can be
 * foreseen are there from the start; more are found by asking what still ends the work once a plan is carried out.
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
    for (const demand of demands) {
      const today = demand.options.filter(({ requires }) => requires.length === 0)
      for (const set of exposedSets(demand, today, elements)) {
        this.#add(demand, set, true)
        this.#foresee(demand, set)
      }
    }
  }

  /** Adds what still ends the work once these actions are done; says how many rows are new. */
  addExposed(held: ReadonlySet<number>, concerns: (workflow: string) => boolean): number {
    const before = this.rows.length
    for (const demand of this.#demands) {
      if (!concerns(demand.workflow.id)) continue
      const active = demand.options.filter(({ requires }) => requires.every((one) => held.has(one)))
      for (const set of exposedSets(demand, active, this.#elements)) this.#add(demand, set, false)
    }
    return this.rows.length - before
  }

  addUnsavable(workflow: string, elements: ElementSet): void {
    const key = `${workflow}\n${elements.join()}`
    if (this.#unsavableKeys.has(key)) return
    this.#unsavableKeys.add(key)
    this.unsavable.push({ workflow, elements })
  }

  /** A cut set with room for more losses: whatever new option mends it must not be lost with the next element. */
  #foresee(demand: Demand, set: ElementSet): void {
    const { front } = demand
    if (front.kind !== 'any' || set.length >= front.depth) return
    const next = new Set<number>()
    for (const option of demand.options) {
      if (option.requires.length === 0 || !survives(option, set)) continue
      for (const killer of option.killers) if (!demand.classKillers.has(killer)) next.add(killer)
    }
    for (const element of next) {
      const larger = [...set, element].toSorted((one, other) => one - other)
      this.#add(demand, larger, false)
      this.#foresee(demand, larger)
    }
  }

  #add(demand: Demand, set: ElementSet, isCutToday: boolean): void {
    const { workflow, weight } = demand
    const bundles = this.#survivors(demand.options, set)
    if (bundles.length === 0) {
      this.addUnsavable(workflow.id, set)
      return
    }
    const key = `${workflow.id}\n${bundles.join()}`
    const row = this.#row.get(key) ?? { workflow: workflow.id, weight, bundles, sets: [] }
    if (!this.#row.has(key)) {
      this.#row.set(key, row)
      this.rows.push(row)
    }
    if (isCutToday && !row.sets.some((one) => one.join() === set.join())) row.sets.push(set)
  }

  #survivors(options: readonly PossibleOption[], set: ElementSet): readonly number[] {
    const bundles = new Set<number>()
    for (const option of options) {
      if (option.requires.length === 0 || !survives(option, set)) continue
      bundles.add(this.#numberOf(option.requires))
    }
    return [...bundles].toSorted((one, other) => one - other)
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
