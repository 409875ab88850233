import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import type { Interval } from './interval.ts'
import { differenceOf, type PairedTable, sizeOf } from './paired-table.ts'

/** Wald's interval, for reference alone: it is too narrow where few pairs differ. */
export function waldInterval(table: PairedTable, level: number): Interval {
  const { candidateOnly: b, incumbentOnly: c } = table
  const n = sizeOf(table)
  const half = (deviate(level) * Math.sqrt(b + c - (b - c) ** 2 / n)) / n
  const difference = differenceOf(table)
  return { lower: difference - half, upper: difference + half }
}

/** Wald's interval with half a pair added to each side (Bonett and Price 2012), for reference. */
export function bonettPriceInterval(table: PairedTable, level: number): Interval {
  const n = sizeOf(table) + 2
  const first = (table.candidateOnly + 1) / n
  const second = (table.incumbentOnly + 1) / n
  const difference = first - second
  const half = deviate(level) * Math.sqrt((first + second - difference ** 2) / n)
  return { lower: difference - half, upper: difference + half }
}

function deviate(level: number): number {
  return normalQuantile((1 + level) / 2, 0, 1)
}
