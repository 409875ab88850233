import { EligibilityClass } from '../../schema/holdfast-config.ts'
import { compareText } from '../../base/compare.ts'
import type { ElementId, Option, Portfolio } from '../portfolio.ts'

/** Elements in integers, in the order of their ids, with what each of them takes away. */
export interface ElementIndex {
  readonly ids: readonly ElementId[]
  readonly numberOf: ReadonlyMap<ElementId, number>
  /** Of each element all elements whose loss takes it, itself included. */
  readonly takenBy: readonly (readonly number[])[]
}

export function indexElements(
  portfolio: Portfolio,
  brought: readonly Option[] = [],
  named: readonly ElementId[] = [],
): ElementIndex {
  const known = new Set<ElementId>([
    ...EligibilityClass.options.map((one) => `class:${one}`),
    ...named,
  ])
  for (const { id, takes } of portfolio.elements) {
    known.add(id)
    for (const taken of takes) known.add(taken)
  }
  for (const option of brought) for (const element of option.elements) known.add(element)
  for (const { needs } of portfolio.workflows) {
    for (const { options } of needs) {
      for (const option of options) for (const element of option.elements) known.add(element)
    }
  }
  const ids = [...known].toSorted(compareText)
  const numberOf = new Map(ids.map((id, index) => [id, index]))
  const takes = new Map(portfolio.elements.map((element) => [element.id, element.takes]))
  const takenBy: number[][] = ids.map(() => [])
  for (const [number, id] of ids.entries()) {
    for (const taken of closure(id, takes)) takenBy[numberOf.get(taken) ?? -1]?.push(number)
  }
  return { ids, numberOf, takenBy }
}

/** The element and all that is lost with it. */
function closure(
  id: ElementId,
  takes: ReadonlyMap<ElementId, readonly ElementId[]>,
): ReadonlySet<ElementId> {
  const lost = new Set([id])
  for (const one of lost) for (const taken of takes.get(one) ?? []) lost.add(taken)
  return lost
}

/** Elements whose loss ends an option, as sorted numbers. */
export function killersOf(index: ElementIndex, elements: readonly ElementId[]): readonly number[] {
  const killers = new Set<number>()
  for (const element of elements) {
    const number = index.numberOf.get(element)
    for (const taker of number === undefined ? [] : (index.takenBy[number] ?? [])) {
      killers.add(taker)
    }
  }
  return [...killers].toSorted((one, other) => one - other)
}
