import { normalQuantile, normalUpperTail } from './distributions.ts'
import { hold } from './hold.ts'
import { restrictedIncumbentOnly } from './tango-score.ts'

/**
 * Pairs for the score test of non-inferiority: n = ((z₁₋α√v₀ + z₁₋β√(ψ − δ²))/(δ + m))², with v₀ from the restricted
 * estimate at the expected table. Nam (1997), Biometrics 53:1422–1430; Liu et al. (2002), Statistics in Medicine 21:231–245.
 */
export interface PairedDesign {
  /** The largest loss that is accepted, 0 to 1. */
  readonly margin: number
  /** One-sided. */
  readonly alpha: number
  /** ψ, the share of tasks that one passes and the other fails. */
  readonly discordance: number
  /** δ, the difference that is truly there; 0 unless known better. */
  readonly difference: number
}

/** √ of the variance of one pair under H0 and under the alternative. */
function deviations(design: PairedDesign): { readonly ofNull: number; readonly ofTruth: number } {
  const { margin, discordance, difference } = design
  hold(
    Math.abs(difference) <= discordance && discordance <= 1 && difference > -margin,
    'a difference above −margin, within the discordance',
  )
  const b = (discordance + difference) / 2
  const c = (discordance - difference) / 2
  const q = restrictedIncumbentOnly(1, b, c, -margin)
  return {
    ofNull: Math.sqrt(Math.max(0, 2 * q - margin * (1 + margin))),
    ofTruth: Math.sqrt(Math.max(0, discordance - difference * difference)),
  }
}

/** The n before it is rounded up. */
export function pairsNeeded(design: PairedDesign, power: number): number {
  const { ofNull, ofTruth } = deviations(design)
  const above = normalQuantile(1 - design.alpha) * ofNull + normalQuantile(power) * ofTruth
  return (above / (design.difference + design.margin)) ** 2
}

/** Power of the score test with n pairs, by the same approximation. */
export function powerOf(design: PairedDesign, pairs: number): number {
  const { ofNull, ofTruth } = deviations(design)
  const above =
    (design.difference + design.margin) * Math.sqrt(pairs) -
    normalQuantile(1 - design.alpha) * ofNull
  if (ofTruth === 0) return above >= 0 ? 1 : 0
  return normalUpperTail(-above / ofTruth)
}

/**
 * Tasks for a mean difference: Miller (2024), (z_{α}+z_β)²·ω²/δ². `alpha` is two-sided there; hand in α/2 for that.
 */
export function tasksForMean(plan: {
  readonly variance: number
  readonly difference: number
  readonly alpha: number
  readonly power: number
}): number {
  const z = normalQuantile(1 - plan.alpha) + normalQuantile(plan.power)
  return (z * z * plan.variance) / (plan.difference * plan.difference)
}
