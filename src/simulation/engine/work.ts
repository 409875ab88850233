import { criticalityWeights, type PortfolioWorkflow } from '../portfolio.ts'
import type { IntegerPool } from './integer-pool.ts'
import { classCount, classes, everyClass } from './outcome-words.ts'

/** Workflows that an element hits, in the order of the file: workflow × 16 + the classes as bits. */
export type HitRow = IntegerPool | undefined

/** Reads a row once, in the order of the file. */
export class HitReader {
  private readonly row: HitRow
  private next = 0

  constructor(row: HitRow) {
    this.row = row
  }

  /** The classes of a workflow that are hit; to be asked with ever larger numbers. */
  classesOf(number: number): number {
    const { row } = this
    if (row === undefined) return 0
    while (this.next < row.length && row.at(this.next) >> classCount < number) this.next += 1
    if (this.next >= row.length) return 0
    const hit = row.at(this.next)
    return hit >> classCount === number ? hit & everyClass : 0
  }
}

/** Weighs hits: how much work it is, whose, and for how many people. */
export class Work {
  private readonly workflows: readonly PortfolioWorkflow[]
  private readonly ids: readonly string[]
  private readonly weights: Float64Array
  private readonly whole: number
  private readonly isCounted: Uint8Array
  /** Some group of the workflow states its headcount. */
  private readonly isGrouped: Uint8Array
  /** Headcounts by workflow and class. */
  private readonly people: Float64Array

  constructor(workflows: readonly PortfolioWorkflow[]) {
    this.workflows = workflows
    const count = workflows.length
    const ids: string[] = []
    this.ids = ids
    this.weights = new Float64Array(count)
    this.isCounted = new Uint8Array(count)
    this.isGrouped = new Uint8Array(count)
    this.people = new Float64Array(count * classCount)
    let whole = 0
    for (let number = 0; number < count; number += 1) {
      const workflow = workflows[number]
      if (workflow === undefined) continue
      ids.push(workflow.id)
      const weight = criticalityWeights[workflow.criticality ?? 'supporting']
      this.weights[number] = weight
      whole += weight
      if (workflow.headcount === null) continue
      this.isCounted[number] = 1
      if (workflow.groups.some(({ headcount }) => headcount !== null)) this.isGrouped[number] = 1
      for (const [one, name] of classes.entries()) {
        this.people[number * classCount + one] = workflow.headcount[name]
      }
    }
    this.whole = whole
  }

  /** False only when headcounts are known, somebody does the work, and nobody of this class. */
  hasPeople(number: number, one: number): boolean {
    if (this.isCounted[number] === 0 || this.people[number * classCount + one] !== 0) return true
    return this.peopleOf(number, everyClass) === 0
  }

  /** The share of all criticality-weighted work that is hit, each workflow with the share of its people. */
  lossBy(row: HitRow): number {
    if (row === undefined || this.whole === 0) return 0
    const { data, length } = row
    let loss = 0
    for (let at = 0; at < length; at += 1) {
      const hit = data[at] ?? 0
      loss += (this.weights[hit >> classCount] ?? 0) * this.shareOfPeople(hit)
    }
    return loss / this.whole
  }

  idsOf(row: HitRow): string[] {
    if (row === undefined) return []
    const { ids } = this
    const { data, length } = row
    const found: string[] = []
    for (let at = 0; at < length; at += 1) found.push(ids[(data[at] ?? 0) >> classCount] ?? '')
    return found
  }

  /** Work that is put at risk or worse, and for a class for which it does not stop. */
  atRiskOnly(risked: HitRow, stopped: HitRow): string[] {
    const found: string[] = []
    const reader = new HitReader(stopped)
    for (let at = 0; at < (risked?.length ?? 0); at += 1) {
      const hit = risked?.at(at) ?? 0
      const number = hit >> classCount
      if ((hit & everyClass & ~reader.classesOf(number)) !== 0) found.push(this.ids[number] ?? '')
    }
    return found
  }

  /**
   * People who are hit; those of a group are counted once, however many of its workflows are. Null when work is hit
   * and nobody said how many people do any of it.
   */
  peopleHit(row: HitRow): number | null {
    if (row === undefined || row.length === 0) return 0
    const groups = new Map<string, number>()
    const headcounts = new Map<string, Headcount>()
    let people = 0
    let isKnown = false
    const { data, length } = row
    for (let at = 0; at < length; at += 1) {
      const number = (data[at] ?? 0) >> classCount
      if (this.isCounted[number] === 0) continue
      isKnown = true
      const mask = (data[at] ?? 0) & everyClass
      if (this.isGrouped[number] === 0) {
        people += this.peopleOf(number, mask)
        continue
      }
      for (const { id, headcount } of this.workflows[number]?.groups ?? []) {
        if (headcount === null) continue
        groups.set(id, (groups.get(id) ?? 0) | mask)
        headcounts.set(id, headcount)
      }
    }
    for (const [id, mask] of groups) people += peopleIn(headcounts.get(id) ?? {}, mask)
    return isKnown ? people : null
  }

  /** Of a hit: the share of the people in its classes; of the classes where nobody or nobody known is in any. */
  private shareOfPeople(hit: number): number {
    const mask = hit & everyClass
    if (mask === everyClass) return 1
    const number = hit >> classCount
    if (this.isCounted[number] === 1) {
      const all = this.peopleOf(number, everyClass)
      if (all > 0) return this.peopleOf(number, mask) / all
    }
    return bitsIn(mask) / classCount
  }

  private peopleOf(number: number, mask: number): number {
    let people = 0
    for (let one = 0; one < classCount; one += 1) {
      if ((mask & (1 << one)) !== 0) people += this.people[number * classCount + one] ?? 0
    }
    return people
  }
}

type Headcount = Readonly<Record<string, number>>

function peopleIn(headcount: Headcount, mask: number): number {
  let people = 0
  for (let one = 0; one < classCount; one += 1) {
    if ((mask & (1 << one)) !== 0) people += headcount[classes[one] ?? ''] ?? 0
  }
  return people
}

function bitsIn(mask: number): number {
  let bits = 0
  for (let one = 0; one < classCount; one += 1) bits += (mask >> one) & 1
  return bits
}
