import betainc from '@stdlib/math-base-special-betainc'
import gammainc from '@stdlib/math-base-special-gammainc'
import gammaln from '@stdlib/math-base-special-gammaln'
import betaQuantileOf from '@stdlib/stats-base-dists-beta-quantile'
import normalCdfOf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantileOf from '@stdlib/stats-base-dists-normal-quantile'
import studentCdfOf from '@stdlib/stats-base-dists-t-cdf'
import studentQuantileOf from '@stdlib/stats-base-dists-t-quantile'

/** The distribution functions that the rest of this folder stands on, each total on the arguments it is given. */

/** The x with P(Z ≤ x) = probability, for a standard normal Z. */
export function normalQuantile(probability: number): number {
  return normalQuantileOf(probability, 0, 1)
}

/** P(Z ≥ z) for a standard normal Z: by symmetry, so that small tails keep their digits. */
export function normalUpperTail(z: number): number {
  return normalCdfOf(-z, 0, 1)
}

/** The x with P(T ≤ x) = probability, for Student's t. Degrees of freedom need not be whole. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  return studentQuantileOf(probability, degreesOfFreedom)
}

/** P(T ≥ t) for Student's t. */
export function studentUpperTail(t: number, degreesOfFreedom: number): number {
  if (t === Infinity) return 0
  if (t === -Infinity) return 1
  return studentCdfOf(-t, degreesOfFreedom)
}

/** P(X ≥ x) for chi-square. */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  return x <= 0 ? 1 : gammainc(x / 2, degreesOfFreedom / 2, true, true)
}

/** The quantile of Beta(alpha, beta); 0 and 1 at their ends. */
export function betaQuantile(probability: number, alpha: number, beta: number): number {
  return betaQuantileOf(probability, alpha, beta)
}

/** P(X ≤ count) for X ~ Binomial(trials, share). */
export function binomialLowerTail(count: number, trials: number, share: number): number {
  if (count < 0) return 0
  if (count >= trials) return 1
  if (share <= 0) return 1
  if (share >= 1) return 0
  return betainc(share, count + 1, trials - count, true, true)
}

/** P(X ≥ count) for X ~ Binomial(trials, share). */
export function binomialUpperTail(count: number, trials: number, share: number): number {
  if (count <= 0) return 1
  if (count > trials) return 0
  if (share <= 0) return 0
  if (share >= 1) return 1
  return betainc(share, count, trials - count + 1, true, false)
}

/** ln of the number of ways to choose. */
export function logChoose(trials: number, count: number): number {
  return gammaln(trials + 1) - gammaln(count + 1) - gammaln(trials - count + 1)
}

/** ln of the beta function. */
export function logBeta(alpha: number, beta: number): number {
  return gammaln(alpha) + gammaln(beta) - gammaln(alpha + beta)
}

/** k·ln(x) with 0·ln(0) = 0. */
export function timesLog(times: number, x: number): number {
  return times === 0 ? 0 : times * Math.log(x)
}

/** ln of the mean of exponentials, safe where they overflow or vanish. */
export function logMeanExp(logs: ArrayLike<number>): number {
  let highest = -Infinity
  for (let at = 0; at < logs.length; at++) highest = Math.max(highest, logs[at] ?? -Infinity)
  if (!Number.isFinite(highest)) return highest
  let sum = 0
  for (let at = 0; at < logs.length; at++) sum += Math.exp((logs[at] ?? -Infinity) - highest)
  return highest + Math.log(sum / logs.length)
}
