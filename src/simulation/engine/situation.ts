import type { Contingency } from '../contingency.ts'
import type { ElementId } from '../portfolio.ts'
import { type CompiledPortfolio, excluded } from './compiled-portfolio.ts'
import { classCount, everyClass, stops, unaffected } from './outcome-words.ts'
import { answersOf, deniedClasses } from './permission-answers.ts'

/** A contingency laid over a portfolio. */
export interface Situation {
  /** Lost elements, with all that they take. */
  readonly lost: Uint8Array
  /** Of each option the classes for which it is gone, a bit each. */
  readonly gone: Uint8Array
  /** Classes that are lost as such, a bit each. */
  readonly lostClasses: number
}

/** Elements that no part of the portfolio has cannot hurt it and are passed over. */
function lostElements(portfolio: CompiledPortfolio, elements: readonly ElementId[]): Uint8Array {
  const lost = new Uint8Array(portfolio.elements.length)
  for (const id of elements) {
    const number = portfolio.elementNumber.get(id)
    if (number === undefined) continue
    for (const one of portfolio.lostWith[number] ?? []) lost[one] = 1
  }
  return lost
}

export function situationOf(
  portfolio: CompiledPortfolio,
  contingency: Contingency,
  denied: Uint8Array = deniedClasses(portfolio, answersOf(contingency.permission)),
): Situation {
  const lost = lostElements(portfolio, [...contingency.elements, ...(contingency.withdrawn ?? [])])
  const setLost = lostSets(portfolio, lost)
  const gone = new Uint8Array(portfolio.optionSet.length)
  for (let option = 0; option < gone.length; option += 1) {
    const dead =
      portfolio.standing[option] === excluded || setLost[portfolio.optionSet[option] ?? 0] === 1
    gone[option] = dead ? everyClass : (denied[option] ?? 0)
  }
  return { lost, gone, lostClasses: lostClasses(portfolio, lost) }
}

function lostClasses(portfolio: CompiledPortfolio, lost: Uint8Array): number {
  let mask = 0
  for (const [index, element] of portfolio.classElements.entries()) {
    if (lost[element] === 1) mask |= 1 << index
  }
  return mask
}

function lostSets({ sets }: CompiledPortfolio, lost: Uint8Array): Uint8Array {
  const setLost = new Uint8Array(sets.count)
  const values = sets.values
  for (let set = 0; set < setLost.length; set += 1) {
    for (let index = sets.start(set); index < sets.end(set); index += 1) {
      if (lost[values[index] ?? 0] === 1) setLost[set] = 1
    }
  }
  return setLost
}

/** Of each need and class the option that serves with nothing lost, or -1. */
export function servedBefore(
  portfolio: CompiledPortfolio,
  before: Pick<Situation, 'gone'>,
): Int32Array {
  const { firstOption } = portfolio
  const served = new Int32Array((firstOption.length - 1) * classCount).fill(-1)
  for (let need = 0; need < firstOption.length - 1; need += 1) {
    for (let one = 0; one < classCount; one += 1) {
      served[need * classCount + one] = bestOption(portfolio, need, 1 << one, before.gone)
    }
  }
  return served
}

function bestOption(
  { firstOption, standing }: CompiledPortfolio,
  need: number,
  bit: number,
  gone: Uint8Array,
): number {
  const first = firstOption[need] ?? 0
  let best = -1
  let bestWord: number = excluded
  for (let option = first; option < (firstOption[need + 1] ?? 0); option += 1) {
    if (((gone[option] ?? 0) & bit) !== 0) continue
    const word = option === first ? unaffected : (standing[option] ?? excluded)
    if (word < bestWord && word < stops) {
      best = option
      bestWord = word
    }
  }
  return best
}
