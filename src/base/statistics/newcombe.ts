import { wilson } from './binomial-interval.ts'
import type { Interval } from './interval.ts'
import { type PairedTable, sizeOf } from './paired-table.ts'

/**
 * Interval for the difference of paired proportions from two Wilson intervals and the correlation of the pairs (Newcombe,
 * Statistics in Medicine 1998;17:2635): method 10, or method 8 without its correction for continuity.
 */
export function newcombeInterval(table: PairedTable, level: number, method: 8 | 10 = 10): Interval {
  const { both: a, candidateOnly: b, incumbentOnly: c } = table
  const n = sizeOf(table)
  const first = (a + b) / n
  const second = (a + c) / n
  const one = wilson(a + b, n, level)
  const two = wilson(a + c, n, level)
  const phi = correlation(table, method)
  const reach = (x: number, y: number): number =>
    Math.sqrt(Math.max(0, x ** 2 - 2 * phi * x * y + y ** 2))
  const difference = first - second
  return {
    lower: difference - reach(first - one.lower, two.upper - second),
    upper: difference + reach(one.upper - first, second - two.lower),
  }
}

function correlation(table: PairedTable, method: 8 | 10): number {
  const { both: a, candidateOnly: b, incumbentOnly: c, neither: d } = table
  const margins = (a + b) * (c + d) * (a + c) * (b + d)
  if (margins === 0) return 0
  const product = a * d - b * c
  const isCorrected = method === 10 && product > 0
  return (isCorrected ? Math.max(product - sizeOf(table) / 2, 0) : product) / Math.sqrt(margins)
}
