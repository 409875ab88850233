import { normalQuantile } from './distributions.ts'
import type { Interval } from './interval.ts'
import { pairsOf, type PairedTable } from './paired-table.ts'

/** Intervals that other papers and tools print. For comparison only: no verdict rests on them. */

/** The Wald interval of (b − c)/n; it collapses to a point where b = c = 0. */
export function waldInterval(table: PairedTable, confidence: number): Interval {
  const n = pairsOf(table)
  const { candidateOnly: b, incumbentOnly: c } = table
  const error = Math.sqrt(Math.max(0, b + c - ((b - c) * (b - c)) / n)) / n
  return around((b - c) / n, normalQuantile((1 + confidence) / 2) * error)
}

/** Bonett and Price (2012), Journal of Educational and Behavioral Statistics 37:479–488: Wald after adding one to b and to c. */
export function bonettPriceInterval(table: PairedTable, confidence: number): Interval {
  const n = pairsOf(table)
  const candidate = (table.candidateOnly + 1) / (n + 2)
  const incumbent = (table.incumbentOnly + 1) / (n + 2)
  const difference = candidate - incumbent
  const variance = Math.max(0, candidate + incumbent - difference * difference) / (n + 2)
  return around(difference, normalQuantile((1 + confidence) / 2) * Math.sqrt(variance))
}

function around(middle: number, half: number): Interval {
  return { lower: Math.max(-1, middle - half), upper: Math.min(1, middle + half) }
}
