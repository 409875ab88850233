import { normalQuantile, normalUpperTail } from './distributions.ts'
import { bisect, type Interval } from './interval.ts'
import { pairsOf, type PairedTable } from './paired-table.ts'

/**
 * Score test and interval for the difference of paired proportions.
 * Tango T (1998), Statistics in Medicine 17:891–908; the same restricted estimate as Nam (1997).
 */

/** Z(δ₀) of H0: p_candidate − p_incumbent = δ₀. Z(0) is McNemar's; defined where b = c = 0. */
export function tangoScore(table: PairedTable, difference: number): number {
  return scoreOf(pairsOf(table), table.candidateOnly, table.incumbentOnly, difference)
}

/** One-sided p of H0: difference ≤ −margin. Small: the candidate is not worse by more than the margin. */
export function tangoNonInferiority(
  table: PairedTable,
  margin: number,
): { readonly z: number; readonly p: number } {
  const z = tangoScore(table, -margin)
  return { z, p: normalUpperTail(z) }
}

/** Two-sided interval for the difference by inversion; for a one-sided 1 − α bound ask for 1 − 2α. */
export function tangoInterval(table: PairedTable, confidence: number): Interval {
  const n = pairsOf(table)
  const { candidateOnly: b, incumbentOnly: c } = table
  const z = normalQuantile((1 + confidence) / 2)
  const middle = (b - c) / n
  // Z falls from δ = −1 to 1; a table at the edge has its edge as limit.
  const lower = c === n ? -1 : bisect(-1, middle, (delta) => scoreOf(n, b, c, delta) > z)
  const upper = b === n ? 1 : bisect(middle, 1, (delta) => scoreOf(n, b, c, delta) > -z)
  return { lower, upper }
}

/** The restricted maximum-likelihood estimate of p₀₁ (only the incumbent passes) under δ₀. */
export function restrictedIncumbentOnly(
  n: number,
  b: number,
  c: number,
  difference: number,
): number {
  const first = 2 * n
  const second = -b - c + (2 * n - b + c) * difference
  const third = -c * difference * (1 - difference)
  const root = Math.sqrt(Math.max(second * second - 4 * first * third, 0))
  // Of two ways to write the root, the one without cancellation.
  return second > 0 ? (-2 * third) / (second + root) : (root - second) / (2 * first)
}

/** Z(δ₀) from n, b and c, for loops over many tables. */
export function scoreOf(n: number, b: number, c: number, difference: number): number {
  const q = restrictedIncumbentOnly(n, b, c, difference)
  const above = b - c - n * difference
  const variance = n * (2 * q + difference * (1 - difference))
  if (variance > 0) return above / Math.sqrt(variance)
  return above === 0 ? 0 : Math.sign(above) * Infinity
}
