import type { Criticality } from '../../schema/vocabulary.ts'
import type { PortfolioWorkflow } from '../portfolio.ts'

const ranks = { critical: 0, important: 1, supporting: 2 } as const satisfies Record<
  Criticality,
  number
>
export const rankCount = 3

/** Work whose criticality nobody stated counts as supporting. */
export function rankOf(criticality: Criticality | null): number {
  return ranks[criticality ?? 'supporting']
}

/** Critical work first, then important, then supporting; in each the order of the file. */
export function orderOfWork(workflows: readonly PortfolioWorkflow[]): Int32Array {
  const rankOfEach = new Uint8Array(workflows.length)
  for (let number = 0; number < workflows.length; number += 1) {
    rankOfEach[number] = rankOf(workflows[number]?.criticality ?? null)
  }
  const order = new Int32Array(workflows.length)
  let placed = 0
  for (let rank = 0; rank < rankCount; rank += 1) {
    for (let number = 0; number < workflows.length; number += 1) {
      if (rankOfEach[number] !== rank) continue
      order[placed] = number
      placed += 1
    }
  }
  return order
}
