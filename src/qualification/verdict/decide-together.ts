import { eHolm, holm } from '../../base/statistics/multiplicity.ts'
import type { TrialResult } from '../../schema/trial-result.ts'

/** A trial among those of one plan. */
export interface TogetherResult {
  readonly result: TrialResult
  /** Holm over every trial of the plan: the chance of even one false qualification stays at α. */
  readonly adjustedP: number | null
}

/**
 * Workflows × candidates of one plan. A trial that is qualified on its own but not after Holm is INCONCLUSIVE. Trials that
 * have no p yet, or are INVALID, still count among the comparisons: leaving them out would be choosing after the fact.
 */
export function decideTogether(
  results: readonly TrialResult[],
  plan: { readonly alpha: number; readonly mode: 'fixed-n' | 'e-process' },
): readonly TogetherResult[] {
  const adjusted =
    plan.mode === 'e-process'
      ? eHolm(results.map(({ logEMin }) => logEMin ?? 0))
      : holm(results.map(({ pMax }) => pMax ?? 1))
  return results.map((result, at) => {
    const adjustedP = result.pMax === null ? null : (adjusted[at] ?? 1)
    if (result.verdict !== 'QUALIFIED' || (adjustedP ?? 1) <= plan.alpha)
      return { result, adjustedP }
    const say = `with ${results.length} comparisons the adjusted p is ${(adjustedP ?? 1).toPrecision(3)}, above ${plan.alpha}`
    return {
      result: { ...result, verdict: 'INCONCLUSIVE', reasons: [{ code: 'multiplicity', say }] },
      adjustedP,
    }
  })
}
