import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

/** What a comparison is planned for. */
export interface SizeQuestion {
  /** Largest loss that is accepted, 0 to 1. */
  readonly margin: number
  /** Share of tasks on which only one of the two passes. */
  readonly discordance: number
  /** True difference, candidate less incumbent; 0: they are alike. */
  readonly difference: number
  /** Risk of a false qualification, one-sided. */
  readonly alpha: number
}

/**
 * Tasks that Tango's test needs: n = ((z₁₋α √v₀ + z₁₋β √(ψ − δ²))/(δ + m))², v₀ the variance under the hypothesis with the
 * restricted estimate at the expected proportions. `power`: 0.8 for 80 %. Infinite where the difference is the margin.
 */
export function sampleSize(question: SizeQuestion, power: number): number {
  const { alpha, difference, margin, discordance } = question
  if (difference <= -margin) return Number.POSITIVE_INFINITY
  const { null: v0, alternative } = variances(question)
  const reach = z(1 - alpha) * Math.sqrt(v0) + z(power) * Math.sqrt(alternative)
  const n = (reach / (difference + margin)) ** 2
  return discordance === 0 ? Math.ceil(n) : Math.ceil(n - 1e-9)
}

/** How likely a candidate that differs so much is qualified with n tasks. */
export function powerOf(question: SizeQuestion, n: number): number {
  const { alpha, difference, margin } = question
  const { null: v0, alternative } = variances(question)
  const distance = Math.sqrt(n) * (difference + margin) - z(1 - alpha) * Math.sqrt(v0)
  if (alternative === 0) return distance >= 0 ? 1 : 0
  return normalCdf(distance / Math.sqrt(alternative), 0, 1)
}

function variances({ margin: m, discordance, difference }: SizeQuestion): {
  readonly null: number
  readonly alternative: number
} {
  const onlyCandidate = (discordance + difference) / 2
  const onlyIncumbent = (discordance - difference) / 2
  const linear = -onlyCandidate - onlyIncumbent - m * (2 - onlyCandidate + onlyIncumbent)
  const constant = onlyIncumbent * m * (1 + m)
  const q = (Math.sqrt(Math.max(0, linear ** 2 - 8 * constant)) - linear) / 4
  return { null: 2 * q - m * (1 + m), alternative: Math.max(0, discordance - difference ** 2) }
}

/** Tasks that show a mean difference in two-sided paired scores of variance ω² (Miller 2024): (z₁₋α/₂ + z_power)² ω²/δ². */
export function meanSampleSize(
  {
    variance,
    difference,
    alpha,
  }: {
    readonly variance: number
    readonly difference: number
    readonly alpha: number
  },
  power: number,
): number {
  return Math.ceil(((z(1 - alpha / 2) + z(power)) ** 2 * variance) / difference ** 2)
}

function z(probability: number): number {
  return normalQuantile(probability, 0, 1)
}
