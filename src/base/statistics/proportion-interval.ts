import { betaQuantile, normalQuantile } from './distributions.ts'
import { bisect, type Interval } from './interval.ts'
import { binomialLowerTail, binomialUpperTail } from './distributions.ts'

/** Intervals for one proportion: `count` of `trials`, independent. */

/** Clopper and Pearson (1934), Biometrika 26:404–413: exact, two-sided. */
export function clopperPearson(count: number, trials: number, confidence: number): Interval {
  const alpha = (1 - confidence) / 2
  return {
    lower: clopperPearsonLower(count, trials, alpha),
    upper: clopperPearsonUpper(count, trials, alpha),
  }
}

/** The one-sided 1 − α lower bound. */
export function clopperPearsonLower(count: number, trials: number, alpha: number): number {
  if (count <= 0) return 0
  if (count >= trials) return alpha ** (1 / trials)
  const quantile = betaQuantile(alpha, count, trials - count + 1)
  if (isRight(quantile, binomialUpperTail(count, trials, quantile), alpha)) return quantile
  return bisect(0, 1, (share) => binomialUpperTail(count, trials, share) < alpha)
}

/** The one-sided 1 − α upper bound. */
export function clopperPearsonUpper(count: number, trials: number, alpha: number): number {
  if (count >= trials) return 1
  if (count <= 0) return -Math.expm1(Math.log(alpha) / trials)
  const quantile = betaQuantile(1 - alpha, count + 1, trials - count)
  if (isRight(quantile, binomialLowerTail(count, trials, quantile), alpha)) return quantile
  return bisect(0, 1, (share) => binomialLowerTail(count, trials, share) > alpha)
}

/** The library's quantile is checked by the tail it must give; where it is off, the bound is bisected. */
function isRight(quantile: number, tail: number, alpha: number): boolean {
  return Number.isFinite(quantile) && Math.abs(tail - alpha) <= alpha * 1e-9
}

/** Wilson (1927), JASA 22:209–212: the score interval, two-sided. */
export function wilson(count: number, trials: number, confidence: number): Interval {
  const z = normalQuantile((1 + confidence) / 2)
  const share = count / trials
  const scale = 1 + (z * z) / trials
  const middle = (share + (z * z) / (2 * trials)) / scale
  const half =
    (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / scale
  return {
    lower: count === 0 ? 0 : Math.max(0, middle - half),
    upper: count === trials ? 1 : Math.min(1, middle + half),
  }
}
