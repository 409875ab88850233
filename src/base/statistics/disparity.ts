import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf'
import logGamma from '@stdlib/math-base-special-gammaln'

/**
 * Evidence that refusals differ between two phrasings of the same tasks: E = 2^(b+c) · B(b+1, c+1), b and c the tasks that
 * only one of the two was refused. Valid at any stopping time; at 1/alpha the phrasings are told apart.
 */
export function disparityEvidence(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond
  const logBeta = logGamma(onlyFirst + 1) + logGamma(onlySecond + 1) - logGamma(n + 2)
  return Math.exp(n * Math.LN2 + logBeta)
}

export interface CochranQ {
  readonly statistic: number
  readonly degrees: number
  readonly p: number
}

/**
 * Whether K phrasings are served alike (Cochran 1950): one row a task, one column a phrasing, 1 where it was served.
 * p is 1 where no task tells phrasings apart.
 */
export function cochranQ(rows: readonly (readonly number[])[]): CochranQ {
  const k = rows[0]?.length ?? 0
  const columns = Array.from({ length: k }, (_, at) => sum(rows.map((row) => row[at] ?? 0)))
  const totals = rows.map(sum)
  const total = sum(totals)
  const spread = k * total - sum(totals.map((row) => row ** 2))
  const degrees = k - 1
  if (spread === 0) return { statistic: 0, degrees, p: 1 }
  const statistic = (degrees * (k * sum(columns.map((one) => one ** 2)) - total ** 2)) / spread
  return { statistic, degrees, p: 1 - chiSquareCdf(statistic, degrees) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
