import type { CutSet } from '../../schema/simulation.ts'
import type { Contingency } from '../contingency.ts'
import { simulationLimits } from '../limits.ts'
import type { Portfolio } from '../portfolio.ts'
import { compilePortfolio } from './compiled-portfolio.ts'
import { CutFinder, type CutTable } from './cut-table.ts'
import { classCount, classes, stops } from './outcome-words.ts'
import { servedBefore, situationOf } from './situation.ts'

/** The state that holds throughout: directives in force, and models withdrawn under them. */
export type HeldState = Pick<Contingency, 'permission' | 'withdrawn'>

export interface CutSetOptions extends HeldState {
  /** Elements of the largest set. */
  readonly depth: 1 | 2 | 3
  /** Told how many sets were left out, when the limit is reached. */
  readonly onOmitted?: (count: number) => void
}

/**
 * Minimal cut sets by workflow, class, size and elements. Beyond `simulationLimits.cutSetsMax` the larger ones are
 * left out, which `onOmitted` tells.
 */
export function findCutSets(portfolio: Portfolio, options: CutSetOptions): readonly CutSet[] {
  const { depth: asked, onOmitted, ...held } = options
  const depth = Math.min(asked, simulationLimits.depthMax)
  const compiled = compilePortfolio(portfolio)
  const { gone } = situationOf(compiled, { elements: [], ...held })
  const served = servedBefore(compiled, { gone })
  const table = new CutFinder({ portfolio: compiled, gone, served }).find({ depth, word: stops })
  const listed = listCutSets(portfolio, table, simulationLimits.cutSetsMax)
  const all = countCutSets(table).reduce((sum, count) => sum + count, 0)
  if (all > listed.length) onOmitted?.(all - listed.length)
  return listed
}

/** How many cut sets there are of each size, all workflows and classes together. */
export function countCutSets({ lists, listOf }: CutTable): readonly [number, number, number] {
  let singles = 0
  let pairs = 0
  let triples = 0
  for (const list of listOf) {
    if (list < 0) continue
    singles += lists.singleEnd(list) - lists.singleStart(list)
    pairs += (lists.pairEnd(list) - lists.pairStart(list)) / 2
    triples += (lists.tripleEnd(list) - lists.tripleStart(list)) / 3
  }
  return [singles, pairs, triples]
}

function listCutSets(portfolio: Portfolio, table: CutTable, most: number): readonly CutSet[] {
  const compiled = compilePortfolio(portfolio)
  const sizeMax = largestThatFits(countCutSets(table), most)
  const sorted = new Map<number, readonly (readonly string[])[]>()
  function setsOf(list: number): readonly (readonly string[])[] {
    const known = sorted.get(list)
    if (known !== undefined) return known
    const sets = [...table.lists.setsOf(list)]
      .filter((set) => set.length <= sizeMax)
      .toSorted(compareSets)
      .map((set) => set.map((element) => compiled.elements[element] ?? ''))
    sorted.set(list, sets)
    return sets
  }
  const found: CutSet[] = []
  for (const [number, { id }] of portfolio.workflows.entries()) {
    for (const [one, name] of classes.entries()) {
      const list = table.listOf[number * classCount + one] ?? -1
      if (list < 0) continue
      for (const elements of setsOf(list)) {
        if (found.length < most) found.push({ workflow: id, class: name, elements: [...elements] })
      }
    }
  }
  return found
}

/** The largest size up to which all sets can be listed; 1 at the least. */
function largestThatFits(counts: readonly number[], most: number): number {
  let sum = 0
  for (const [index, count] of counts.entries()) {
    sum += count
    if (sum > most) return Math.max(1, index)
  }
  return counts.length
}

/** Smaller sets first, then by their elements. */
function compareSets(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return one.length - other.length
  for (const [index, element] of one.entries()) {
    const difference = element - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
