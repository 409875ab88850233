import type { PortfolioWorkflow } from '../portfolio.ts'
import type { classes } from '../engine/outcome-words.ts'
import { concernedClasses, type Demand, lostNumbers, type PossibleOption } from './demands.ts'
import { type ElementIndex, killersOf } from './element-index.ts'

/** Numbers of elements, sorted. Empty: the work has stopped with nothing lost. */
export type ElementSet = readonly number[]

/** Minimal sets that the front allows and that end all of these options. */
export function exposedSets(
  demand: Demand,
  options: readonly PossibleOption[],
  elements: ElementIndex,
): readonly ElementSet[] {
  const { front } = demand
  if (front.kind === 'any') {
    return minimalHittingSets(
      options.map(({ killers }) => killers),
      front.depth,
      demand.classKillers,
    )
  }
  const lost = lostNumbers(front.contingency, elements)
  if (lost.some((one) => demand.classKillers.has(one) || isClass(demand, one, elements))) return []
  return options.some((option) => survives(option, lost)) ? [] : [lost]
}

function isClass(demand: Demand, element: number, elements: ElementIndex): boolean {
  return elements.ids[element] === `class:${demand.class}`
}

export function survives({ killers }: PossibleOption, lost: ElementSet): boolean {
  return !lost.some((element) => killers.includes(element))
}

/**
 * Minimal sets of at most `depth` members that meet every one of the given sets. The first set that is not met yet
 * says who may come next, so that only its members are tried.
 */
export function minimalHittingSets(
  sets: readonly (readonly number[])[],
  depth: number,
  banned: ReadonlySet<number>,
): readonly ElementSet[] {
  const found = new Map<string, ElementSet>()
  function extend(chosen: readonly number[], left: readonly (readonly number[])[]): void {
    const [first, ...others] = left
    if (first === undefined) {
      const sorted = chosen.toSorted((one, other) => one - other)
      found.set(sorted.join(), sorted)
      return
    }
    if (chosen.length === depth) return
    for (const member of first) {
      if (banned.has(member)) continue
      extend(
        [...chosen, member],
        others.filter((set) => !set.includes(member)),
      )
    }
  }
  extend(
    [],
    sets.toSorted((one, other) => one.length - other.length),
  )
  return minimalSets([...found.values()].toSorted((one, other) => one.length - other.length))
}

/** Whether too few people are left for the work although every class that is left is served; nobody left asks for none. */
export function isShortOfStaff(
  workflow: PortfolioWorkflow,
  lost: ElementSet,
  elements: ElementIndex,
): boolean {
  const { headcount, minStaff } = workflow
  if (headcount === null || minStaff === null) return false
  const left = concernedClasses(workflow).filter(
    (one) => !takersOf(elements, one).some((taker) => lost.includes(taker)),
  )
  return left.length > 0 && left.reduce((sum, one) => sum + headcount[one], 0) < minStaff
}

/** Minimal sets of at most `depth` lost elements that leave too few people. No action brings people. */
export function staffShortages(
  workflow: PortfolioWorkflow,
  depth: number,
  elements: ElementIndex,
): readonly ElementSet[] {
  if (workflow.headcount === null || workflow.minStaff === null) return []
  const takers = concernedClasses(workflow).flatMap((one) => takersOf(elements, one))
  const candidates = [...new Set(takers)].toSorted((one, other) => one - other)
  const found: ElementSet[] = []
  function extend(chosen: ElementSet, from: number): void {
    if (isShortOfStaff(workflow, chosen, elements)) {
      found.push(chosen)
      return
    }
    if (chosen.length === depth) return
    for (const [index, next] of candidates.entries()) {
      if (index >= from) extend([...chosen, next], index + 1)
    }
  }
  extend([], 0)
  return minimalSets(found)
}

/** Elements that take the class with them, the class itself among them. */
function takersOf(
  elements: ElementIndex,
  eligibilityClass: (typeof classes)[number],
): readonly number[] {
  return killersOf(elements, [`class:${eligibilityClass}`])
}

function minimalSets(sets: readonly ElementSet[]): readonly ElementSet[] {
  return sets.filter(
    (set) =>
      !sets.some((other) => other.length < set.length && other.every((one) => set.includes(one))),
  )
}
