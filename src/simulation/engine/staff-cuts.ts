import type { PortfolioWorkflow } from '../portfolio.ts'
import type { CompiledPortfolio } from './compiled-portfolio.ts'
import type { CutLists } from './cut-lists.ts'
import { classCount, classes } from './outcome-words.ts'

/**
 * The smallest sets of classes, as bits, without whose people a workflow is short of staff; classes for which it has
 * stopped before are out already. `[0]` when it is short before anything is lost.
 */
export function shortages(workflow: PortfolioWorkflow, own: readonly number[]): readonly number[] {
  const { minStaff, headcount } = workflow
  const short: number[] = []
  if (minStaff === null || headcount === null) return short
  for (let mask = 0; mask < 1 << classCount; mask += 1) {
    let left = 0
    for (let one = 0; one < classCount; one += 1) {
      const name = classes[one]
      const isServed = (own[one] ?? -1) >= 0 && (mask & (1 << one)) === 0
      if (isServed && name !== undefined) left += headcount[name]
    }
    if (left < minStaff && !short.some((part) => (part & mask) === part)) short.push(mask)
  }
  return short
}

/** Adds to the lists of the classes what stops the work through classes that are lost or cut off. */
export function addStaffCuts(
  portfolio: CompiledPortfolio,
  lists: CutLists,
  own: readonly number[],
  short: readonly number[],
  depth: number,
): readonly number[] {
  if (short.includes(0)) return own.map(() => -1)
  const ofStaff = short.flatMap((mask) => setsThatTake(portfolio, lists, own, { mask, depth }))
  const made = new Map<string, number>()
  return own.map((list, one) => {
    if (list < 0) return list
    // The loss of a class stops the work for it: true of all work, and left out with whatever holds it.
    const trivial = portfolio.classElements[one] ?? -1
    const more = [...classSets(portfolio, 1 << one, depth), ...ofStaff].filter(
      (set) => !set.includes(trivial),
    )
    if (more.length === 0) return list
    const key = `${list}:${more.map((set) => set.join(' ')).join(',')}`
    const final = made.get(key) ?? lists.addMinimal([list], more)
    made.set(key, final)
    return final
  })
}

/**
 * The sets that stop the work for all of some classes. What cuts one of several classes that see the same options
 * cuts them all, so a mixture of options and classes is called for only between classes that see different ones.
 * Where all see the same, its own sets are known already and only those of the classes themselves are new.
 */
function setsThatTake(
  portfolio: CompiledPortfolio,
  lists: CutLists,
  own: readonly number[],
  { mask, depth }: { readonly mask: number; readonly depth: number },
): readonly (readonly number[])[] {
  const groups = new Map<number, number>()
  for (const [one, list] of own.entries()) {
    if ((mask & (1 << one)) !== 0) groups.set(list, (groups.get(list) ?? 0) | (1 << one))
  }
  const isShared = groups.size === 1 && own.every((list) => list < 0 || groups.has(list))
  const rows = [...groups].map(([list, group]) => [
    ...(isShared ? [] : [...lists.setsOf(list)].filter((set) => set.length <= depth)),
    ...classSets(portfolio, group, depth),
  ])
  return unionsOf(rows, depth)
}

/** What loses all of some classes as such: their own elements, and whatever takes them. */
function classSets(
  { classElements, takers }: CompiledPortfolio,
  mask: number,
  depth: number,
): readonly (readonly number[])[] {
  const rows = classElements
    .filter((_, one) => (mask & (1 << one)) !== 0)
    .map((element) => (takers[element] ?? []).map((taker) => [taker]))
  return unionsOf(rows, depth)
}

/** All unions of one set from each row, of at most `depth` elements, sorted. */
function unionsOf(
  rows: readonly (readonly (readonly number[])[])[],
  depth: number,
): readonly (readonly number[])[] {
  const [first, ...rest] = rows
  let unions = first ?? []
  for (const row of rest) {
    const next = new Map<string, readonly number[]>()
    for (const union of unions) {
      for (const set of row) {
        const joined = [...new Set([...union, ...set])].toSorted((a, b) => a - b)
        if (joined.length <= depth) next.set(joined.join(' '), joined)
      }
    }
    unions = [...next.values()]
  }
  return unions
}
