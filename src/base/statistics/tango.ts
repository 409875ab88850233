import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { bisect } from './bisect.ts'
import type { Interval } from './interval.ts'
import { type PairedTable, sizeOf } from './paired-table.ts'

/**
 * Score statistic for the difference of paired proportions, with the variance of the restricted maximum likelihood
 * estimate (Tango, Statistics in Medicine 1998;17:891; the same as Nam 1997). It falls as `difference` rises; at 0 it is
 * McNemar's. `difference`: the one that is supposed, −1 to 1. 0 where nothing speaks for or against it.
 */
export function tangoScore(table: PairedTable, difference: number): number {
  const { candidateOnly: b, incumbentOnly: c } = table
  const n = sizeOf(table)
  const observed = b - c - n * difference
  if (observed === 0) return 0
  const q = restrictedShare(b, c, n, difference)
  const variance = n * (2 * q + difference * (1 - difference))
  return variance <= 0
    ? Math.sign(observed) * Number.POSITIVE_INFINITY
    : observed / Math.sqrt(variance)
}

/** The share of tasks that only the incumbent passes which is most likely, given the difference. */
function restrictedShare(b: number, c: number, n: number, difference: number): number {
  const quadratic = 2 * n
  const linear = -b - c + (2 * n - b + c) * difference
  const constant = -c * difference * (1 - difference)
  const discriminant = Math.max(0, linear ** 2 - 4 * quadratic * constant)
  return (Math.sqrt(discriminant) - linear) / (2 * quadratic)
}

/** All differences that a two-sided test at `1 - level` does not reject. `level`: 0.95 for 95 %. */
export function tangoInterval(table: PairedTable, level: number): Interval {
  const z = normalQuantile((1 + level) / 2, 0, 1)
  const n = sizeOf(table)
  const score = (difference: number): number => tangoScore(table, difference)
  return {
    lower: table.incumbentOnly === n ? -1 : bisect(score, z, [-1, 1]),
    upper: table.candidateOnly === n ? 1 : bisect(score, -z, [-1, 1]),
  }
}

/** Lower bound of the difference, one-sided. `alpha`: 0.05 for 95 % confidence. */
export function tangoLower(table: PairedTable, alpha: number): number {
  return tangoInterval(table, 1 - 2 * alpha).lower
}

export interface NonInferiority {
  readonly z: number
  /** One-sided: how likely a candidate that is worse by the margin looks at least as good. */
  readonly p: number
}

/** Test of "worse by the margin or more" (δ ≤ −m) against "not". `margin`: 0 to 1. */
export function tangoNonInferiority(table: PairedTable, margin: number): NonInferiority {
  const z = tangoScore(table, -margin)
  return { z, p: normalCdf(-z, 0, 1) }
}
