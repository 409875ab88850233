import type { CompiledPortfolio } from './compiled-portfolio.ts'
import { classCount, classes, degraded, stops, unaffected } from './outcome-words.ts'
import {
  type CapacityPlan,
  noLimit,
  noRoom,
  type Overload,
  partOfRoom,
  RouteRoom,
} from './route-room.ts'
import type { Situation } from './situation.ts'

/** The words of all workflows and classes, and the options behind them. */
export interface Judgement {
  /** By workflow and class. */
  readonly words: Uint8Array
  /** By need and class: the option that serves, or -1. A workflow that stops keeps what its needs could have. */
  readonly chosen: Int32Array
  /** By need and class: the word of the need. */
  readonly needWords: Uint8Array
  /** By option: what its route said at the turn of its workflow. */
  readonly room: Uint8Array
  /** By workflow 1 when it stops because too few people are served. */
  readonly shortOfStaff: Uint8Array
  readonly overloads: readonly Overload[]
}

interface Judging {
  readonly portfolio: CompiledPortfolio
  readonly situation: Situation
  readonly served: Int32Array
  readonly plan: CapacityPlan | null
  readonly routes: RouteRoom | null
  readonly judgement: Judgement
}

/**
 * Applies docs/decisions/0010-what-stops-means.md to every workflow, or to those asked for. Critical work chooses
 * first where capacity is shared.
 */
export function judgeWorkflows(
  portfolio: CompiledPortfolio,
  situation: Situation,
  served: Int32Array,
  options: { readonly plan?: CapacityPlan | null; readonly only?: ArrayLike<number> } = {},
): Judgement {
  const count = portfolio.portfolio.workflows.length
  const plan = options.plan ?? null
  const routes = plan === null ? null : new RouteRoom(portfolio, plan)
  const needs = portfolio.firstOption.length - 1
  const judgement = {
    words: new Uint8Array(count * classCount),
    chosen: new Int32Array(needs * classCount).fill(-1),
    needWords: new Uint8Array(needs * classCount),
    room: new Uint8Array(plan === null ? 0 : portfolio.optionSet.length),
    shortOfStaff: new Uint8Array(count),
  }
  const judging = {
    portfolio,
    situation,
    served,
    plan,
    routes,
    judgement: { ...judgement, overloads: [] },
  }
  const order = options.only ?? plan?.order
  const length = order?.length ?? count
  for (let turn = 0; turn < length; turn += 1) judgeWorkflow(judging, order?.[turn] ?? turn)
  return { ...judgement, overloads: routes?.overloads() ?? [] }
}

function judgeWorkflow(judging: Judging, workflow: number): void {
  const { portfolio, situation, judgement } = judging
  const from = portfolio.firstNeed[workflow] ?? 0
  const to = portfolio.firstNeed[workflow + 1] ?? 0
  const limited = judging.plan?.concerned[workflow] === 1
  if (limited) askRoutes(judging, workflow)
  for (let one = 0; one < classCount; one += 1) {
    let worst: number = unaffected
    for (let need = from; need < to; need += 1) {
      worst = Math.max(worst, judgeNeed(judging, need, one))
    }
    const lost = (situation.lostClasses & (1 << one)) !== 0
    judgement.words[workflow * classCount + one] = lost ? stops : worst
  }
  applyMinimumStaff(judging, workflow)
  if (limited) chargeRoutes(judging, workflow)
}

function askRoutes({ portfolio, plan, routes, judgement }: Judging, workflow: number): void {
  if (plan === null || routes === null) return
  for (
    let option = firstOptionOf(portfolio, workflow);
    option < firstOptionOf(portfolio, workflow + 1);
    option += 1
  ) {
    judgement.room[option] = routes.ask(plan.routeOf[option] ?? -1, workflow)
  }
}

function firstOptionOf({ firstNeed, firstOption }: CompiledPortfolio, workflow: number): number {
  return firstOption[firstNeed[workflow] ?? 0] ?? 0
}

/** The best word of the options that are left, in order among equals; notes it and the option. */
function judgeNeed(judging: Judging, need: number, one: number): number {
  const { portfolio, judgement } = judging
  const place = need * classCount + one
  let best: number = stops
  let chosen = -1
  for (
    let option = portfolio.firstOption[need] ?? 0;
    option < (portfolio.firstOption[need + 1] ?? 0);
    option += 1
  ) {
    const word = wordUnderRoom(
      wordWithRoom(judging, place, option, one),
      judgement.room[option] ?? noLimit,
    )
    if (word < best) {
      best = word
      chosen = option
    }
  }
  judgement.chosen[place] = chosen
  judgement.needWords[place] = best
  return best
}

/** The word of an option for a class, were there room for everybody; `stops` or more when it is as good as gone. */
function wordWithRoom(
  { portfolio, situation, served }: Judging,
  place: number,
  option: number,
  one: number,
): number {
  if (((situation.gone[option] ?? 0) & (1 << one)) !== 0) return stops
  return served[place] === option ? unaffected : (portfolio.standing[option] ?? stops)
}

function wordUnderRoom(word: number, room: number): number {
  if (room >= noRoom) return stops
  return room === partOfRoom ? Math.max(word, degraded) : word
}

function applyMinimumStaff({ portfolio, judgement }: Judging, workflow: number): void {
  const { minStaff, headcount } = portfolio.portfolio.workflows[workflow] ?? {}
  if (minStaff === null || minStaff === undefined || !headcount) return
  const from = workflow * classCount
  let people = 0
  for (const [index, one] of classes.entries()) {
    if (judgement.words[from + index] !== stops) people += headcount[one]
  }
  if (people >= minStaff) return
  judgement.shortOfStaff[workflow] = 1
  judgement.words.fill(stops, from, from + classCount)
}

/**
 * The routes that some class uses are charged once each, whatever the number of needs and classes. A class that
 * stops or that nobody is in takes nothing; it has still asked when it found no room.
 */
function chargeRoutes(judging: Judging, workflow: number): void {
  const { portfolio, plan, routes, judgement, situation } = judging
  if (plan === null || routes === null) return
  const { headcount } = portfolio.portfolio.workflows[workflow] ?? {}
  const used = new Set<number>()
  const wanted = new Map<number, number>()
  for (const [one, name] of classes.entries()) {
    const lost = (situation.lostClasses & (1 << one)) !== 0
    if (lost || (headcount && headcount[name] === 0)) continue
    const goesOn = judgement.words[workflow * classCount + one] !== stops
    for (
      let need = portfolio.firstNeed[workflow] ?? 0;
      need < (portfolio.firstNeed[workflow + 1] ?? 0);
      need += 1
    ) {
      const chosen = judgement.chosen[need * classCount + one] ?? -1
      const route = chosen < 0 ? -1 : (plan.routeOf[chosen] ?? -1)
      if (goesOn && route >= 0) used.add(route)
      noteWanted(judging, need, one, goesOn, wanted)
    }
  }
  for (const [route, answer] of wanted) routes.note(route, workflow, answer)
  for (const route of used) routes.charge(route, workflow)
}

/**
 * A workflow wants a route when, with room there, it would have gone there, or did. Work that stops for another
 * reason wants nothing.
 */
function noteWanted(
  judging: Judging,
  need: number,
  one: number,
  goesOn: boolean,
  wanted: Map<number, number>,
): void {
  const { portfolio, plan, judgement } = judging
  const place = need * classCount + one
  const chosen = judgement.chosen[place] ?? -1
  const best = judgement.needWords[place] ?? stops
  for (
    let option = portfolio.firstOption[need] ?? 0;
    option < (portfolio.firstOption[need + 1] ?? 0);
    option += 1
  ) {
    const route = plan?.routeOf[option] ?? -1
    if (route < 0) continue
    const word = wordWithRoom(judging, place, option, one)
    if (word >= stops) continue
    const preferred = word < best || (word === best && (chosen < 0 || option <= chosen))
    const answer = judgement.room[option] ?? noLimit
    if (preferred && (goesOn || answer >= noRoom)) wanted.set(route, answer)
  }
}
