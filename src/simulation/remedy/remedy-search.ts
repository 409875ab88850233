import type { CandidateAction } from './candidate-action.ts'
import { greedyPlan } from './greedy-plan.ts'
import { remedyLimits } from './limits.ts'
import { isPlain, type ProgramInput, type Refutation, writeProgram } from './linear-program.ts'
import { LocalSearch } from './local-search.ts'
import { patternsOf, type WorkflowPatterns } from './patterns.ts'
import type { RemedySolver } from './remedy-solver.ts'
import { costOf, type RowPool } from './row-pool.ts'

export interface SearchContext {
  /** Sorted by id. */
  readonly actions: readonly CandidateAction[]
  readonly pool: RowPool
  readonly solver: RemedySolver
  /** The engine can hold nothing against a plan but what the rows say. */
  readonly rowsSayAll: boolean
  /** Milliseconds that are left. */
  readonly timeLeftMs: () => number
  /** What the engine has against a plan that covers all rows; empty: nothing. */
  readonly refute: (
    held: ReadonlySet<number>,
    secured: ReadonlySet<string> | null,
  ) => readonly Refutation[]
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

interface SettleOptions {
  /** A plan to begin with. */
  readonly start?: ReadonlySet<number> | null
  /** Time that is not touched. */
  readonly leaveMs?: number
}

/** The search for plans; rows and refutations that one question taught serve the next. */
export class RemedySearch {
  readonly refutations: Refutation[] = []
  /** Why the solver gave no answer, the last time it gave none. */
  failure: unknown = null
  readonly #context: SearchContext
  #workflows: readonly WorkflowPatterns[] = []
  #rowsSeen = -1

  constructor(context: SearchContext) {
    this.#context = context
  }

  /** Solves, asks what is still cut off, adds that, and solves again, until nothing is. */
  async settle(question: Question, options: SettleOptions = {}): Promise<Settled> {
    const { pool, refute, solver, timeLeftMs } = this.#context
    const { start = null, leaveMs = 0 } = options
    let bound: number | null = null
    for (let round = 0; round < remedyLimits.roundsMax; round += 1) {
      const timeLimitMs = (timeLeftMs() - leaveMs) * remedyLimits.solveShare
      if (timeLimitMs <= 0 || this.refutations.length >= remedyLimits.refutationsMax) break
      const input = { ...question, ...this.#known() }
      const begin = start !== null && isPlain(input) ? this.#startFrom(start, input) : undefined
      const answer = await solver(writeProgram(input), {
        timeLimitMs,
        ...(begin === undefined ? {} : { start: begin }),
      }).catch((error: unknown) => {
        this.failure = error
        return null
      })
      if (answer === null) return nothingFound(bound, false)
      bound = answer.bound ?? bound
      if (answer.values === null) return nothingFound(bound, answer.status === 'infeasible')
      const held = isPlain(input)
        ? this.#completed(answer.values, input)
        : heldBy(answer.values, input.workflows)
      const secured = securedBy(question, answer.values)
      const found = pool.addExposed(held, (workflow) => secured?.has(workflow) ?? true)
      if (found > 0) continue
      const against = refute(held, secured)
      if (against.length === 0) {
        const isOptimal = answer.status === 'optimal'
        return { held, secured, bound, isOptimal, isImpossible: false }
      }
      this.refutations.push(...against)
    }
    return nothingFound(bound, false)
  }

  #known(): Pick<ProgramInput, 'bundles' | 'workflows' | 'refutations'> {
    const { pool, actions, rowsSayAll } = this.#context
    const { rows, bundles } = pool
    if (rows.length !== this.#rowsSeen) {
      this.#workflows = patternsOf(rows, bundles, actions, rowsSayAll)
      this.#rowsSeen = rows.length
    }
    return { bundles, workflows: this.#workflows, refutations: this.refutations }
  }

  /** Where only the price counts, the solver settles the shared actions; each workflow takes its best pattern. */
  #completed(values: ReadonlyMap<string, number>, input: ProgramInput): ReadonlySet<number> {
    const open = chosen(values, 'z')
    const search = new LocalSearch(input.workflows, input.weights)
    const held = new Set<number>()
    for (const pattern of search.choose(open).patterns) {
      for (const one of [...(pattern?.shared ?? []), ...(pattern?.own ?? [])]) held.add(one)
    }
    if (input.workflows.some(({ patterns }) => patterns === null))
      for (const one of open) held.add(one)
    return sortedSet(held)
  }

  #startFrom(
    held: ReadonlySet<number>,
    input: ProgramInput,
  ): ReadonlyMap<string, number> | undefined {
    if (input.workflows.some(({ patterns }) => patterns === null)) return undefined
    const start = new Map<string, number>()
    const { patterns } = new LocalSearch(input.workflows, input.weights).choose(held)
    for (const [index, pattern] of patterns.entries()) {
      if (pattern === null) return undefined
      const { like = -1, patterns: all = null } = input.workflows[index] ?? {}
      if (like === index) start.set(`p${index}_${all?.indexOf(pattern) ?? -1}`, 1)
      for (const action of pattern.shared) start.set(`z${action}`, 1)
    }
    return start
  }

  /** The greedy plan, made to hold against everything that the engine finds; null: none does. */
  greedy(): ReadonlySet<number> | null {
    const { actions, pool, refute } = this.#context
    for (let round = 0; round < remedyLimits.roundsMax; round += 1) {
      const rows = this.#known().workflows.flatMap((one) => one.rows)
      const held = greedyPlan(rows, pool.bundles, actions)
      if (pool.addExposed(held, () => true) > 0) continue
      if (refute(held, null).length === 0) return held
      return this.#widened(held)
    }
    return null
  }

  /** What the greedy plan does with so much money; it may leave work half secured. */
  greedyWithin(budget: number): ReadonlySet<number> {
    const { actions, pool } = this.#context
    const rows = this.#known().workflows.flatMap((one) => one.rows)
    return greedyPlan(rows, pool.bundles, actions, budget)
  }

  /** A better plan near this one, where rows say all; else the same. */
  improved(held: ReadonlySet<number>): ReadonlySet<number> {
    const { rowsSayAll, timeLeftMs } = this.#context
    const { workflows } = this.#known()
    if (!rowsSayAll || workflows.some(({ patterns }) => patterns === null)) return held
    const search = new LocalSearch(workflows, this.costs())
    const until = timeLeftMs() * (1 - remedyLimits.improveShare)
    const open = search.improve(held, () => timeLeftMs() > until)
    const better = new Set<number>()
    for (const pattern of search.choose(open).patterns) {
      for (const one of [...(pattern?.shared ?? []), ...(pattern?.own ?? [])]) better.add(one)
    }
    return this.costOf(better) < this.costOf(held) ? sortedSet(better) : held
  }

  /** Where only capacity is short, adds all capacity that can be had. */
  #widened(held: ReadonlySet<number>): ReadonlySet<number> | null {
    const { actions, pool, refute } = this.#context
    const wide = new Set(held)
    for (const [number, { widens }] of actions.entries()) if (widens !== null) wide.add(number)
    if (pool.addExposed(wide, () => true) > 0 || refute(wide, null).length > 0) return null
    // The dearest first is given up again while the plan holds.
    const order = [...wide].toSorted(
      (one, other) => (actions[other]?.cost ?? 0) - (actions[one]?.cost ?? 0) || other - one,
    )
    for (const action of order) {
      if ((actions[action]?.widens ?? null) === null) continue
      wide.delete(action)
      if (refute(wide, null).length > 0) wide.add(action)
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
  return sortedSet(numbers)
}

function heldBy(
  values: ReadonlyMap<string, number>,
  workflows: readonly WorkflowPatterns[],
): ReadonlySet<number> {
  const held = new Set(chosen(values, 'z'))
  for (const [name, value] of values) {
    if (!name.startsWith('p') || value <= 0.5) continue
    const [workflow = 0, pattern = 0] = name.slice(1).split('_').map(Number)
    for (const one of workflows[workflow]?.patterns?.[pattern]?.own ?? []) held.add(one)
  }
  return sortedSet(held)
}

function sortedSet(numbers: Iterable<number>): ReadonlySet<number> {
  return new Set([...numbers].toSorted((one, other) => one - other))
}

function securedBy(
  { secure }: Question,
  values: ReadonlyMap<string, number>,
): ReadonlySet<string> | null {
  if (secure === null) return null
  const numbers = chosen(values, 's')
  return new Set(secure.workflows.filter((_, index) => numbers.has(index)).map(({ id }) => id))
}
