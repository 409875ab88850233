import logGamma from '@stdlib/math-base-special-gammaln'
import { bisect } from './bisect.ts'
import type { Interval } from './interval.ts'

/**
 * Bounds of a share that hold at every look at once: {p : (n+1) C(n,s) p^s (1−p)^(n−s) ≥ α} (Robbins 1970, beta-binomial
 * mixture). `count`: successes among n.
 */
export function shareSequence(count: number, n: number, alpha: number): Interval {
  const logChoose = logGamma(n + 1) - logGamma(count + 1) - logGamma(n - count + 1)
  const level = Math.log(alpha)
  const likelihood = (p: number): number =>
    Math.log(n + 1) + logChoose + power(count, p) + power(n - count, 1 - p)
  const peak = count / n
  return {
    lower: count === 0 ? 0 : 1 - bisect((x) => likelihood(1 - x), level, [1 - peak, 1]),
    upper: count === n ? 1 : bisect(likelihood, level, [peak, 1]),
  }
}

function power(count: number, base: number): number {
  return count === 0 ? 0 : count * Math.log(base)
}

/** The mixing parameter of the normal mixture that is tightest at a variance (Howard and others 2021, `best_rho`). */
export function bestRho(variance: number, alpha: number): number {
  return variance / (2 * Math.log(1 / alpha) + Math.log(1 + 2 * Math.log(1 / alpha)))
}

/** How far a sum with so much variance may stray, at every look at once: √((v+ρ)(ln((v+ρ)/ρ) + 2 ln(1/α))). */
export function normalMixtureBound(variance: number, alpha: number, rho: number): number {
  const v = variance + rho
  return Math.sqrt(v * (Math.log(v / rho) + 2 * Math.log(1 / alpha)))
}

/** Logarithm of the normal mixture at a sum: ½ ln(ρ/(v+ρ)) + s²/(2(v+ρ)). */
export function logNormalMixture(sum: number, variance: number, rho: number): number {
  return 0.5 * Math.log(rho / (variance + rho)) + sum ** 2 / (2 * (variance + rho))
}
