import type { Gap } from '../schema/register.ts'

/** Gaps that say the same of several places, as one line of a list. */
export interface SimilarGaps {
  readonly first: Gap
  /** How many there are, the first one included. */
  readonly count: number
}

/** Gaps of equal kind, reason and advice put together, in the order of the first of each. */
export function joinSimilarGaps(gaps: readonly Gap[]): readonly SimilarGaps[] {
  const joined = new Map<string, SimilarGaps>()
  for (const gap of gaps) {
    const key = [gap.kind, gap.reason, gap.advice].join('\n')
    const known = joined.get(key)
    joined.set(key, { first: known?.first ?? gap, count: (known?.count ?? 0) + 1 })
  }
  return [...joined.values()]
}
