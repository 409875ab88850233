import {
  advanceEProcess,
  clusterBet,
  evidenceOf,
  startEProcess,
} from '../../base/statistics/e-process.ts'
import { bisect } from '../../base/statistics/interval.ts'
import { type Finding, type GateSample, isClustered, type Risks } from './gate-sample.ts'

/** The e-process of a gate: H0 "mean value ≤ −limit", one bet a task, or one a cluster where tasks come in clusters. */
export function sequentialFinding(sample: GateSample, limit: number, risks: Risks): Finding {
  const wholes = clustersInOrder(sample)
  const state = advanceEProcess(startEProcess(limit), betsOf(sample, wholes, limit))
  const needed = -Math.log(risks.alpha)
  const passed = state.highestPass >= needed
  const failed = !passed && state.highestFail >= -Math.log(risks.beta)
  let sum = 0
  let tasks = 0
  for (const whole of wholes) {
    sum += whole.sum
    tasks += whole.size
  }
  return {
    state: passed ? 'passed' : failed ? 'failed' : 'undecided',
    estimate: tasks === 0 ? 0 : sum / tasks,
    ...boundsOf(sample, wholes, needed),
    method: 'inverted e-process',
    test: isClustered(sample) ? 'betting e-process, one bet a cluster' : 'betting e-process',
    p: Math.min(1, Math.exp(-state.highestPass)),
    logE: state.highestPass,
    designEffect: 1,
  }
}

interface Whole {
  sum: number
  size: number
}

/** Complete clusters in the order in which their last task comes. Incomplete ones would be chosen by when one stops. */
function clustersInOrder(sample: GateSample): readonly Whole[] {
  if (!isClustered(sample)) return sample.values.map((sum) => ({ sum, size: 1 }))
  const byCluster = new Map<string, Whole>()
  for (const [at, value] of sample.values.entries()) {
    const cluster = sample.clusters[at] ?? ''
    if (!sample.completeClusters.has(cluster)) continue
    const whole = byCluster.get(cluster) ?? { sum: 0, size: 0 }
    // Taken out and put back: a Map keeps the order of the last insertion.
    byCluster.delete(cluster)
    byCluster.set(cluster, { sum: whole.sum + value, size: whole.size + 1 })
  }
  return [...byCluster.values()]
}

function betsOf(sample: GateSample, wholes: readonly Whole[], limit: number): readonly number[] {
  if (!isClustered(sample)) return sample.values
  return wholes.map(({ sum, size }) => clusterBet(sum, size, limit, sample.largestCluster))
}

/** Limits that the evidence of now rules out, each at α: the values between are the confidence sequence. */
function boundsOf(
  sample: GateSample,
  wholes: readonly Whole[],
  needed: number,
): { readonly lower: number; readonly upper: number } {
  const evidence = (limit: number): { readonly logPass: number; readonly logFail: number } =>
    evidenceOf(advanceEProcess(startEProcess(limit), betsOf(sample, wholes, limit)))
  const most = 1 - 1e-6
  const stepsEnough = 18
  return {
    lower:
      evidence(most).logPass < needed
        ? -1
        : -bisect(0, most, (limit) => evidence(limit).logPass < needed, stepsEnough),
    upper:
      evidence(0).logFail < needed
        ? 1
        : -bisect(0, most, (limit) => evidence(limit).logFail >= needed, stepsEnough),
  }
}
