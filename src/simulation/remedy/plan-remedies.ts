import { compareText } from '../../base/compare.ts'
import { messageOf } from '../../base/fault.ts'
import type { RemedyPlan } from '../../schema/simulation.ts'
import type { ElementId, Portfolio } from '../portfolio.ts'
import { criticalityWeights } from '../portfolio.ts'
import type { CandidateAction } from './candidate-action.ts'
import { demandsOf, isTargeted, lostNumbers, type TargetedFront } from './demands.ts'
import { type ElementIndex, indexElements } from './element-index.ts'
import { lostIn } from './front.ts'
import { isShortOfStaff, staffShortages } from './exposed-sets.ts'
import { remedyLimits } from './limits.ts'
import type { Refutation } from './linear-program.ts'
import { type Proof, provePlan, type Violation } from './prove-plan.ts'
import { refutationOf } from './refutation.ts'
import type { RemedySolver } from './remedy-solver.ts'
import { RemedySearch, type Settled } from './remedy-search.ts'
import { isCovered, RowPool } from './row-pool.ts'

export interface RemedyRequest {
  /** Its elements include those that only actions bring. */
  readonly portfolio: Portfolio
  readonly actions: readonly CandidateAction[]
  /** What is to hold, all of it. */
  readonly targets: readonly TargetedFront[]
  /** The most that may be spent; null: whatever it takes. */
  readonly budget: number | null
  /** Null: no costs are stated and actions are counted. */
  readonly currency: string | null
  readonly horizonMonths: number | null
  readonly solver: RemedySolver
  readonly timeLimitMs: number
  /** A clock that only runs forward, in milliseconds. */
  readonly now: () => number
}

/** The cheapest actions after which the targets hold, with proof; or the most work that a budget secures. */
export async function planRemedies(request: RemedyRequest): Promise<RemedyPlan> {
  return new RemedyPlanner(request).plan()
}

/** What was found, before it is put into words. */
interface Found {
  readonly held: ReadonlySet<number>
  readonly bound: number | null
  readonly isCertified: boolean
  readonly greedyCost: number | null
  readonly alternatives: readonly ReadonlySet<number>[]
  /** With a budget: share of the weight that a better plan might secure beside. */
  readonly gap: number | null
}

class RemedyPlanner {
  readonly #request: RemedyRequest
  readonly #actions: readonly CandidateAction[]
  readonly #elements: ElementIndex
  readonly #pool: RowPool
  readonly #search: RemedySearch
  readonly #endsAt: number
  /** The last thing the engine had against a plan; explains why none is good enough. */
  #refuted: Violation | null = null
  #isImpossible = false
  #proven: { readonly key: string; readonly proof: Proof } | null = null

  constructor(request: RemedyRequest) {
    this.#request = request
    this.#actions = request.actions.toSorted((one, other) => compareText(one.id, other.id))
    const brought = this.#actions.flatMap(({ brings }) => brings.map(({ option }) => option))
    const named = request.targets.flatMap(({ front }) =>
      front.kind === 'contingency' ? lostIn(front.contingency) : [],
    )
    this.#elements = indexElements(request.portfolio, brought, named)
    const { workflows } = request.portfolio
    const demands = demandsOf(workflows, request.targets, this.#actions, this.#elements)
    this.#pool = new RowPool(demands, this.#elements)
    this.#endsAt = request.now() + request.timeLimitMs
    this.#search = new RemedySearch({
      actions: this.#actions,
      pool: this.#pool,
      solver: request.solver,
      rowsSayAll:
        request.portfolio.capacities.length === 0 &&
        request.targets.every(({ target }) => target.word === 'stops'),
      timeLeftMs: () => this.#endsAt - request.now(),
      refute: (held, secured) => this.#refute(held, secured),
    })
    this.#noteStaffShortages()
  }

  async plan(): Promise<RemedyPlan> {
    if (this.#pool.rows.length === 0 && this.#refute(new Set(), null).length === 0) {
      return this.#told(
        nothingDone,
        this.#pool.unsavable.length === 0 ? 'nothing-to-do' : 'infeasible',
      )
    }
    if (this.#actions.length === 0) return this.#told(nothingDone, 'infeasible')
    if (this.#request.budget !== null) return this.#planWithin(this.#request.budget)
    const found = await this.#cheapest()
    if (found === null) {
      if (this.#search.failure !== null) throw this.#search.failure
      const notice = 'no plan was found within the time; that there is none is not proven'
      return this.#told(nothingDone, 'infeasible', this.#isImpossible ? [] : [notice])
    }
    const status = found.isCertified ? 'optimal' : 'feasible'
    return this.#told(found, this.#pool.unsavable.length > 0 ? 'infeasible' : status)
  }

  async #cheapest(): Promise<Found | null> {
    const search = this.#search
    const greedy = search.greedy()
    const greedyCost = greedy === null ? null : search.costOf(greedy)
    const costs = search.costs()
    const near = greedy === null ? null : search.improved(greedy)
    const question = { weights: costs, known: [], caps: [], secure: null }
    const settled = await search.settle(question, { start: near })
    const solved = settled.held
    this.#isImpossible = settled.isImpossible
    if (solved === null && near === null) return null
    const isSolved =
      solved !== null &&
      (near === null || search.costOf(solved) <= withTolerance(search.costOf(near)))
    const first = isSolved ? solved : (near ?? new Set<number>())
    const cost = search.costOf(first)
    const isCertified = isSolved && settled.isOptimal
    const bound = isCertified ? cost : Math.min(cost, Math.max(0, settled.bound ?? 0))
    const held = isCertified ? await this.#tidiest(first, cost) : first
    const alternatives = await this.#alternatives(held, cost)
    return { held, bound, isCertified, greedyCost, alternatives, gap: gapOf(cost, bound) }
  }

  /** Among plans of the same cost the one with the fewest actions, then those that come first by id. */
  async #tidiest(held: ReadonlySet<number>, cost: number): Promise<ReadonlySet<number>> {
    const count = this.#actions.length
    if (count > remedyLimits.tieBreakActionsMax) return held
    const weights = this.#actions.map((_, index) => count * count + index)
    const cap = { weights: this.#search.costs(), most: withTolerance(cost) }
    const settled = await this.#search.settle({ weights, known: [], caps: [cap], secure: null })
    return settled.isOptimal ? (settled.held ?? held) : held
  }

  async #alternatives(
    best: ReadonlySet<number>,
    cost: number,
  ): Promise<readonly ReadonlySet<number>[]> {
    const costs = this.#search.costs()
    const most = withTolerance(cost * (1 + remedyLimits.alternativeShare))
    const known = [[...best]]
    const leaveMs = this.#request.timeLimitMs * (1 - remedyLimits.alternativesUntil)
    const found: ReadonlySet<number>[] = []
    while (found.length < remedyLimits.alternativesMax && best.size > 0) {
      const question = { weights: costs, known, caps: [{ weights: costs, most }], secure: null }
      const { held } = await this.#search.settle(question, { leaveMs })
      if (held === null) break
      const other = this.#withoutSuperfluous(held)
      found.push(other)
      known.push([...other])
    }
    return found
  }

  /** An action of no cost may be in a plan for nothing. */
  #withoutSuperfluous(held: ReadonlySet<number>): ReadonlySet<number> {
    const kept = new Set(held)
    for (const action of [...held].toReversed()) {
      kept.delete(action)
      const { bundles, rows } = this.#pool
      const isNeeded = rows.some(
        (row) => isCovered(row, bundles, held) && !isCovered(row, bundles, kept),
      )
      if (isNeeded || this.#search.refutations.length > 0) kept.add(action)
    }
    return kept
  }

  async #planWithin(budget: number): Promise<RemedyPlan> {
    const search = this.#search
    const costs = search.costs()
    const cap = { weights: costs, most: withTolerance(budget) }
    const lost = new Set(this.#pool.unsavable.map(({ workflow }) => workflow))
    const workflows = this.#targeted()
      .filter(({ id }) => !lost.has(id))
      .map(({ id, criticality }) => ({
        id,
        weight: criticalityWeights[criticality ?? 'supporting'],
      }))
    const most = await search.settle({
      weights: costs,
      known: [],
      caps: [cap],
      secure: { workflows, objective: 'weight' },
    })
    if (most.held === null) {
      const held = search.greedyWithin(budget)
      const exposed = new Set(this.#prove(held).violations.map(({ workflow }) => workflow))
      const all = weightOf(workflows, new Set(workflows.map(({ id }) => id)))
      const gap = gapOf(all, all - weightOf(workflows, exposed))
      return this.#told({ ...nothingDone, held, bound: null, gap }, 'feasible')
    }
    const least = weightOf(workflows, most.secured)
    const cheap = await search.settle({
      weights: costs,
      known: [],
      caps: [cap],
      secure: { workflows, objective: { least } },
    })
    const chosen: Settled = cheap.held === null ? most : cheap
    const isCertified = most.isOptimal && chosen.isOptimal
    const reachable = most.isOptimal ? least : Math.max(least, most.bound ?? least)
    const found: Found = {
      held: chosen.held ?? new Set(),
      bound: null,
      isCertified,
      greedyCost: null,
      alternatives: [],
      gap: isCertified ? 0 : gapOf(reachable, least),
    }
    return this.#told(found, isCertified ? 'optimal' : 'feasible')
  }

  #targeted(): Portfolio['workflows'] {
    const { portfolio, targets } = this.#request
    return portfolio.workflows.filter((one) =>
      targets.some(({ target }) => isTargeted(target, one)),
    )
  }

  /** No action brings people: what the loss of classes stops stays stopped. */
  #noteStaffShortages(): void {
    for (const { target, front } of this.#request.targets) {
      for (const workflow of this.#request.portfolio.workflows) {
        if (!isTargeted(target, workflow)) continue
        if (front.kind === 'any') {
          const shortages = staffShortages(workflow, front.depth, this.#elements)
          for (const set of shortages) this.#pool.addUnsavable(workflow.id, set)
          continue
        }
        const lost = lostNumbers(front.contingency, this.#elements)
        if (isShortOfStaff(workflow, lost, this.#elements)) {
          this.#pool.addUnsavable(workflow.id, lost)
        }
      }
    }
  }

  /** Asks the engine; what no action can mend is not held against a plan. Empty: it has nothing against it. */
  #refute(held: ReadonlySet<number>, secured: ReadonlySet<string> | null): readonly Refutation[] {
    const against = this.#prove(held).violations.filter(
      (one) => (secured?.has(one.workflow) ?? true) && !this.#isUnsavable(one),
    )
    this.#refuted = against[0] ?? this.#refuted
    const refutations = new Map<string, Refutation>()
    for (const one of against.slice(0, remedyLimits.refutationsAtOnce)) {
      const found = refutationOf(one, this.#request.portfolio, this.#actions, held)
      refutations.set(`${found.workflow}\n${found.held.join()} ${found.left.join()}`, found)
    }
    return [...refutations.values()]
  }

  /** The last proof is kept: the plan that stood the search is told right after. */
  #prove(held: ReadonlySet<number>): Proof {
    const { portfolio, targets } = this.#request
    const key = [...held].join()
    if (this.#proven?.key === key) return this.#proven.proof
    const proof = provePlan(portfolio, this.#actionsOf(held), targets)
    this.#proven = { key, proof }
    return proof
  }

  #isUnsavable({ workflow, lost: all }: Violation): boolean {
    const lost = new Set(all.flatMap((id) => this.#elements.numberOf.get(id) ?? []))
    return this.#pool.unsavable.some(
      (one) => one.workflow === workflow && one.elements.every((element) => lost.has(element)),
    )
  }

  #actionsOf(held: ReadonlySet<number>): readonly CandidateAction[] {
    return this.#actions.filter((_, number) => held.has(number))
  }

  #told(found: Found, status: RemedyPlan['status'], notices: readonly string[] = []): RemedyPlan {
    const { currency, horizonMonths, targets } = this.#request
    const proof = this.#prove(found.held)
    return {
      target: targets.map(({ target }) => target.text).join('; '),
      status,
      currency,
      horizonMonths,
      cost: this.#search.costOf(found.held),
      bound: found.bound,
      gap: found.gap,
      actions: [...found.held].map((number) => this.#actionTold(number, found.held)),
      greedyCost: found.greedyCost,
      proof: {
        contingencies: proof.contingencies,
        stops: proof.violations
          .filter(({ elements }) => elements.length > 0)
          .map(({ workflow, class: one, elements }) => ({
            workflow,
            class: one,
            elements: [...elements],
          })),
      },
      alternatives: found.alternatives.map((held) => ({
        cost: this.#search.costOf(held),
        actions: this.#actionsOf(held).map(({ id }) => id),
      })),
      infeasible: status === 'infeasible' || found.bound === null ? this.#unsavableTold() : [],
      exposed: [...new Set(proof.violations.map(({ workflow }) => workflow))],
      notices: [...notices, ...noticesOf(proof, this.#search.failure)],
    }
  }

  #actionTold(number: number, held: ReadonlySet<number>): RemedyPlan['actions'][number] {
    const { bundles, rows } = this.#pool
    const { currency } = this.#request
    const removes = new Map<string, { workflow: string; elements: ElementId[] }>()
    for (const { workflow, bundles: own, sets } of rows) {
      if (sets.length === 0) continue
      const helps = own.some((bundle) => {
        const { actions = [] } = bundles[bundle] ?? {}
        return actions.includes(number) && actions.every((one) => held.has(one))
      })
      for (const set of helps ? sets : []) {
        const elements = this.#idsOf(set)
        removes.set(`${workflow}\n${elements.join()}`, { workflow, elements })
      }
    }
    const action = this.#actions[number]
    return {
      id: action?.id ?? '',
      kind: action?.kind ?? 'qualify',
      subject: action?.subject ?? '',
      workflow: action?.workflow ?? null,
      cost: currency === null ? null : (action?.cost ?? 0),
      text: action?.text ?? '',
      removes: [...removes.values()].slice(0, remedyLimits.removesMax),
    }
  }

  #unsavableTold(): RemedyPlan['infeasible'] {
    const count = new Map<string, number>()
    const told = this.#pool.unsavable.flatMap(({ workflow, elements }) => {
      const told = (count.get(workflow) ?? 0) + 1
      count.set(workflow, told)
      if (told > remedyLimits.unsavableMax) return []
      const ids = this.#idsOf(elements)
      return [{ workflow, elements: ids, text: unsavableText(workflow, ids) }]
    })
    if (told.length > 0 || this.#refuted === null) return told
    const { workflow, elements } = this.#refuted
    const text = `${unsavableText(workflow, elements)}: what is left is too small for all that falls on it`
    return [{ workflow, elements: [...elements], text }]
  }

  /** A directive stands for the models that were withdrawn under it. */
  #idsOf(elements: readonly number[]): ElementId[] {
    const ids = elements.map((element) => this.#elements.ids[element] ?? '')
    if (!ids.some((id) => id.startsWith('directive:'))) return ids
    const withdrawn = new Set(
      this.#request.targets.flatMap(({ front }) =>
        front.kind === 'contingency' ? (front.contingency.withdrawn ?? []) : [],
      ),
    )
    return ids.filter((id) => !withdrawn.has(id))
  }
}

const nothingDone: Found = {
  held: new Set(),
  bound: 0,
  isCertified: true,
  greedyCost: null,
  alternatives: [],
  gap: 0,
}

function unsavableText(workflow: string, elements: readonly ElementId[]): string {
  if (elements.length === 0)
    return `${workflow} has stopped with nothing lost, and no action changes that`
  const isStaff = elements.every((id) => id.startsWith('class:'))
  const why = isStaff
    ? 'too few people are left, and no action brings people'
    : 'no action leaves it an option'
  const how = elements.some((id) => id.startsWith('directive:')) ? 'under' : 'without'
  return `${workflow} ${how} ${elements.join(' and ')}: ${why}`
}

function noticesOf({ unsimulated }: Proof, failure: unknown): string[] {
  return [
    ...(unsimulated === 0
      ? []
      : [
          `${unsimulated} pairs of elements were not simulated one by one: shared capacity under them is not proven`,
        ]),
    ...(failure === null ? [] : [`${messageOf(failure)}; the plan is what was found without it`]),
  ]
}

function weightOf(
  workflows: readonly { readonly id: string; readonly weight: number }[],
  secured: ReadonlySet<string> | null,
): number {
  return workflows
    .filter(({ id }) => secured?.has(id) ?? false)
    .reduce((total, { weight }) => total + weight, 0)
}

function gapOf(most: number, least: number): number {
  return most <= 0 ? 0 : Math.max(0, (most - least) / most)
}

/** Sums of decimal costs miss each other by hairs. */
function withTolerance(cost: number): number {
  return cost + Math.max(1e-6, Math.abs(cost) * 1e-9)
}
