import { hold } from './hold.ts'

/** Counts of paired tasks, each passed or failed by candidate and incumbent. Letters in formulas: a, b, c, d. */
export interface PairedTable {
  readonly bothPass: number
  /** b: only the candidate passed. */
  readonly candidateOnly: number
  /** c: only the incumbent passed. */
  readonly incumbentOnly: number
  readonly neitherPass: number
}

/** n, the number of pairs. A table without pairs or with counts that are none is a bug of the caller. */
export function pairsOf(table: PairedTable): number {
  const counts = [table.bothPass, table.candidateOnly, table.incumbentOnly, table.neitherPass]
  hold(
    counts.every((count) => Number.isSafeInteger(count) && count >= 0),
    'counts of a paired table are whole and not negative',
  )
  const pairs = counts.reduce((sum, count) => sum + count, 0)
  hold(pairs > 0, 'a paired table has a pair')
  return pairs
}

/** The table of two lists of the same length. */
export function pairedTable(
  candidate: readonly boolean[],
  incumbent: readonly boolean[],
): PairedTable {
  hold(candidate.length === incumbent.length, 'two lists of one length')
  const counts = { bothPass: 0, candidateOnly: 0, incumbentOnly: 0, neitherPass: 0 }
  for (const [at, passes] of candidate.entries()) {
    if (passes) counts[incumbent[at] === true ? 'bothPass' : 'candidateOnly']++
    else counts[incumbent[at] === true ? 'incumbentOnly' : 'neitherPass']++
  }
  return counts
}
