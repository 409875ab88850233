import { criticalityWeights, type PortfolioWorkflow } from '../portfolio.ts'
import type { IntegerPool } from './integer-pool.ts'
import { classCount, classes, everyClass } from './outcome-words.ts'

/** Workflows that an element hits, in the order of the file: workflow × 16 + the classes as bits. */
export type HitRow = IntegerPool | undefined

/** Weighs hits: how much work it is, whose, and for how many people. */
export class Work {
  private readonly workflows: readonly PortfolioWorkflow[]
  private readonly ids: readonly string[]
  private readonly weights: Float64Array
  private readonly whole: number
  private readonly isCounted: Uint8Array

  constructor(workflows: readonly PortfolioWorkflow[]) {
    this.workflows = workflows
    this.ids = workflows.map(({ id }) => id)
    this.weights = Float64Array.from(
      workflows,
      ({ criticality }) => criticalityWeights[criticality ?? 'supporting'],
    )
    this.whole = this.weights.reduce((sum, weight) => sum + weight, 0)
    this.isCounted = Uint8Array.from(workflows, ({ headcount }) => (headcount === null ? 0 : 1))
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
    const { data } = row
    return Array.from({ length: row.length }, (_, at) => ids[(data[at] ?? 0) >> classCount] ?? '')
  }

  /** Work that is put at risk or worse, and for a class for which it does not stop. */
  atRiskOnly(risked: HitRow, stopped: HitRow): string[] {
    const ids: string[] = []
    const stoppedCount = stopped?.length ?? 0
    let next = 0
    for (let at = 0; at < (risked?.length ?? 0); at += 1) {
      const hit = risked?.at(at) ?? 0
      const number = hit >> classCount
      while (next < stoppedCount && (stopped?.at(next) ?? 0) >> classCount < number) next += 1
      const other = next < stoppedCount ? (stopped?.at(next) ?? 0) : -1
      const mask = other >> classCount === number ? other & everyClass : 0
      if ((hit & everyClass & ~mask) !== 0) ids.push(this.ids[number] ?? '')
    }
    return ids
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
      const workflow = this.workflows[number]
      const stated = workflow?.groups.filter(({ headcount }) => headcount !== null) ?? []
      if (stated.length === 0) people += peopleIn(workflow?.headcount ?? {}, mask)
      for (const { id, headcount } of stated) {
        groups.set(id, (groups.get(id) ?? 0) | mask)
        headcounts.set(id, headcount ?? {})
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
      const headcount = this.workflows[number]?.headcount ?? {}
      const all = peopleIn(headcount, everyClass)
      if (all > 0) return peopleIn(headcount, mask) / all
    }
    return bitsIn(mask) / classCount
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
