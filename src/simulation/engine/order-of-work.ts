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
  const byRank = Array.from({ length: rankCount }, (): number[] => [])
  for (const [number, { criticality }] of workflows.entries()) {
    byRank[rankOf(criticality)]?.push(number)
  }
  return Int32Array.from(byRank.flat())
}
