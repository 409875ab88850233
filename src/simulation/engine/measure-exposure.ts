import type { ElementExposure, Exposure } from '../../schema/simulation.ts'
import { simulationLimits } from '../limits.ts'
import { criticalityWeights, type ElementId, type Portfolio } from '../portfolio.ts'
import { type CompiledPortfolio, compilePortfolio } from './compiled-portfolio.ts'
import { alreadySo, CutFinder, type CutTable } from './cut-table.ts'
import { warnEarly } from './early-warnings.ts'
import type { HeldState } from './find-cut-sets.ts'
import { IntegerPool } from './integer-pool.ts'
import { atRisk, classCount, everyClass, stops } from './outcome-words.ts'
import { servedBefore, situationOf } from './situation.ts'
import { HitReader, type HitRow, Work } from './work.ts'

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
  const risked = hits(compiled, finder.find({ depth: 1, word: atRisk, stopping }))
  const names = new Map(portfolio.elements.map(({ id, name }) => [id, name]))
  const work = new Work(portfolio.workflows)
  const stopped = workStopped(compiled, stopping, work)
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
type Hits = readonly HitRow[]

function hits({ elements, portfolio }: CompiledPortfolio, table: CutTable): Hits {
  const found: HitRow[] = Array.from({ length: elements.length })
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
function workStopped(compiled: CompiledPortfolio, table: CutTable, work: Work): Hits {
  const found = [...hits(compiled, table)]
  const { classElements, portfolio } = compiled
  const others = classElements.map((element) => new HitReader(found[element]))
  const own = classElements.map(() => new IntegerPool(portfolio.workflows.length))
  for (let number = 0; number < portfolio.workflows.length; number += 1) {
    for (let one = 0; one < classCount; one += 1) {
      const goesOn = (table.listOf[number * classCount + one] ?? alreadySo) >= 0
      const itself = goesOn && work.hasPeople(number, one) ? 1 << one : 0
      const mask = itself | (others[one]?.classesOf(number) ?? 0)
      if (mask !== 0) own[one]?.push((number << classCount) | mask)
    }
  }
  for (const [one, element] of classElements.entries()) found[element] = own[one]
  return found
}

function singlePoints(
  { portfolio, elements: ids, classElements }: CompiledPortfolio,
  { lists, listOf }: CutTable,
): Exposure['singlePointsOfFailure'] {
  const points: Exposure['singlePointsOfFailure'] = []
  const single = new IntegerPool(64)
  for (let number = 0; number < portfolio.workflows.length; number += 1) {
    single.clear()
    for (let one = 0; one < classCount; one += 1) {
      const list = listOf[number * classCount + one] ?? alreadySo
      if (list < 0 || (one > 0 && list === listOf[number * classCount + one - 1])) continue
      for (let at = lists.singleStart(list); at < lists.singleEnd(list); at += 1) {
        const element = lists.singles.at(at)
        if (!classElements.includes(element)) single.insertSorted(element)
      }
    }
    if (single.length === 0) continue
    const workflow = portfolio.workflows[number]?.id ?? ''
    points.push({ workflow, elements: idsOf(single, ids) })
  }
  return points
}

function idsOf({ data, length }: IntegerPool, ids: readonly ElementId[]): ElementId[] {
  const found: ElementId[] = []
  for (let at = 0; at < length; at += 1) found.push(ids[data[at] ?? 0] ?? '')
  return found
}
