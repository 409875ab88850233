import { compareText } from '../../base/compare.ts'
import type { ElementId, Portfolio, PortfolioWorkflow } from '../portfolio.ts'
import { IntegerPool } from './integer-pool.ts'
import { optionStanding } from './option-standing.ts'
import { classes, stops } from './outcome-words.ts'
import { SequenceInterner } from './sequence-interner.ts'

/** `standing` of an option that does not count, and of one that does not exist for this work. */
const doesNotCount = stops
export const excluded = stops + 1

/**
 * A portfolio in integers. Elements are numbered in the order of their ids, so that sorted numbers are sorted ids;
 * workflows, needs and options are numbered in the order of the file, each a range of the next.
 */
export interface CompiledPortfolio {
  readonly portfolio: Portfolio
  readonly elements: readonly ElementId[]
  readonly elementNumber: ReadonlyMap<ElementId, number>
  /** For each element all that is lost with it, itself first. */
  readonly lostWith: readonly (readonly number[])[]
  /** Of each element whatever takes it with its own loss, itself among them. */
  readonly takers: readonly (readonly number[])[]
  /** Of each workflow its first need; one more at the end. Likewise of each need its first option. */
  readonly firstNeed: Int32Array
  readonly firstOption: Int32Array
  /** Of each option the number of its set of elements. */
  readonly optionSet: Int32Array
  /** Of each option its word as a fallback, or `doesNotCount`, or `excluded`. */
  readonly standing: Uint8Array
  /** The distinct sets, each with whatever takes one of its members: losing any of them ends the option. */
  readonly sets: SequenceInterner
  /** The elements `class:…`, one for each class. */
  readonly classElements: readonly number[]
}

/** A portfolio is a value: the same one is compiled once, as long as somebody holds it. */
const compiled = new WeakMap<Portfolio, CompiledPortfolio>()

export function compilePortfolio(portfolio: Portfolio): CompiledPortfolio {
  const known = compiled.get(portfolio)
  if (known !== undefined) return known
  const made = compile(portfolio)
  compiled.set(portfolio, made)
  return made
}

function compile(portfolio: Portfolio): CompiledPortfolio {
  const numbers = new Map<ElementId, number>()
  function numberOf(id: ElementId): number {
    const known = numbers.get(id)
    if (known !== undefined) return known
    numbers.set(id, numbers.size)
    return numbers.size - 1
  }
  for (const one of classes) numberOf(`class:${one}`)
  for (const element of portfolio.elements) {
    numberOf(element.id)
    for (const taken of element.takes) numberOf(taken)
  }
  const flat = flatten(portfolio.workflows, numberOf)
  const elements = [...numbers.keys()].toSorted(compareText)
  const elementNumber = new Map(elements.map((id, index) => [id, index]))
  const rank = Int32Array.from(numbers.keys(), (id) => elementNumber.get(id) ?? -1)
  const lostWith = closures(portfolio, elementNumber, elements.length)
  const takers = takersOf(lostWith)
  const widened = widenSets(flat.sets, rank, takers)
  return {
    portfolio,
    elements,
    elementNumber,
    lostWith,
    takers,
    firstNeed: flat.firstNeed,
    firstOption: flat.firstOption,
    optionSet: flat.optionSet.map((set) => widened.numberOf[set] ?? -1),
    standing: flat.standing,
    sets: widened.sets,
    classElements: classes.map((one) => elementNumber.get(`class:${one}`) ?? -1),
  }
}

function flatten(workflows: readonly PortfolioWorkflow[], numberOf: (id: ElementId) => number) {
  const firstNeed = new IntegerPool(workflows.length + 1)
  const firstOption = new IntegerPool(workflows.length * 2)
  const optionSet = new IntegerPool(workflows.length * 4)
  const standing = new IntegerPool(workflows.length * 4)
  const sets = new SequenceInterner()
  const row = new IntegerPool(64)
  // `buildPortfolio` gives options of one model over one route the same list of elements.
  const known = new Map<readonly ElementId[], number>()
  function setOf(elements: readonly ElementId[]): number {
    const set = known.get(elements)
    if (set !== undefined) return set
    row.clear()
    for (const element of elements) row.push(numberOf(element))
    const made = sets.intern(row.data, row.length)
    known.set(elements, made)
    return made
  }
  for (const workflow of workflows) {
    firstNeed.push(firstOption.length)
    for (const need of workflow.needs) {
      firstOption.push(optionSet.length)
      for (const option of need.options) {
        optionSet.push(setOf(option.elements))
        const worth = optionStanding(workflow, option)
        if (option.excluded !== null) standing.push(excluded)
        else standing.push(worth.kind === 'counts' ? worth.word : doesNotCount)
      }
    }
  }
  firstNeed.push(firstOption.length)
  firstOption.push(optionSet.length)
  return {
    firstNeed: firstNeed.data.slice(0, firstNeed.length),
    firstOption: firstOption.data.slice(0, firstOption.length),
    optionSet: optionSet.data.slice(0, optionSet.length),
    standing: Uint8Array.from(standing.data.subarray(0, standing.length)),
    sets,
  }
}

/** What is lost with each element: itself, what it takes, what that takes; a cycle ends where it began. */
function closures(
  portfolio: Portfolio,
  elementNumber: ReadonlyMap<ElementId, number>,
  count: number,
): readonly (readonly number[])[] {
  const takes = new Map<number, number[]>()
  for (const element of portfolio.elements) {
    const number = elementNumber.get(element.id) ?? -1
    const taken = element.takes.map((id) => elementNumber.get(id) ?? -1)
    if (taken.length > 0) takes.set(number, [...(takes.get(number) ?? []), ...taken])
  }
  return Array.from({ length: count }, (_, element) => {
    const lost = new Set([element])
    for (const one of lost) for (const taken of takes.get(one) ?? []) lost.add(taken)
    return [...lost]
  })
}

/** Of each element whatever takes it with its own loss, itself among them. */
function takersOf(lostWith: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const takers: number[][] = lostWith.map(() => [])
  for (const [taker, lost] of lostWith.entries()) for (const one of lost) takers[one]?.push(taker)
  return takers
}

/** The sets in final numbers, sorted, each with whatever takes a member. */
function widenSets(
  raw: SequenceInterner,
  rank: Int32Array,
  takers: readonly (readonly number[])[],
): { readonly sets: SequenceInterner; readonly numberOf: Int32Array } {
  const sets = new SequenceInterner()
  const numberOf = new Int32Array(raw.count)
  const row = new IntegerPool(64)
  for (let set = 0; set < raw.count; set += 1) {
    row.clear()
    for (let index = raw.start(set); index < raw.end(set); index += 1) {
      for (const taker of takers[rank[raw.at(index)] ?? -1] ?? []) row.insertSorted(taker)
    }
    numberOf[set] = sets.intern(row.data, row.length)
  }
  return { sets, numberOf }
}
