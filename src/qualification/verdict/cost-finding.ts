import { clusteredMean, clusterSums } from '../../base/statistics/clustered-mean.ts'
import { studentQuantile, studentUpperTail } from '../../base/statistics/distributions.ts'
import { type Finding, type GateSample, type Risks } from './gate-sample.ts'
import { sequentialFinding } from './sequential-finding.ts'

export interface TaskCosts {
  readonly candidate: readonly number[]
  readonly incumbent: readonly number[]
}

/**
 * Is Σcandidate/Σincumbent at most `ratioMax`? In mode `fixed-n` by Fieller's argument: the mean of
 * ratioMax·incumbent − candidate is above 0, cluster-robust t. In mode `e-process` by betting on the same mean, divided by
 * the most that one task can cost; a task beyond that most ends the gate as failed, since the registration was wrong.
 */
export function costFinding(
  sample: Omit<GateSample, 'values'>,
  costs: TaskCosts,
  gate: { readonly ratioMax: number; readonly perTaskMax: number | null },
  risks: Risks,
): Finding {
  const slack = costs.candidate.map((cost, at) => gate.ratioMax * (costs.incumbent[at] ?? 0) - cost)
  const total = (list: readonly number[]): number => list.reduce((sum, cost) => sum + cost, 0)
  const estimate = total(costs.candidate) / total(costs.incumbent)
  if (risks.mode === 'e-process') {
    const scale = Math.max(1, gate.ratioMax) * (gate.perTaskMax ?? Infinity)
    const values = slack.map((value) => Math.max(-1, Math.min(1, value / scale)))
    const found = sequentialFinding({ ...sample, values }, 0, risks)
    const isBeyond = costs.candidate.some((cost) => cost > (gate.perTaskMax ?? 0))
    return {
      ...found,
      state: isBeyond ? 'failed' : found.state,
      p: isBeyond ? 1 : found.p,
      logE: isBeyond ? 0 : found.logE,
      estimate,
      lower: 0,
      upper: found.state === 'passed' ? gate.ratioMax : Infinity,
    }
  }
  return fixedFinding(slack, sample.clusters, { estimate, costs, ratioMax: gate.ratioMax, risks })
}

function fixedFinding(
  slack: readonly number[],
  clusters: readonly string[],
  known: {
    readonly estimate: number
    readonly costs: TaskCosts
    readonly ratioMax: number
    readonly risks: Risks
  },
): Finding {
  const { alpha } = known.risks
  const {
    mean,
    robustError,
    designEffect,
    clusters: count,
  } = clusteredMean(clusterSums(slack, clusters))
  const p = robustError > 0 ? studentUpperTail(mean / robustError, count - 1) : mean >= 0 ? 0 : 1
  // The bound of the ratio by the linearised error: that of Σ(candidate − ratio·incumbent) by Σincumbent.
  const residuals = known.costs.candidate.map(
    (cost, at) => cost - known.estimate * (known.costs.incumbent[at] ?? 0),
  )
  const average =
    known.costs.incumbent.reduce((sum, cost) => sum + cost, 0) / known.costs.incumbent.length
  const error = clusteredMean(clusterSums(residuals, clusters)).robustError / average
  const half = studentQuantile(1 - alpha, Math.max(1, count - 1)) * error
  const lower = known.estimate - half
  return {
    state: p <= alpha ? 'passed' : lower > known.ratioMax ? 'failed' : 'undecided',
    estimate: known.estimate,
    lower,
    upper: known.estimate + half,
    method: 'linearised ratio, cluster-robust t',
    test: 'cluster-robust t of ratio·incumbent − candidate',
    p,
    logE: null,
    designEffect,
  }
}
