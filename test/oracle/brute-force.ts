import type { Permission } from '../../src/simulation/contingency.ts'
import {
  criticalityWeights,
  type ElementId,
  type Load,
  type Need,
  type Option,
  type Portfolio,
  type PortfolioWorkflow,
} from '../../src/simulation/portfolio.ts'
import { EligibilityClass } from '../../src/schema/holdfast-config.ts'
import type { Outcome } from '../../src/schema/simulation.ts'

/**
 * What docs/decisions/0010-what-stops-means.md says, sentence by sentence, without a thought for speed: every set of
 * elements is tried, nothing is remembered, nothing is grouped. Written without looking at the engine, so that a
 * mistake has to be made twice to go unnoticed.
 */

const words: readonly Outcome[] = ['unaffected', 'fails-over', 'degraded', 'at-risk', 'stops']
export const classes: readonly EligibilityClass[] = EligibilityClass.options
const measures = ['concurrent', 'requestsPerMinute', 'tokensPerMinute'] as const

export interface OracleContingency {
  readonly elements: readonly ElementId[]
  /** What policy says under the contingency. */
  readonly permission: Permission
  /** What policy said before it. */
  readonly permissionBefore: Permission
  /** What vendors had withdrawn before it. */
  readonly withdrawnBefore?: readonly ElementId[]
}

export interface OracleOutcome {
  readonly workflow: string
  readonly class: EligibilityClass
  readonly outcome: Outcome
  /** The option that serves each need; empty when the work stops. */
  readonly servedBy: readonly string[]
}

export const permitsAll: Permission = () => null

/** What is lost when these are: whatever an element takes goes with it, and what that takes, and so on. */
function lostWith(portfolio: Portfolio, elements: readonly ElementId[]): ReadonlySet<ElementId> {
  const lost = new Set(elements)
  let before = -1
  while (lost.size !== before) {
    before = lost.size
    for (const element of portfolio.elements) {
      if (lost.has(element.id)) for (const taken of element.takes) lost.add(taken)
    }
  }
  return lost
}

function worseOf(one: Outcome, other: Outcome): Outcome {
  return words.indexOf(one) > words.indexOf(other) ? one : other
}

/** Least of capacity ÷ load over the measures that both state, at most 1. */
function shareCarried(capacity: Load | null, load: Load): number {
  let share = 1
  for (const measure of measures) {
    const carried = capacity === null ? null : capacity[measure]
    const asked = load[measure]
    if (carried !== null && asked !== null) share = Math.min(share, carried / asked)
  }
  return share
}

/** Rules 1 and 2: the word of an option that is left and did not serve before; null when it does not count. */
function wordOf(workflow: PortfolioWorkflow, option: Option): Outcome | null {
  const share = shareCarried(option.capacity, workflow.load)
  if (workflow.requireQualified && option.evidence === 'unqualified') return null
  if (option.rtoMs !== null && workflow.mtpdMs !== null && option.rtoMs > workflow.mtpdMs) {
    return null
  }
  if (workflow.mbcoCapacity !== null && share < workflow.mbcoCapacity) return null
  if (option.evidence === 'unqualified') return 'at-risk'
  if (option.rtoMs !== null && workflow.rtoMs !== null && option.rtoMs > workflow.rtoMs) {
    return 'degraded'
  }
  if (share < 1) return 'degraded'
  return 'fails-over'
}

interface Situation {
  readonly portfolio: Portfolio
  readonly lost: ReadonlySet<ElementId>
  readonly permission: Permission
  readonly permissionBefore: Permission
  readonly lostBefore: ReadonlySet<ElementId>
}

function isLeft(
  workflow: PortfolioWorkflow,
  option: Option,
  eligibilityClass: EligibilityClass,
  lost: ReadonlySet<ElementId>,
  permission: Permission,
): boolean {
  if (option.excluded !== null) return false
  if (option.elements.some((element) => lost.has(element))) return false
  return permission(workflow, option, eligibilityClass) === null
}

/** The option that served before: best by its word, then by order, with nothing lost; the first of all is `unaffected`. */
function servedBefore(
  workflow: PortfolioWorkflow,
  need: Need,
  eligibilityClass: EligibilityClass,
  { permissionBefore, lostBefore }: Situation,
): Option | null {
  let best: { readonly option: Option; readonly word: Outcome } | null = null
  for (const option of need.options) {
    if (!isLeft(workflow, option, eligibilityClass, lostBefore, permissionBefore)) continue
    const word = option === need.options[0] ? 'unaffected' : wordOf(workflow, option)
    if (word === null) continue
    if (best === null || words.indexOf(word) < words.indexOf(best.word)) best = { option, word }
  }
  return best?.option ?? null
}

/** Each option that counts for the need under the situation, with its word, in order. */
function countingOptions(
  situation: Situation,
  workflow: PortfolioWorkflow,
  need: Need,
  eligibilityClass: EligibilityClass,
): readonly { readonly option: Option; readonly word: Outcome }[] {
  const before = servedBefore(workflow, need, eligibilityClass, situation)
  const counting: { readonly option: Option; readonly word: Outcome }[] = []
  for (const option of need.options) {
    if (!isLeft(workflow, option, eligibilityClass, situation.lost, situation.permission)) continue
    const word = option === before ? 'unaffected' : wordOf(workflow, option)
    if (word !== null) counting.push({ option, word })
  }
  return counting
}

/** What is still free on each route that states a capacity; infinite where nobody said. */
type Room = Map<string, Record<(typeof measures)[number], number>>

function roomAtFirst(portfolio: Portfolio): Room {
  const room: Room = new Map()
  for (const { route, capacity } of portfolio.capacities) {
    room.set(route, {
      concurrent: capacity.concurrent ?? Infinity,
      requestsPerMinute: capacity.requestsPerMinute ?? Infinity,
      tokensPerMinute: capacity.tokensPerMinute ?? Infinity,
    })
  }
  return room
}

/** `none`: not even the least that must be carried; `part`: less than the whole load. */
function roomFor(
  room: Room,
  workflow: PortfolioWorkflow,
  option: Option,
): 'whole' | 'part' | 'none' {
  const free = option.route === null ? undefined : room.get(option.route)
  if (free === undefined) return 'whole'
  let answer: 'whole' | 'part' | 'none' = 'whole'
  for (const measure of measures) {
    const load = workflow.load[measure]
    if (load === null) continue
    if (free[measure] < load * (workflow.mbcoCapacity ?? 1) - 1e-9) return 'none'
    if (free[measure] < load) answer = 'part'
  }
  return answer
}

interface Choice {
  readonly word: Outcome
  readonly option: Option | null
}

/** The best that is left, by its word and then by order; a route that carries only a part makes `degraded` at best. */
function choose(
  situation: Situation,
  workflow: PortfolioWorkflow,
  need: Need,
  eligibilityClass: EligibilityClass,
  room: Room | null,
): Choice {
  let best: Choice = { word: 'stops', option: null }
  for (const { option, word } of countingOptions(situation, workflow, need, eligibilityClass)) {
    const found = room === null ? 'whole' : roomFor(room, workflow, option)
    if (found === 'none') continue
    const told = found === 'part' ? worseOf(word, 'degraded') : word
    if (words.indexOf(told) < words.indexOf(best.word)) best = { word: told, option }
  }
  return best
}

interface WordsOfWorkflow {
  readonly byClass: ReadonlyMap<EligibilityClass, Outcome>
  readonly servedBy: ReadonlyMap<EligibilityClass, readonly string[]>
  readonly routes: ReadonlySet<string>
}

/** The words of one workflow for all classes, and the routes that it takes. */
function wordsOfWorkflow(
  situation: Situation,
  workflow: PortfolioWorkflow,
  room: Room | null,
): WordsOfWorkflow {
  const byClass = new Map<EligibilityClass, Outcome>()
  const servedBy = new Map<EligibilityClass, readonly string[]>()
  const routes = new Set<string>()
  for (const eligibilityClass of classes) {
    const choices = workflow.needs.map((need) =>
      choose(situation, workflow, need, eligibilityClass, room),
    )
    let word: Outcome = 'unaffected'
    for (const choice of choices) word = worseOf(word, choice.word)
    if (situation.lost.has(`class:${eligibilityClass}`)) word = 'stops'
    byClass.set(eligibilityClass, word)
    servedBy.set(
      eligibilityClass,
      choices.map(({ option }) => option?.id ?? ''),
    )
    if (word === 'stops' || workflow.headcount?.[eligibilityClass] === 0) continue
    for (const { option } of choices) if (option?.route) routes.add(option.route)
  }
  if (isShortOfStaff(workflow, byClass)) {
    for (const eligibilityClass of classes) byClass.set(eligibilityClass, 'stops')
    routes.clear()
  }
  return { byClass, servedBy, routes }
}

function isShortOfStaff(
  workflow: PortfolioWorkflow,
  byClass: ReadonlyMap<EligibilityClass, Outcome>,
): boolean {
  if (workflow.minStaff === null || workflow.headcount === null) return false
  let served = 0
  for (const eligibilityClass of classes) {
    if (byClass.get(eligibilityClass) !== 'stops') served += workflow.headcount[eligibilityClass]
  }
  return served < workflow.minStaff
}

function take(room: Room, workflow: PortfolioWorkflow, routes: ReadonlySet<string>): void {
  for (const route of routes) {
    const free = room.get(route)
    if (free === undefined) continue
    for (const measure of measures) {
      free[measure] = Math.max(0, free[measure] - (workflow.load[measure] ?? 0))
    }
  }
}

/** Every workflow × class, in the order of the portfolio and of the classes. */
export function bruteForceOutcomes(
  portfolio: Portfolio,
  contingency: OracleContingency,
  withSharedCapacity: boolean,
): readonly OracleOutcome[] {
  const situation: Situation = {
    portfolio,
    lost: lostWith(portfolio, contingency.elements),
    permission: contingency.permission,
    permissionBefore: contingency.permissionBefore,
    lostBefore: lostWith(portfolio, contingency.withdrawnBefore ?? []),
  }
  const room = withSharedCapacity ? roomAtFirst(portfolio) : null
  const told = new Map<string, WordsOfWorkflow>()
  for (const criticality of ['critical', 'important', 'supporting'] as const) {
    for (const workflow of portfolio.workflows) {
      if ((workflow.criticality ?? 'supporting') !== criticality) continue
      const found = wordsOfWorkflow(situation, workflow, room)
      if (room !== null) take(room, workflow, found.routes)
      told.set(workflow.id, found)
    }
  }
  return portfolio.workflows.flatMap((workflow) =>
    classes.map((eligibilityClass) => {
      const found = told.get(workflow.id)
      const outcome = found?.byClass.get(eligibilityClass) ?? 'stops'
      const servedBy = outcome === 'stops' ? [] : (found?.servedBy.get(eligibilityClass) ?? [])
      return { workflow: workflow.id, class: eligibilityClass, outcome, servedBy }
    }),
  )
}

export function allElements(portfolio: Portfolio): readonly ElementId[] {
  const ids = new Set<ElementId>(portfolio.elements.map(({ id }) => id))
  for (const eligibilityClass of classes) ids.add(`class:${eligibilityClass}`)
  for (const workflow of portfolio.workflows) {
    for (const need of workflow.needs) {
      for (const option of need.options) for (const element of option.elements) ids.add(element)
    }
  }
  return [...ids].toSorted()
}

/** All sets of exactly so many members, each sorted as given. */
export function subsetsOf<T>(members: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]]
  return members.flatMap((member, index) =>
    subsetsOf(members.slice(index + 1), size - 1).map((rest) => [member, ...rest]),
  )
}

export interface OracleCutSet {
  readonly workflow: string
  readonly class: EligibilityClass
  readonly elements: readonly ElementId[]
}

/** Every set of at most `depth` elements that stops the work and of which no smaller part does. */
export function bruteForceCutSets(
  portfolio: Portfolio,
  depth: number,
  permission: Permission,
  withdrawn: readonly ElementId[] = [],
): readonly OracleCutSet[] {
  const ids = allElements(portfolio)
  const found: OracleCutSet[] = []
  function stopped(elements: readonly ElementId[]): readonly OracleOutcome[] {
    const contingency = {
      elements: [...elements, ...withdrawn],
      permission,
      permissionBefore: permission,
      withdrawnBefore: withdrawn,
    }
    return bruteForceOutcomes(portfolio, contingency, false).filter(
      ({ outcome }) => outcome === 'stops',
    )
  }
  const stoppedBefore = stopped([])
  for (let size = 1; size <= depth; size += 1) {
    for (const elements of subsetsOf(ids, size)) {
      for (const { workflow, class: eligibilityClass } of stopped(elements)) {
        if (
          stoppedBefore.some((one) => one.workflow === workflow && one.class === eligibilityClass)
        ) {
          continue
        }
        if (elements.includes(`class:${eligibilityClass}`)) continue
        const isSuperfluous = found.some(
          (one) =>
            one.workflow === workflow &&
            one.class === eligibilityClass &&
            one.elements.every((element) => elements.includes(element)),
        )
        if (!isSuperfluous) found.push({ workflow, class: eligibilityClass, elements })
      }
    }
  }
  return found
}

/** Share of the criticality-weighted work that stops when the element alone is lost and had not stopped before. */
export function bruteForceLoss(
  portfolio: Portfolio,
  element: ElementId,
  permission: Permission,
): number {
  const held = { permission, permissionBefore: permission }
  const before = bruteForceOutcomes(portfolio, { elements: [], ...held }, false)
  const after = bruteForceOutcomes(portfolio, { elements: [element], ...held }, false)
  let lost = 0
  let whole = 0
  for (const workflow of portfolio.workflows) {
    const weight = criticalityWeights[workflow.criticality ?? 'supporting']
    whole += weight
    const stopped = classes.filter((eligibilityClass) => {
      function stops({ workflow: id, class: other, outcome }: OracleOutcome): boolean {
        return id === workflow.id && other === eligibilityClass && outcome === 'stops'
      }
      return after.some(stops) && !before.some(stops)
    })
    lost += weight * shareOfPeople(workflow, stopped)
  }
  return whole === 0 ? 0 : lost / whole
}

function shareOfPeople(workflow: PortfolioWorkflow, stopped: readonly EligibilityClass[]): number {
  const { headcount } = workflow
  const all = headcount === null ? 0 : classes.reduce((sum, one) => sum + headcount[one], 0)
  if (headcount === null || all === 0) return stopped.length / classes.length
  return stopped.reduce((sum, one) => sum + headcount[one], 0) / all
}
