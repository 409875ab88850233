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
    if (left < minStaff && !holdsOneOf(short, mask)) short.push(mask)
  }
  return short
}

function holdsOneOf(parts: readonly number[], mask: number): boolean {
  for (const part of parts) if ((part & mask) === part) return true
  return false
}

type Sets = readonly (readonly number[])[]

/** What the lists of the classes are to have added, and which class has the same added as an earlier one. */
interface Additions {
  readonly sets: readonly Sets[]
  readonly sameAs: readonly number[]
}

/** Adds to the lists of the classes what stops the work through classes that are lost or cut off. */
export class StaffCuts {
  private readonly portfolio: CompiledPortfolio
  private readonly lists: CutLists
  /** Where all classes see the same options, the additions depend on the shortages alone. */
  private readonly additions = new Map<string, Additions>()

  constructor(portfolio: CompiledPortfolio, lists: CutLists) {
    this.portfolio = portfolio
    this.lists = lists
  }

  add(own: readonly number[], short: readonly number[], depth: number): readonly number[] {
    if (short.includes(0)) return own.map(() => -1)
    const first = own.find((list) => list >= 0) ?? -1
    const isShared = own.every((list) => list < 0 || list === first)
    const { sets, sameAs } = isShared
      ? this.sharedAdditions(short, depth)
      : this.additionsTo(own, short, depth)
    const final: number[] = []
    for (const [one, list] of own.entries()) {
      const same = sameAs[one] ?? one
      const more = sets[one] ?? []
      if (list < 0 || more.length === 0) final.push(list)
      else if (same < one && own[same] === list) final.push(final[same] ?? list)
      else final.push(this.lists.addMinimal([list], depth, more))
    }
    return final
  }

  /**
   * What cuts one of several classes that see the same options cuts them all and is in their list already: only the
   * classes themselves are new.
   */
  private sharedAdditions(short: readonly number[], depth: number): Additions {
    const key = `${depth}:${short.join(' ')}`
    const known = this.additions.get(key)
    if (known !== undefined) return known
    const made = this.additionsOf(
      short.flatMap((mask) => classSets(this.portfolio, mask, depth)),
      depth,
    )
    this.additions.set(key, made)
    return made
  }

  /**
   * Between classes that see different options each is cut off by its own: a mixture, of which classes that see the
   * same share one part.
   */
  private additionsTo(own: readonly number[], short: readonly number[], depth: number): Additions {
    const ofStaff = short.flatMap((mask) => {
      const groups = new Map<number, number>()
      for (const [one, list] of own.entries()) {
        if ((mask & (1 << one)) !== 0) groups.set(list, (groups.get(list) ?? 0) | (1 << one))
      }
      const rows = [...groups].map(([list, group]) => [
        ...[...this.lists.setsOf(list)].filter((set) => set.length <= depth),
        ...classSets(this.portfolio, group, depth),
      ])
      return unionsOf(rows, depth)
    })
    return this.additionsOf(ofStaff, depth)
  }

  private additionsOf(ofStaff: Sets, depth: number): Additions {
    const sets = this.portfolio.classElements.map((trivial, one) =>
      // The loss of a class stops the work for it: true of all work, and left out with whatever holds it.
      [...classSets(this.portfolio, 1 << one, depth), ...ofStaff].filter(
        (set) => !set.includes(trivial),
      ),
    )
    const keys = sets.map((some) => some.map((set) => set.join(' ')).join(','))
    return { sets, sameAs: keys.map((key) => keys.indexOf(key)) }
  }
}

/** What loses all of some classes as such: their own elements, and whatever takes them. */
function classSets(
  { classElements, takers }: CompiledPortfolio,
  mask: number,
  depth: number,
): Sets {
  const rows = classElements
    .filter((_, one) => (mask & (1 << one)) !== 0)
    .map((element) => (takers[element] ?? []).map((taker) => [taker]))
  return unionsOf(rows, depth)
}

/** All unions of one set from each row, of at most `depth` elements, sorted. */
function unionsOf(rows: readonly Sets[], depth: number): Sets {
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
