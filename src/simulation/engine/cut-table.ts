import type { PortfolioWorkflow } from '../portfolio.ts'
import type { CompiledPortfolio } from './compiled-portfolio.ts'
import { CutLists } from './cut-lists.ts'
import { HittingSets } from './hitting-sets.ts'
import { IntegerPool } from './integer-pool.ts'
import { classCount, everyClass, stops, unaffected } from './outcome-words.ts'
import { SequenceInterner } from './sequence-interner.ts'
import { shortages, StaffCuts } from './staff-cuts.ts'

/** In `listOf`: the workflow has this word, or a worse one, with nothing lost. */
export const alreadySo = -1

/** The minimal cut sets of all workflows and classes for one word, without strings. */
export interface CutTable {
  /** A table asked for to a lesser depth than an earlier one may list more than was asked for. */
  readonly lists: CutLists
  /** By workflow and class the number of its list, or `alreadySo`. */
  readonly listOf: Int32Array
}

export interface CutFinderInput {
  readonly portfolio: CompiledPortfolio
  /** By option the classes for which it is gone with nothing lost. */
  readonly gone: Uint8Array
  readonly served: Int32Array
}

export interface CutQuestion {
  /** Elements of the largest set. */
  readonly depth: number
  /** The word that a cut set brings about, or a worse one: `stops`, or `at-risk` and so on. */
  readonly word: number
  /** For a word better than `stops` the table of what stops, for that is worse, and staffing works through it. */
  readonly stopping?: CutTable
}

/**
 * Minimal cut sets without a loop over scenarios. A workflow keeps a word better than the one asked about while each
 * need has an option of such a word; so the cut sets of a need are the minimal sets that meet all those options,
 * those of a workflow the minimal ones among its needs, and too few people are cut by cutting off classes one by one.
 * Needs, workflows and staffing of equal shape are worked on once, also from one word to the next.
 */
export class CutFinder {
  private readonly input: CutFinderInput
  private readonly lists: CutLists
  private readonly hitting: HittingSets
  /** Distinct sets of options that a need is served by, with their lists and to which depth they were made. */
  private readonly families = new SequenceInterner()
  private readonly familyLists = new IntegerPool()
  private readonly familyDepths = new IntegerPool()
  /** Sets of lists of the needs of one workflow, with the list that they make. */
  private readonly shapes = new SequenceInterner()
  private readonly shapeLists = new IntegerPool()
  private readonly shapeDepths = new IntegerPool()
  private readonly staff: StaffCuts
  private readonly staffings = new SequenceInterner()
  private readonly staffingLists: (readonly number[])[] = []
  /** Something else than the loss of a class itself takes a class. */
  private readonly classesAreTaken: boolean
  /** Scratch rows. */
  private readonly row = new IntegerPool(64)
  private readonly needLists = new IntegerPool(64)
  private readonly starts = new IntegerPool(64)
  private readonly ends = new IntegerPool(64)

  constructor(input: CutFinderInput) {
    this.input = input
    const { elements, portfolio } = input.portfolio
    this.lists = new CutLists(elements.length, portfolio.workflows.length)
    this.staff = new StaffCuts(input.portfolio, this.lists)
    this.hitting = new HittingSets(elements.length)
    const { classElements, takers } = input.portfolio
    this.classesAreTaken = classElements.some((element) => (takers[element]?.length ?? 0) > 1)
  }

  find(question: CutQuestion): CutTable {
    const { workflows } = this.input.portfolio.portfolio
    const listOf = new Int32Array(workflows.length * classCount)
    const own: number[] = []
    for (let number = 0; number < workflows.length; number += 1) {
      this.ownLists(number, question, own)
      const final = this.withStaff(number, workflows[number], own, question)
      for (let one = 0; one < classCount; one += 1) {
        listOf[number * classCount + one] = final[one] ?? alreadySo
      }
    }
    return { lists: this.lists, listOf }
  }

  /** By class the list of sets that take the options of the workflow; classes that see the same share a list. */
  private ownLists(workflow: number, question: CutQuestion, own: number[]): void {
    const { portfolio, gone } = this.input
    const to = portfolio.firstOption[portfolio.firstNeed[workflow + 1] ?? 0] ?? 0
    let differs = false
    for (
      let option = portfolio.firstOption[portfolio.firstNeed[workflow] ?? 0] ?? 0;
      option < to;
      option += 1
    ) {
      const mask = gone[option] ?? 0
      if (mask !== 0 && mask !== everyClass) differs = true
    }
    const first = this.ownList(workflow, 0, question)
    own[0] = first
    for (let one = 1; one < classCount; one += 1) {
      own[one] = differs ? this.ownList(workflow, one, question) : first
    }
  }

  private ownList(workflow: number, one: number, question: CutQuestion): number {
    const { firstNeed } = this.input.portfolio
    const from = firstNeed[workflow] ?? 0
    const to = firstNeed[workflow + 1] ?? 0
    if (to - from === 1) return this.listOfNeed(from, one, question)
    const lists = this.needLists
    lists.clear()
    for (let need = from; need < to; need += 1) {
      const list = this.listOfNeed(need, one, question)
      if (list === alreadySo) return alreadySo
      lists.insertSorted(list)
    }
    return this.listOfShape(lists, question.depth)
  }

  /** What meets all options of a need that hold the word off; `alreadySo` when there is none. */
  private listOfNeed(need: number, one: number, { word, depth }: CutQuestion): number {
    const { gone, served } = this.input
    const { firstOption, standing, optionSet } = this.input.portfolio
    const { row } = this
    row.clear()
    const to = firstOption[need + 1] ?? 0
    const serving = served[need * classCount + one] ?? -1
    for (let option = firstOption[need] ?? 0; option < to; option += 1) {
      if (((gone[option] ?? 0) & (1 << one)) !== 0) continue
      const itsWord = option === serving ? unaffected : (standing[option] ?? stops)
      if (itsWord < word) row.insertSorted(optionSet[option] ?? 0)
    }
    return row.length === 0
      ? alreadySo
      : this.listOfFamily(this.families.intern(row.data, row.length), depth)
  }

  private listOfFamily(family: number, depth: number): number {
    if (family < this.familyLists.length && this.familyDepths.at(family) >= depth) {
      return this.familyLists.at(family)
    }
    const { sets } = this.input.portfolio
    const { starts, ends, families } = this
    starts.clear()
    ends.clear()
    for (let index = families.start(family); index < families.end(family); index += 1) {
      starts.push(sets.start(families.at(index)))
      ends.push(sets.end(families.at(index)))
    }
    const met = { values: sets.values, starts: starts.data, ends: ends.data, count: starts.length }
    this.hitting.find(met, depth, this.lists)
    const list = this.lists.close()
    this.familyLists.put(family, list)
    this.familyDepths.put(family, depth)
    return list
  }

  /** What cuts one of several needs cuts the workflow. */
  private listOfShape(lists: IntegerPool, depth: number): number {
    if (lists.length < 2) return lists.length === 0 ? 0 : lists.at(0)
    const shape = this.shapes.intern(lists.data, lists.length)
    if (shape < this.shapeLists.length && this.shapeDepths.at(shape) >= depth) {
      return this.shapeLists.at(shape)
    }
    const list = this.lists.addMinimal([...lists.data.subarray(0, lists.length)], depth)
    this.shapeLists.put(shape, list)
    this.shapeDepths.put(shape, depth)
    return list
  }

  /** Classes are elements: losing one stops the work for it, and for all when too few people are left. */
  private withStaff(
    number: number,
    workflow: PortfolioWorkflow | undefined,
    own: readonly number[],
    { depth, stopping }: CutQuestion,
  ): readonly number[] {
    const isStaffed =
      workflow !== undefined && workflow.minStaff !== null && workflow.headcount !== null
    if (!isStaffed && !this.classesAreTaken) return own
    const short = isStaffed ? shortages(workflow, own) : []
    const { row } = this
    row.clear()
    row.push(depth)
    for (let one = 0; one < classCount; one += 1) {
      row.push(own[one] ?? alreadySo)
      row.push(stopping?.listOf[number * classCount + one] ?? 0)
    }
    for (const mask of short) row.push(mask)
    const staffing = this.staffings.intern(row.data, row.length)
    const known = this.staffingLists[staffing]
    if (known !== undefined) return known
    const final =
      stopping === undefined
        ? this.staff.add(own, short, depth)
        : own.map((list, one) =>
            this.joinWorse(list, stopping.listOf[number * classCount + one] ?? alreadySo, depth),
          )
    this.staffingLists[staffing] = final
    return final
  }

  /** What stops the work also takes any better word away. */
  private joinWorse(list: number, stoppingList: number, depth: number): number {
    if (list === alreadySo || stoppingList === alreadySo) return alreadySo
    return this.lists.addMinimal([list, stoppingList], depth)
  }
}
