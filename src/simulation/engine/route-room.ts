import type { Load, PortfolioWorkflow } from '../portfolio.ts'
import type { CompiledPortfolio } from './compiled-portfolio.ts'
import { measures } from './option-standing.ts'
import { orderOfWork, rankCount, rankOf } from './order-of-work.ts'

/** What a route said to a workflow. */
export const noLimit = 0
const wholeRoom = 1
export const partOfRoom = 2
export const noRoom = 3
/** No room, but there would be some without more critical work. */
export const shedForCritical = 4

const measureCount = measures.length

/** What can be short: routes that state a capacity, the work that may ask for it, and in which order. */
export interface CapacityPlan {
  /** Capacity by route and measure; NaN where nobody said. */
  readonly capacity: Float64Array
  readonly routes: readonly string[]
  /** Of each option the number of its limited route, or -1. */
  readonly routeOf: Int32Array
  /** Of each workflow 1 when a limited route is among its options. */
  readonly concerned: Uint8Array
  /** Workflows in the order in which they choose. */
  readonly order: Int32Array
}

/**
 * Null when nothing can be short. A route that could carry everything that may ever ask for it is no limit and
 * left out.
 */
export function planCapacity(portfolio: CompiledPortfolio): CapacityPlan | null {
  const stated = statedCapacities(portfolio)
  if (stated.size === 0) return null
  const demands = new Map<string, Float64Array>()
  for (const workflow of portfolio.portfolio.workflows) {
    const routes = new Set(workflow.needs.flatMap(({ options }) => options.map((one) => one.route)))
    for (const route of routes) {
      if (route === null || !stated.has(route)) continue
      const demand = demands.get(route) ?? new Float64Array(measureCount)
      for (const [index, measure] of measures.entries()) {
        demand[index] = (demand[index] ?? 0) + (workflow.load[measure] ?? 0)
      }
      demands.set(route, demand)
    }
  }
  const limited = [...stated].filter(([route, capacity]) =>
    measures.some(
      (measure, index) => (demands.get(route)?.[index] ?? 0) > (capacity[measure] ?? Infinity),
    ),
  )
  return limited.length === 0 ? null : planOf(portfolio, limited)
}

/** The least of each measure, where a route is stated more than once. */
function statedCapacities(portfolio: CompiledPortfolio): ReadonlyMap<string, Load> {
  const stated = new Map<string, Load>()
  for (const { route, capacity } of portfolio.portfolio.capacities) {
    const other = stated.get(route)
    stated.set(route, other === undefined ? capacity : leastOf(capacity, other))
  }
  return stated
}

function leastOf(one: Load, other: Load): Load {
  function least(measure: (typeof measures)[number]): number | null {
    const a = one[measure]
    const b = other[measure]
    return a === null ? b : b === null ? a : Math.min(a, b)
  }
  return {
    concurrent: least('concurrent'),
    requestsPerMinute: least('requestsPerMinute'),
    tokensPerMinute: least('tokensPerMinute'),
  }
}

function planOf(
  portfolio: CompiledPortfolio,
  limited: readonly (readonly [string, Load])[],
): CapacityPlan {
  const { workflows } = portfolio.portfolio
  const numbers = new Map(limited.map(([route], index) => [route, index]))
  const routeOf = new Int32Array(portfolio.optionSet.length).fill(-1)
  const concerned = new Uint8Array(workflows.length)
  let option = 0
  for (const [index, workflow] of workflows.entries()) {
    const asks = measures.some((measure) => workflow.load[measure] !== null)
    for (const need of workflow.needs) {
      for (const one of need.options) {
        const route = asks && one.route !== null ? numbers.get(one.route) : undefined
        if (route !== undefined) {
          routeOf[option] = route
          concerned[index] = 1
        }
        option += 1
      }
    }
  }
  return {
    capacity: Float64Array.from(
      limited.flatMap(([, capacity]) => measures.map((measure) => capacity[measure] ?? Number.NaN)),
    ),
    routes: limited.map(([route]) => route),
    routeOf,
    concerned,
    order: orderOfWork(workflows),
  }
}

/** A product of fractions may miss a whole number by a hair, which must not turn work away. */
function leastOfLoad({ mbcoCapacity }: PortfolioWorkflow, load: number): number {
  return load * (mbcoCapacity ?? 1) - 1e-9
}

/** The books of one deal: what is free on each limited route, who has taken it, who asked. */
export class RouteRoom {
  private readonly plan: CapacityPlan
  private readonly portfolio: CompiledPortfolio
  private readonly free: Float64Array
  /** Taken by route, rank of criticality and measure. */
  private readonly taken: Float64Array
  private readonly asked: Float64Array
  private readonly shed: (readonly [route: number, measure: number, workflow: number])[] = []

  constructor(portfolio: CompiledPortfolio, plan: CapacityPlan) {
    this.portfolio = portfolio
    this.plan = plan
    this.free = plan.capacity.slice()
    this.taken = new Float64Array(plan.routes.length * rankCount * measureCount)
    this.asked = new Float64Array(plan.capacity.length)
  }

  /** What a route has for a workflow now. Asking changes nothing. */
  ask(route: number, workflow: number): number {
    const work = this.portfolio.portfolio.workflows[workflow]
    if (route < 0 || work === undefined) return noLimit
    let answer = wholeRoom
    for (const [index, measure] of measures.entries()) {
      const load = work.load[measure]
      const free = this.free[route * measureCount + index] ?? Number.NaN
      if (load === null || Number.isNaN(free)) continue
      const least = leastOfLoad(work, load)
      if (free < least) {
        if (free + this.takenByMoreCritical(route, index, rankOf(work.criticality)) < least)
          return noRoom
        answer = shedForCritical
      } else if (free < load && answer === wholeRoom) answer = partOfRoom
    }
    return answer
  }

  /** Takes the load of a workflow, or all that is free. */
  charge(route: number, workflow: number): void {
    const work = this.portfolio.portfolio.workflows[workflow]
    if (work === undefined) return
    const rank = rankOf(work.criticality)
    for (const [index, measure] of measures.entries()) {
      const place = route * measureCount + index
      const free = this.free[place] ?? Number.NaN
      const load = work.load[measure]
      if (load === null || Number.isNaN(free)) continue
      const taken = Math.min(free, load)
      this.free[place] = free - taken
      const book = (route * rankCount + rank) * measureCount + index
      this.taken[book] = (this.taken[book] ?? 0) + taken
    }
  }

  /** Notes that a workflow wanted to go to a route, whether or not it found room. */
  note(route: number, workflow: number, answer: number): void {
    const work = this.portfolio.portfolio.workflows[workflow]
    if (work === undefined) return
    for (const [index, measure] of measures.entries()) {
      const place = route * measureCount + index
      const load = work.load[measure]
      if (load === null) continue
      this.asked[place] = (this.asked[place] ?? 0) + load
      const short = (this.free[place] ?? Number.NaN) < leastOfLoad(work, load)
      if (answer >= noRoom && short) this.shed.push([route, index, workflow])
    }
  }

  overloads(): readonly Overload[] {
    const { routes, capacity } = this.plan
    return routes.flatMap((route, number) =>
      measures.flatMap((measure, index) => {
        const place = number * measureCount + index
        const asked = this.asked[place] ?? 0
        const carried = capacity[place] ?? Number.NaN
        if (!(asked > carried)) return []
        const shed = this.shed
          .filter(([ofRoute, ofMeasure]) => ofRoute === number && ofMeasure === index)
          .map(([, , workflow]) => this.portfolio.portfolio.workflows[workflow]?.id ?? '')
        return [{ route, measure, asked, capacity: carried, shed }]
      }),
    )
  }

  private takenByMoreCritical(route: number, measure: number, rank: number): number {
    let taken = 0
    for (let other = 0; other < rank; other += 1) {
      taken += this.taken[(route * rankCount + other) * measureCount + measure] ?? 0
    }
    return taken
  }
}

/** A route that cannot carry what wants to go there. */
export interface Overload {
  readonly route: string
  readonly measure: (typeof measures)[number]
  readonly asked: number
  readonly capacity: number
  /** Workflows that find no room, in the order in which they choose. */
  readonly shed: string[]
}
