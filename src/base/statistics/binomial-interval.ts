import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import type { Interval } from './interval.ts'

/** Upper bound of a share, one-sided, exact (Clopper and Pearson 1934). 1 where nothing was counted. */
export function clopperPearsonUpper(count: number, n: number, alpha: number): number {
  return count >= n ? 1 : betaQuantile(1 - alpha, count + 1, n - count)
}

/** Lower bound of a share, one-sided, exact. */
export function clopperPearsonLower(count: number, n: number, alpha: number): number {
  return count <= 0 ? 0 : betaQuantile(alpha, count, n - count + 1)
}

/** Both bounds, each at half of `1 - level`. */
export function clopperPearson(count: number, n: number, level: number): Interval {
  const alpha = (1 - level) / 2
  return {
    lower: clopperPearsonLower(count, n, alpha),
    upper: clopperPearsonUpper(count, n, alpha),
  }
}

/** Score interval of a share (Wilson 1927). */
export function wilson(count: number, n: number, level: number): Interval {
  const z = normalQuantile((1 + level) / 2, 0, 1)
  const share = count / n
  const middle = share + z ** 2 / (2 * n)
  const half = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  const scale = 1 + z ** 2 / n
  return { lower: (middle - half) / scale, upper: (middle + half) / scale }
}
