import { clusteredMean, type ClusterSums } from './clustered-mean.ts'
import { normalQuantile, normalUpperTail } from './distributions.ts'
import { hold } from './hold.ts'
import type { Interval } from './interval.ts'
import type { RandomSource } from './random-source.ts'

/**
 * Resampling whole clusters with replacement, as a second look at a bound. Efron and Tibshirani (1993), An Introduction to
 * the Bootstrap: bootstrap-t (12.5), BCa (14.3). Same source, same answer.
 */
export interface BootstrapPlan {
  readonly confidence: number
  readonly replicates: number
  readonly random: RandomSource
}

/** Bootstrap-t interval of the mean: quantiles of (mean* − mean)/SE*. Replicates without spread are left out. */
export function bootstrapT(of: ClusterSums, plan: BootstrapPlan): Interval {
  const { mean, robustError } = clusteredMean(of)
  if (!(robustError > 0)) return { lower: mean, upper: mean }
  const ratios: number[] = []
  const count = of.sums.length
  const sums = Float64Array.from(of.sums)
  const sizes = Float64Array.from(of.sizes)
  const picks = new Uint32Array(count)
  for (let replicate = 0; replicate < plan.replicates; replicate++) {
    let sum = 0
    let tasks = 0
    for (let at = 0; at < count; at++) {
      const pick = Math.floor(plan.random() * count)
      picks[at] = pick
      sum += sums[pick] ?? 0
      tasks += sizes[pick] ?? 0
    }
    const drawn = sum / tasks
    let residual = 0
    for (const pick of picks) residual += ((sums[pick] ?? 0) - (sizes[pick] ?? 0) * drawn) ** 2
    const error = Math.sqrt((count / (count - 1)) * residual) / tasks
    if (error > 1e-12) ratios.push((drawn - mean) / error)
  }
  hold(ratios.length > 0, 'a replicate that varies')
  const sorted = Float64Array.from(ratios).toSorted()
  const tail = (1 - plan.confidence) / 2
  return {
    lower: mean - quantileOf(sorted, 1 - tail) * robustError,
    upper: mean - quantileOf(sorted, tail) * robustError,
  }
}

/** BCa interval of the mean: percentiles moved by bias and by the jackknife's acceleration. */
export function bcaInterval(of: ClusterSums, plan: BootstrapPlan): Interval {
  const tasks = of.sizes.map(Number)
  return bcaOfRatio({ above: of.sums, below: tasks }, plan)
}

/** Interval of Σabove/Σbelow, both summed over resampled clusters: the ratio of the candidate's cost to the incumbent's. */
export function costRatioInterval(
  costs: { readonly candidate: readonly number[]; readonly incumbent: readonly number[] },
  plan: BootstrapPlan,
): Interval {
  return bcaOfRatio({ above: costs.candidate, below: costs.incumbent }, plan)
}

function bcaOfRatio(
  sums: { readonly above: readonly number[]; readonly below: readonly number[] },
  plan: BootstrapPlan,
): Interval {
  const above = Float64Array.from(sums.above)
  const below = Float64Array.from(sums.below)
  const count = above.length
  hold(count === below.length && count > 0, 'lists of one length')
  const totalAbove = above.reduce((sum, value) => sum + value, 0)
  const totalBelow = below.reduce((sum, value) => sum + value, 0)
  const estimate = totalAbove / totalBelow
  const draws = new Float64Array(plan.replicates)
  let under = 0
  for (let replicate = 0; replicate < plan.replicates; replicate++) {
    let x = 0
    let y = 0
    for (let at = 0; at < count; at++) {
      const pick = Math.floor(plan.random() * count)
      x += above[pick] ?? 0
      y += below[pick] ?? 0
    }
    const drawn = y === 0 ? estimate : x / y
    draws[replicate] = drawn
    if (drawn < estimate) under++
    else if (drawn === estimate) under += 0.5
  }
  const ordered = draws.toSorted()
  const bias = normalQuantile(
    Math.min(1 - 0.5 / plan.replicates, Math.max(0.5 / plan.replicates, under / plan.replicates)),
  )
  const acceleration = accelerationOf(above, below, totalAbove, totalBelow)
  const end = (tail: number): number => {
    const z = bias + normalQuantile(tail)
    return quantileOf(ordered, 1 - normalUpperTail(bias + z / (1 - acceleration * z)))
  }
  const tail = (1 - plan.confidence) / 2
  return { lower: end(tail), upper: end(1 - tail) }
}

/** Skewness of the jackknife values, a sixth of it. */
function accelerationOf(
  above: Float64Array,
  below: Float64Array,
  totalAbove: number,
  totalBelow: number,
): number {
  const left = Array.from(above, (value, at) => {
    const rest = totalBelow - (below[at] ?? 0)
    return rest === 0 ? 0 : (totalAbove - value) / rest
  })
  const mean = left.reduce((sum, value) => sum + value, 0) / left.length
  let squares = 0
  let cubes = 0
  for (const value of left) {
    squares += (mean - value) ** 2
    cubes += (mean - value) ** 3
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0
}

/** By linear interpolation between order statistics. */
function quantileOf(sorted: Float64Array, probability: number): number {
  const place = Math.min(sorted.length - 1, Math.max(0, probability * (sorted.length + 1) - 1))
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}
