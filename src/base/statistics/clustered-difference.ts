import tQuantile from '@stdlib/stats-base-dists-t-quantile'

export interface ClusteredDifference {
  /** Mean of all differences. */
  readonly mean: number
  /** Standard error, robust to tasks of one cluster being alike (CR1). */
  readonly standardError: number
  readonly clusters: number
  /** Variance to that of as many tasks that have nothing to do with each other; 1: they have not. */
  readonly designEffect: number
}

/**
 * Mean of paired differences whose tasks come in clusters (repositories, customers, conversations): SE = √(G/(G−1)) ·
 * √(Σ_g (Σ_{i∈g} (D_i − D̄))²) / N (Miller 2024, arXiv 2411.00640). `clusters`: the differences of each one. NaN standard
 * error of fewer than two clusters.
 */
export function clusteredDifference(clusters: readonly (readonly number[])[]): ClusteredDifference {
  const all = clusters.flat()
  const n = all.length
  const mean = all.reduce((sum, one) => sum + one, 0) / n
  const count = clusters.length
  const between = clusters.reduce(
    (sum, cluster) => sum + cluster.reduce((inner, one) => inner + (one - mean), 0) ** 2,
    0,
  )
  const standardError =
    count < 2 ? Number.NaN : (Math.sqrt(count / (count - 1)) * Math.sqrt(between)) / n
  const naive = Math.sqrt(all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1) / n)
  return { mean, standardError, clusters: count, designEffect: (standardError / naive) ** 2 }
}

/** Lower bound of the mean, one-sided, by Student's t with one degree of freedom fewer than clusters. */
export function clusteredLower(difference: ClusteredDifference, alpha: number): number {
  const { mean, standardError, clusters } = difference
  return mean - tQuantile(1 - alpha, clusters - 1) * standardError
}
