import type { CandidateAction } from './candidate-action.ts'
import { greedyPlan } from './greedy-plan.ts'
import { remedyLimits } from './limits.ts'
import { type ProgramInput, type Refutation, writeProgram } from './linear-program.ts'
import type { RemedySolver } from './remedy-solver.ts'
import { costOf, type RowPool } from './row-pool.ts'

export interface SearchContext {
  /** Sorted by id. */
  readonly actions: readonly CandidateAction[]
  readonly pool: RowPool
  readonly solver: RemedySolver
  /** Milliseconds that are left. */
  readonly timeLeftMs: () => number
  /** What the engine has against a plan that covers all rows; null: nothing. */
  readonly refute: (
    held: ReadonlySet<number>,
    secured: ReadonlySet<string> | null,
  ) => Refutation | null
}

export interface Settled {
  /** Null: none was found. */
  readonly held: ReadonlySet<number> | null
  /** Workflows that the plan secures; null without a budget. */
  readonly secured: ReadonlySet<string> | null
  /** Proven bound on the objective; null: none. */
  readonly bound: number | null
  readonly isOptimal: boolean
  /** No plan satisfies the rows. */
  readonly isImpossible: boolean
}

type Question = Pick<ProgramInput, 'weights' | 'known' | 'caps' | 'secure'>

/** The search for plans; rows and refutations that one question taught serve the next. */
export class RemedySearch {
  readonly refutations: Refutation[] = []
  readonly #context: SearchContext

  constructor(context: SearchContext) {
    this.#context = context
  }

  /** Solves, asks what is still cut off, adds that, and solves again, until nothing is. */
  async settle(question: Question): Promise<Settled> {
    const { pool, refute, solver, timeLeftMs } = this.#context
    let bound: number | null = null
    for (let round = 0; round < remedyLimits.roundsMax; round += 1) {
      const timeLimitMs = timeLeftMs() * remedyLimits.solveShare
      if (timeLimitMs <= 0 || this.refutations.length >= remedyLimits.refutationsMax) break
      const { bundles, rows } = pool
      const { refutations } = this
      const problem = writeProgram({ ...question, bundles, rows, refutations })
      const answer = await solver(problem, { timeLimitMs })
      bound = answer.bound ?? bound
      if (answer.values === null) {
        return nothingFound(bound, answer.status === 'infeasible')
      }
      const held = chosen(answer.values, 'z')
      const secured = securedBy(question, answer.values)
      const found = pool.addExposed(held, (workflow) => secured?.has(workflow) ?? true)
      if (found > 0) continue
      const refutation = refute(held, secured)
      if (refutation === null) {
        const isOptimal = answer.status === 'optimal'
        return { held, secured, bound, isOptimal, isImpossible: false }
      }
      this.refutations.push(refutation)
    }
    return nothingFound(bound, false)
  }

  /** The greedy plan, made to hold against everything that the engine finds; null: none does. */
  greedy(): ReadonlySet<number> | null {
    const { actions, pool, refute } = this.#context
    for (let round = 0; round < remedyLimits.roundsMax; round += 1) {
      const held = greedyPlan(pool.rows, pool.bundles, actions)
      if (pool.addExposed(held, () => true) > 0) continue
      if (refute(held, null) === null) return held
      return this.#widened(held)
    }
    return null
  }

  /** Where only capacity is short, adds all capacity that can be had. */
  #widened(held: ReadonlySet<number>): ReadonlySet<number> | null {
    const { actions, pool, refute } = this.#context
    const wide = new Set(held)
    for (const [number, { widens }] of actions.entries()) if (widens !== null) wide.add(number)
    if (pool.addExposed(wide, () => true) > 0 || refute(wide, null) !== null) return null
    // The dearest first is given up again while the plan holds.
    const order = [...wide].toSorted(
      (one, other) => (actions[other]?.cost ?? 0) - (actions[one]?.cost ?? 0) || other - one,
    )
    for (const action of order) {
      if ((actions[action]?.widens ?? null) === null) continue
      wide.delete(action)
      if (refute(wide, null) !== null) wide.add(action)
    }
    return wide
  }

  costs(): readonly number[] {
    return this.#context.actions.map(({ cost }) => cost)
  }

  costOf(held: ReadonlySet<number>): number {
    return costOf(this.#context.actions, held)
  }
}

function nothingFound(bound: number | null, isImpossible: boolean): Settled {
  return { held: null, secured: null, bound, isOptimal: false, isImpossible }
}

function chosen(values: ReadonlyMap<string, number>, letter: string): ReadonlySet<number> {
  const numbers: number[] = []
  for (const [name, value] of values) {
    if (name.startsWith(letter) && value > 0.5) numbers.push(Number(name.slice(1)))
  }
  return new Set(numbers.toSorted((one, other) => one - other))
}

function securedBy(
  { secure }: Question,
  values: ReadonlyMap<string, number>,
): ReadonlySet<string> | null {
  if (secure === null) return null
  const numbers = chosen(values, 's')
  return new Set(secure.workflows.filter((_, index) => numbers.has(index)).map(({ id }) => id))
}
