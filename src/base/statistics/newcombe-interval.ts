import type { Interval } from './interval.ts'
import { pairsOf, type PairedTable } from './paired-table.ts'
import { wilson } from './proportion-interval.ts'

/**
 * Interval for the difference of paired proportions from two Wilson intervals and the correlation of the table.
 * Newcombe RG (1998), Statistics in Medicine 17:2635–2650; method 10 takes n/2 off a positive ad − bc, method 8 does not.
 */
export function newcombeInterval(
  table: PairedTable,
  confidence: number,
  method: 8 | 10 = 10,
): Interval {
  const n = pairsOf(table)
  const { bothPass: a, candidateOnly: b, incumbentOnly: c } = table
  const candidate = (a + b) / n
  const incumbent = (a + c) / n
  const ofCandidate = wilson(a + b, n, confidence)
  const ofIncumbent = wilson(a + c, n, confidence)
  const phi = correlation(table, method === 10 ? n / 2 : 0)
  const difference = candidate - incumbent
  const half = (first: number, second: number): number =>
    Math.sqrt(Math.max(0, first * first - 2 * phi * first * second + second * second))
  return {
    lower: difference - half(candidate - ofCandidate.lower, ofIncumbent.upper - incumbent),
    upper: difference + half(ofCandidate.upper - candidate, incumbent - ofIncumbent.lower),
  }
}

function correlation(table: PairedTable, correction: number): number {
  const { bothPass: a, candidateOnly: b, incumbentOnly: c, neitherPass: d } = table
  const product = (a + b) * (c + d) * (a + c) * (b + d)
  if (product === 0) return 0
  const raw = a * d - b * c
  return (raw > 0 ? Math.max(raw - correction, 0) : raw) / Math.sqrt(product)
}
