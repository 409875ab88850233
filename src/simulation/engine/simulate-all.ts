import type { PostContingency } from '../../schema/simulation.ts'
import type { Contingency } from '../contingency.ts'
import { simulationLimits } from '../limits.ts'
import {
  criticalityWeights,
  type ElementId,
  type ElementKind,
  elementKinds,
  type Portfolio,
} from '../portfolio.ts'
import type { CompiledPortfolio } from './compiled-portfolio.ts'
import { CutFinder } from './cut-table.ts'
import { type Baseline, baselineOf, explainJudgement } from './evaluate.ts'
import type { HeldState } from './find-cut-sets.ts'
import { type Judgement, judgeWorkflows } from './judge-workflows.ts'
import { atRisk, classCount, degraded, stops } from './outcome-words.ts'
import type { CapacityPlan } from './route-room.ts'
import { situationOf } from './situation.ts'

export interface SimulateAllOptions extends HeldState {
  /** 1: every element alone. 2: also the pairs that are worse than each of their members. */
  readonly depth: 1 | 2
  /** Told of long work: contingencies done, and how many there are. */
  readonly progress?: (done: number, total: number) => void
}

export interface AllContingencies {
  /** Every element alone, by kind and id; then the pairs that are new, the worst first. */
  readonly contingencies: readonly Pick<
    PostContingency,
    'contingency' | 'status' | 'outcomes' | 'overloads'
  >[]
  /** What the limits left out; zeros when nothing. */
  readonly omitted: { readonly pairs: number; readonly outcomes: number }
}

/**
 * All contingencies of one element, shared capacity dealt out, and the pairs that matter, without it. Only outcomes
 * that are worse than before are listed, of pairs only those that are worse than under either member.
 */
export function simulateAll(portfolio: Portfolio, options: SimulateAllOptions): AllContingencies {
  const { depth, progress, ...held } = options
  const baseline = baselineOf(portfolio, { elements: [], ...held })
  const listing = new Listing(baseline, held)
  const elements = inOrder(baseline.portfolio)
  const pairs = depth === 2 ? worstPairs(baseline) : { listed: [], omitted: 0 }
  const total = elements.length + pairs.listed.length
  const users = usersOf(baseline.portfolio)
  for (const [index, element] of elements.entries()) {
    listing.addSingle(element, users)
    progress?.(index + 1, total)
  }
  for (const [index, pair] of pairs.listed.entries()) {
    listing.addPair(pair)
    progress?.(elements.length + index + 1, total)
  }
  const omitted = { pairs: pairs.omitted, outcomes: listing.omittedOutcomes }
  return { contingencies: listing.contingencies, omitted }
}

type Listed = AllContingencies['contingencies'][number]

class Listing {
  readonly contingencies: Listed[] = []
  omittedOutcomes = 0
  private listedOutcomes = 0
  private readonly baseline: Baseline
  private readonly held: HeldState

  constructor(baseline: Baseline, held: HeldState) {
    this.baseline = baseline
    this.held = held
  }

  addSingle(element: number, users: Users): void {
    const { plan, judgement, portfolio } = this.baseline
    const affected = affectedBy(portfolio, element, users, plan)
    this.add([element], affected, plan, ({ words }) => {
      const places: number[] = []
      for (const number of Array.from(affected).toSorted((a, b) => a - b)) {
        for (let place = number * classCount; place < (number + 1) * classCount; place += 1) {
          if ((words[place] ?? 0) > (judgement.words[place] ?? 0)) places.push(place)
        }
      }
      return places
    })
  }

  addPair({ elements, places }: Pair): void {
    const workflows = new Set(places.map((place) => Math.floor(place / classCount)))
    this.add(elements, [...workflows], null, () => places)
  }

  private add(
    elements: readonly number[],
    only: ArrayLike<number>,
    plan: CapacityPlan | null,
    placesOf: (judgement: Judgement) => readonly number[],
  ): void {
    const { portfolio, served, denied } = this.baseline
    const contingency = this.contingencyOf(elements)
    const situation = situationOf(portfolio, contingency, denied)
    const judgement = judgeWorkflows(portfolio, situation, served, { plan, only })
    const places = placesOf(judgement)
    const kept = places.slice(0, Math.max(0, simulationLimits.outcomesMax - this.listedOutcomes))
    this.listedOutcomes += kept.length
    this.omittedOutcomes += places.length - kept.length
    const judged = { situation, answers: this.baseline.answers, judgement, ruleAlone: null }
    const { outcomes, overloads } = explainJudgement(this.baseline, contingency, judged, kept)
    this.contingencies.push({
      contingency: [...contingency.elements],
      status: places.length > 0 ? 'impact' : 'no-impact',
      outcomes: [...outcomes],
      overloads: overloads.filter((overload) => !this.isOld(overload)),
    })
  }

  /** As much was asked of the route before anything was lost. */
  private isOld({ route, measure, asked, shed }: PostContingency['overloads'][number]): boolean {
    return this.baseline.judgement.overloads.some(
      (before) =>
        before.route === route &&
        before.measure === measure &&
        before.asked >= asked &&
        shed.every((workflow) => before.shed.includes(workflow)),
    )
  }

  /** What vendors had withdrawn stays withdrawn; it is no part of the question. */
  private contingencyOf(elements: readonly number[]): Contingency {
    const ids = elements.map((element) => this.baseline.portfolio.elements[element] ?? '')
    return { elements: ids, ...this.held }
  }
}

/** Elements by kind, then by id. A directive is no element of an option and has its own question. */
function inOrder({ elements }: CompiledPortfolio): readonly number[] {
  const kinds = elements.map((id) => elementKinds.indexOf(kindOf(id)))
  return [...elements.keys()]
    .filter((element) => kinds[element] !== elementKinds.indexOf('directive'))
    .toSorted((a, b) => (kinds[a] ?? 0) - (kinds[b] ?? 0) || a - b)
}

function kindOf(id: ElementId): ElementKind {
  const kind = id.slice(0, id.indexOf(':'))
  return elementKinds.find((known) => known === kind) ?? 'directive'
}

/** By element the workflows one of whose options needs it, in the order of the file. */
type Users = readonly (readonly number[])[]

function usersOf(portfolio: CompiledPortfolio): Users {
  const users: number[][] = portfolio.elements.map(() => [])
  const { sets, firstNeed, firstOption, optionSet } = portfolio
  for (const number of portfolio.portfolio.workflows.keys()) {
    const to = firstOption[firstNeed[number + 1] ?? 0] ?? 0
    for (let option = firstOption[firstNeed[number] ?? 0] ?? 0; option < to; option += 1) {
      const set = optionSet[option] ?? 0
      for (let at = sets.start(set); at < sets.end(set); at += 1) {
        const list = users[sets.at(at)]
        if (list !== undefined && list.at(-1) !== number) list.push(number)
      }
    }
  }
  return users
}

/** The loss of a class concerns everybody; shared capacity hands a loss on to all who compete for it. */
function affectedBy(
  { portfolio, lostWith, classElements }: CompiledPortfolio,
  element: number,
  users: Users,
  plan: CapacityPlan | null,
): ArrayLike<number> {
  const takesClass = (lostWith[element] ?? []).some((lost) => classElements.includes(lost))
  const direct = takesClass ? [...portfolio.workflows.keys()] : (users[element] ?? [])
  if (plan === null || !direct.some((number) => plan.concerned[number] === 1)) return direct
  const isDirect = new Set(direct)
  return plan.order.filter((number) => plan.concerned[number] === 1 || isDirect.has(number))
}

interface Pair {
  readonly elements: readonly number[]
  /** Workflow × classes + class, where it is worse than either member; sorted. */
  readonly places: readonly number[]
}

/**
 * A pair is worse than each of its members exactly when it is a minimal cut set of two for some word: it brings
 * that word about, or a worse one, and neither member does. So the cut sets for each word give all such pairs.
 */
function worstPairs(baseline: Baseline): {
  readonly listed: readonly Pair[]
  readonly omitted: number
} {
  const { portfolio, served, gone } = baseline
  const finder = new CutFinder({ portfolio, gone, served })
  const stopping = finder.find({ depth: 2, word: stops })
  const better = [atRisk, degraded].map((word) => finder.find({ depth: 2, word, stopping }))
  const tables = [stopping, ...better]
  const count = portfolio.elements.length
  const weights = new Map<number, number[]>()
  function visit(act: (key: number, place: number, level: number) => void): void {
    for (const [level, { lists, listOf }] of tables.entries()) {
      for (const [place, list] of listOf.entries()) {
        if (list < 0) continue
        const end = lists.pairEnd(list)
        for (let at = lists.pairStart(list); at < end; at += 2) {
          act(lists.pairs.at(at) * count + lists.pairs.at(at + 1), place, level)
        }
      }
    }
  }
  visit((key, place, level) => {
    const known = weights.get(key) ?? [0, 0, 0]
    const { criticality } = portfolio.portfolio.workflows[Math.floor(place / classCount)] ?? {}
    known[level] = (known[level] ?? 0) + criticalityWeights[criticality ?? 'supporting']
    weights.set(key, known)
  })
  const ranked = [...weights.keys()].toSorted(
    (a, b) => compareWeights(weights.get(a) ?? [], weights.get(b) ?? []) || a - b,
  )
  const places = new Map(
    ranked.slice(0, simulationLimits.pairsMax).map((key) => [key, new Set<number>()]),
  )
  visit((key, place) => places.get(key)?.add(place))
  const listed = [...places].map(([key, members]) => ({
    elements: [Math.floor(key / count), key % count],
    places: [...members].toSorted((a, b) => a - b),
  }))
  return { listed, omitted: ranked.length - listed.length }
}

/** What stops weighs before what is at risk, and that before what is degraded; heavier first. */
function compareWeights(one: readonly number[], other: readonly number[]): number {
  for (const [level, weight] of one.entries()) {
    const difference = (other[level] ?? 0) - weight
    if (difference !== 0) return difference
  }
  return 0
}
