import type { ElementExposure, Exposure } from '../../schema/simulation.ts'
import { simulationLimits } from '../limits.ts'
import { criticalityWeights, type Portfolio, type PortfolioWorkflow } from '../portfolio.ts'
import { type CompiledPortfolio, compilePortfolio } from './compiled-portfolio.ts'
import { alreadySo, CutFinder, type CutTable } from './cut-table.ts'
import { warnEarly } from './early-warnings.ts'
import type { HeldState } from './find-cut-sets.ts'
import { IntegerPool } from './integer-pool.ts'
import { atRisk, classCount, classes, everyClass, stops } from './outcome-words.ts'
import { servedBefore, situationOf } from './situation.ts'
import { Work } from './work.ts'

/** What hangs on each element, and what is one loss away from a stop. Without shared capacity, as cut sets are. */
export function measureExposure(portfolio: Portfolio, held: HeldState = {}): Exposure {
  const compiled = compilePortfolio(portfolio)
  const { gone } = situationOf(compiled, { elements: [], ...held })
  const finder = new CutFinder({
    portfolio: compiled,
    gone,
    served: servedBefore(compiled, { gone }),
  })
  return exposureFrom(finder, compiled, gone)
}

/** The same by a finder that may have found the cut sets already. */
export function exposureFrom(
  finder: CutFinder,
  compiled: CompiledPortfolio,
  gone: Uint8Array,
  stopping: CutTable = finder.find({ depth: 2, word: stops }),
): Exposure {
  const { portfolio } = compiled
  const stopped = workStopped(compiled, stopping)
  const risked = hits(compiled, finder.find({ depth: 1, word: atRisk, stopping }))
  const names = new Map(portfolio.elements.map(({ id, name }) => [id, name]))
  const work = new Work(portfolio.workflows)
  const elements = compiled.elements.flatMap((id, element): ElementExposure[] => {
    if (id.startsWith('directive:')) return []
    const hitsOfElement = stopped[element]
    return [
      {
        element: id,
        name: names.get(id) ?? id.slice(id.indexOf(':') + 1),
        loss: work.lossBy(hitsOfElement),
        workflowsStopped: work.idsOf(hitsOfElement),
        workflowsAtRisk: work.atRiskOnly(risked[element], hitsOfElement),
        peopleStopped: work.peopleHit(hitsOfElement),
      },
    ]
  })
  return {
    weights: criticalityWeights,
    elements: elements.toSorted((a, b) => b.loss - a.loss),
    singlePointsOfFailure: singlePoints(compiled, stopping),
    ...warnEarly(compiled, gone, stopping, simulationLimits.earlyWarningsMax),
  }
}

const differs = -2

/** Whom each element hits alone: by element, workflow × 16 + the classes as bits. */
type Hits = readonly (IntegerPool | undefined)[]

function hits({ elements, portfolio }: CompiledPortfolio, table: CutTable): Hits {
  const found: (IntegerPool | undefined)[] = Array.from({ length: elements.length })
  function push(element: number, number: number, mask: number): void {
    let pool = found[element]
    if (pool === undefined) {
      pool = new IntegerPool(16)
      found[element] = pool
    }
    pool.push((number << classCount) | mask)
  }
  const masks = new Map<number, number>()
  for (let number = 0; number < portfolio.workflows.length; number += 1) {
    const shared = sharedList(table, number)
    if (shared === alreadySo) continue
    if (shared >= 0) {
      const end = table.lists.singleEnd(shared)
      for (let at = table.lists.singleStart(shared); at < end; at += 1) {
        push(table.lists.singles.at(at), number, everyClass)
      }
      continue
    }
    singlesOf(table, number, masks)
    for (const [element, mask] of masks) push(element, number, mask)
  }
  return found
}

/** The list that all classes of a workflow share, `alreadySo` when all have stopped, else `differs`. */
function sharedList({ listOf }: CutTable, number: number): number {
  const first = listOf[number * classCount] ?? -1
  for (let one = 1; one < classCount; one += 1) {
    if (listOf[number * classCount + one] !== first) return differs
  }
  return first
}

/** The elements that alone hit a workflow, each with the classes it hits. */
function singlesOf({ lists, listOf }: CutTable, number: number, masks: Map<number, number>): void {
  masks.clear()
  for (let one = 0; one < classCount; one += 1) {
    const list = listOf[number * classCount + one] ?? -1
    if (list < 0) continue
    for (let at = lists.singleStart(list); at < lists.singleEnd(list); at += 1) {
      const element = lists.singles.at(at)
      masks.set(element, (masks.get(element) ?? 0) | (1 << one))
    }
  }
}

/** As above, with the work of a class itself counted under `class:…`, where somebody is in it. */
function workStopped(compiled: CompiledPortfolio, table: CutTable): Hits {
  const found = [...hits(compiled, table)]
  const { workflows } = compiled.portfolio
  for (const [one, element] of compiled.classElements.entries()) {
    const others = found[element]
    const all = new IntegerPool(workflows.length)
    let next = 0
    for (let number = 0; number < workflows.length; number += 1) {
      let mask = 0
      const other = others !== undefined && next < others.length ? others.at(next) : -1
      if (other >> classCount === number) {
        mask = other & everyClass
        next += 1
      }
      const goesOn = (table.listOf[number * classCount + one] ?? -1) >= 0
      if (goesOn && hasPeople(workflows[number], one)) mask |= 1 << one
      if (mask !== 0) all.push((number << classCount) | mask)
    }
    found[element] = all
  }
  return found
}

/** False only when headcounts are known, somebody does the work, and nobody of this class. */
function hasPeople(workflow: PortfolioWorkflow | undefined, one: number): boolean {
  const headcount = workflow?.headcount ?? null
  const name = classes[one]
  if (headcount === null || name === undefined || headcount[name] > 0) return true
  return classes.every((other) => headcount[other] === 0)
}

function singlePoints(
  compiled: CompiledPortfolio,
  table: CutTable,
): Exposure['singlePointsOfFailure'] {
  const { elements: ids, classElements } = compiled
  const points: Exposure['singlePointsOfFailure'] = []
  for (const [number, { id }] of compiled.portfolio.workflows.entries()) {
    const single = singleElements(table, number)
    if (single.length === 0) continue
    const elements: string[] = []
    for (const element of single.toSorted()) {
      if (!classElements.includes(element)) elements.push(ids[element] ?? '')
    }
    if (elements.length > 0) points.push({ workflow: id, elements })
  }
  return points
}

const none = new Int32Array(0)

/** The elements that alone hit a workflow for some class. */
function singleElements(table: CutTable, number: number): Int32Array {
  const shared = sharedList(table, number)
  if (shared === alreadySo) return none
  if (shared >= 0) {
    const { singles } = table.lists
    const start = table.lists.singleStart(shared)
    const end = table.lists.singleEnd(shared)
    return start === end ? none : singles.data.slice(start, end)
  }
  const masks = new Map<number, number>()
  singlesOf(table, number, masks)
  return Int32Array.from(masks.keys())
}
