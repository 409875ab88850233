import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf'
import type { PairedTable } from './paired-table.ts'

type Discordant = Pick<PairedTable, 'candidateOnly' | 'incumbentOnly'>

/** Two-sided exact test of "neither is better", conditional on the pairs that differ. */
export function mcNemarExact({ candidateOnly: b, incumbentOnly: c }: Discordant): number {
  return b + c === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(b, c), b + c, 0.5))
}

/** The same with half of the probability of what was seen (Fagerland, Lydersen and Laake 2013 recommend it). */
export function mcNemarMidP({ candidateOnly: b, incumbentOnly: c }: Discordant): number {
  const n = b + c
  if (n === 0) return 1
  const least = Math.min(b, c)
  const upTo = binomialCdf(least, n, 0.5)
  const seen = upTo - (least === 0 ? 0 : binomialCdf(least - 1, n, 0.5))
  return b === c ? 1 - seen / 2 : 2 * upTo - seen
}

/** Chi-square with one degree of freedom; corrected for continuity where wanted. */
export function mcNemarAsymptotic(
  { candidateOnly: b, incumbentOnly: c }: Discordant,
  isCorrected = false,
): { readonly statistic: number; readonly p: number } {
  if (b + c === 0) return { statistic: 0, p: 1 }
  const distance = Math.max(0, Math.abs(b - c) - (isCorrected ? 1 : 0))
  const statistic = distance ** 2 / (b + c)
  return { statistic, p: 1 - chiSquareCdf(statistic, 1) }
}
