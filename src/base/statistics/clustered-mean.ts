import { hold } from './hold.ts'
import { studentQuantile, studentUpperTail } from './distributions.ts'

/**
 * Mean of paired differences where tasks come in clusters. Miller (2024), arXiv 2411.00640; CR1 as in Liang and Zeger
 * (1986) with the small-sample factor G/(G − 1) and Student's t with G − 1 degrees of freedom. A cluster of its own for
 * every task gives the ordinary t.
 */
export interface ClusteredMean {
  readonly tasks: number
  readonly clusters: number
  readonly mean: number
  /** The standard error that takes tasks for independent, denominator n − 1; NaN for one task. */
  readonly naiveError: number
  /** CR1; NaN for one cluster. */
  readonly robustError: number
  /** (robust/naive)², at least 1/√n-noise below 1; 1 where nothing varies. */
  readonly designEffect: number
}

/** Sums per cluster, enough for every bound below. */
export interface ClusterSums {
  readonly tasks: number
  readonly sum: number
  readonly squares: number
  readonly sizes: readonly number[]
  readonly sums: readonly number[]
}

export function clusterSums(
  differences: readonly number[],
  clusters: readonly (string | number)[],
): ClusterSums {
  hold(differences.length === clusters.length && differences.length > 0, 'a cluster for each task')
  const place = new Map<string | number, number>()
  const sizes: number[] = []
  const sums: number[] = []
  let sum = 0
  let squares = 0
  for (const [at, difference] of differences.entries()) {
    const cluster = clusters[at] ?? at
    const known = place.get(cluster)
    const index = known ?? place.size
    if (known === undefined) {
      place.set(cluster, index)
      sizes.push(0)
      sums.push(0)
    }
    sizes[index] = (sizes[index] ?? 0) + 1
    sums[index] = (sums[index] ?? 0) + difference
    sum += difference
    squares += difference * difference
  }
  return { tasks: differences.length, sum, squares, sizes, sums }
}

export function clusteredMean(of: ClusterSums): ClusteredMean {
  const clusters = of.sums.length
  const mean = of.sum / of.tasks
  const spread = Math.max(0, of.squares - of.tasks * mean * mean)
  const naiveError = Math.sqrt(spread / (of.tasks - 1) / of.tasks)
  let residual = 0
  for (const [index, sum] of of.sums.entries())
    residual += (sum - (of.sizes[index] ?? 0) * mean) ** 2
  const robustError = Math.sqrt((clusters / (clusters - 1)) * residual) / of.tasks
  const varies = naiveError > 1e-12
  return {
    tasks: of.tasks,
    clusters,
    mean,
    naiveError,
    robustError,
    designEffect: varies ? (robustError / naiveError) ** 2 : 1,
  }
}

/** The plain one-sided 1 − α lower bound: mean − t·SE. −Infinity with one cluster, which shows nothing of the spread. */
export function robustLowerBound(of: ClusterSums, alpha: number): number {
  const { mean, robustError, clusters } = clusteredMean(of)
  return clusters < 2 ? -Infinity : mean - studentQuantile(1 - alpha, clusters - 1) * robustError
}

/**
 * How many tasks of a cluster move together, at least: the design effect that the data show, or, where the data cannot
 * show one since nothing differs, the worst there can be (Kish: Σn²/n, whole clusters moving as one).
 */
export function cautiousDesignEffect(of: ClusterSums): number {
  const { naiveError, designEffect } = clusteredMean(of)
  const worst = worstDesignEffect(of)
  if (!(naiveError > 1e-12)) return worst
  return Math.min(worst, Math.max(1, designEffect))
}

/** Kish: Σn²/n, whole clusters moving as one. */
function worstDesignEffect(of: ClusterSums): number {
  return of.sizes.reduce((sum, size) => sum + size * size, 0) / of.tasks
}

/**
 * The same bound after 1.5 losses of the worst size are added that were not seen. Differences in [−1, 1] are mostly 0
 * with a few −1, and t trusts a sample without a loss completely: at 60 tasks and margin .05 it would qualify every
 * candidate without one. 1.5 added losses follow the exact Poisson bound to within a tenth of a loss from none to
 * fifty (Cornish–Fisher: (z² − 1)/3 + 1 = 1.57 at α = .05). A lost task takes so many of its
 * cluster along as lie halfway between what the data show and whole clusters: with a loss in whole clusters now and then,
 * none may be among those seen.
 */
interface GuardedBound {
  readonly mean: number
  readonly lower: number
  readonly degreesOfFreedom: number
  readonly error: number
}

const unseenLosses = 1.5

function guarded(of: ClusterSums, direction: 1 | -1): Omit<GuardedBound, 'lower'> {
  const weight = (cautiousDesignEffect(of) + worstDesignEffect(of)) / 2
  const tasks = of.tasks + unseenLosses * weight
  const mean = (direction * of.sum - unseenLosses * weight) / tasks
  const clusters = of.sums.length + unseenLosses
  let residual = unseenLosses * (weight * (1 + mean)) ** 2
  for (const [index, sum] of of.sums.entries())
    residual += (direction * sum - (of.sizes[index] ?? 0) * mean) ** 2
  const error = Math.sqrt((clusters / (clusters - 1)) * residual) / tasks
  return { mean, error, degreesOfFreedom: Math.max(1, of.sums.length - 1) }
}

/** One-sided 1 − α lower bound of the mean difference. */
export function guardedLowerBound(of: ClusterSums, alpha: number): number {
  const { mean, error, degreesOfFreedom } = guarded(of, 1)
  return Math.max(-1, mean - studentQuantile(1 - alpha, degreesOfFreedom) * error)
}

/** One-sided 1 − α upper bound of the mean difference: the lower bound of the sides swapped. */
export function guardedUpperBound(of: ClusterSums, alpha: number): number {
  const { mean, error, degreesOfFreedom } = guarded(of, -1)
  return Math.min(1, -(mean - studentQuantile(1 - alpha, degreesOfFreedom) * error))
}

/** p of H0: mean difference ≤ −margin, by the guarded bound. */
export function guardedNonInferiority(of: ClusterSums, margin: number): number {
  const { mean, error, degreesOfFreedom } = guarded(of, 1)
  return studentUpperTail((mean + margin) / error, degreesOfFreedom)
}
