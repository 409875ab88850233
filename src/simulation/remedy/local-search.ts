import type { Pattern, WorkflowPatterns } from './patterns.ts'

/** Which pattern each workflow takes, and what all of it weighs. */
export interface Choice {
  /** By the order of workflows; null: none is open. */
  readonly patterns: readonly (Pattern | null)[]
  readonly weight: number
}

/**
 * Improves the choice of shared actions one at a time: one is given up, or changed for another, as long as that
 * makes the whole lighter. What single workflows add follows from it.
 */
export class LocalSearch {
  readonly #weights: readonly number[]
  /** By workflow, the patterns with the weight of their own actions, the lightest first. */
  readonly #priced: readonly (readonly { readonly pattern: Pattern; readonly weight: number }[])[]
  readonly #shared: readonly number[]

  constructor(workflows: readonly WorkflowPatterns[], weights: readonly number[]) {
    this.#weights = weights
    this.#priced = workflows.map(({ patterns }) =>
      (patterns ?? [])
        .map((pattern) => ({ pattern, weight: this.#sum(pattern.own) }))
        .toSorted((one, other) => one.weight - other.weight),
    )
    const shared = workflows.flatMap(({ patterns }) =>
      (patterns ?? []).flatMap((one) => one.shared),
    )
    this.#shared = [...new Set(shared)].toSorted((one, other) => one - other)
  }

  /** The lightest patterns that these shared actions allow. */
  choose(open: ReadonlySet<number>): Choice {
    let weight = this.#sum([...open])
    const patterns = this.#priced.map((own) => {
      const best = own.find(({ pattern }) => pattern.shared.every((one) => open.has(one)))
      weight += best?.weight ?? Number.POSITIVE_INFINITY
      return best?.pattern ?? null
    })
    return { patterns, weight }
  }

  improve(start: ReadonlySet<number>, isTimeLeft: () => boolean): ReadonlySet<number> {
    let open: ReadonlySet<number> = new Set(this.#shared.filter((one) => start.has(one)))
    let { weight } = this.choose(open)
    let isBetter = true
    while (isBetter && isTimeLeft()) {
      isBetter = false
      for (const next of this.#neighbours(open)) {
        const found = this.choose(next).weight
        if (found >= weight - 1e-9 * Math.max(1, Math.abs(weight))) continue
        open = next
        weight = found
        isBetter = true
        break
      }
    }
    return open
  }

  *#neighbours(open: ReadonlySet<number>): Generator<ReadonlySet<number>> {
    for (const one of open) yield without(open, one)
    for (const one of this.#shared) if (!open.has(one)) yield new Set([...open, one])
    for (const one of open) {
      for (const other of this.#shared) {
        if (!open.has(other)) yield new Set([...without(open, one), other])
      }
    }
  }

  #sum(actions: readonly number[]): number {
    return actions.reduce((total, one) => total + (this.#weights[one] ?? 0), 0)
  }
}

function without(set: ReadonlySet<number>, member: number): ReadonlySet<number> {
  return new Set([...set].filter((one) => one !== member))
}
