import { cautiousDesignEffect, clusterSums } from '../../base/statistics/clustered-mean.ts'
import { binomialLowerTail } from '../../base/statistics/distributions.ts'
import {
  clopperPearsonLower,
  clopperPearsonUpper,
} from '../../base/statistics/proportion-interval.ts'
import { type Finding, type GateSample, isClustered, type Risks } from './gate-sample.ts'
import { sequentialFinding } from './sequential-finding.ts'

/**
 * Is the share of bad events under its cap? Clopper–Pearson; where tasks come in clusters, on counts divided by the design
 * effect. Without an event nothing shows a design effect, and whole clusters are taken to move as one. Values of the
 * sample are −1 for a bad event, else 0; estimate and bounds are shares.
 */
export function shareFinding(sample: GateSample, cap: number, risks: Risks): Finding {
  if (risks.mode === 'e-process') return mirrored(sequentialFinding(sample, cap, risks))
  const designEffect = isClustered(sample)
    ? cautiousDesignEffect(clusterSums(sample.values, sample.clusters))
    : 1
  const bad = sample.values.reduce((count, value) => count - value, 0)
  const events = bad / designEffect
  const tasks = sample.values.length / designEffect
  const p = binomialLowerTail(events, tasks, cap)
  const lower = clopperPearsonLower(events, tasks, risks.alpha)
  return {
    state: p <= risks.alpha ? 'passed' : lower > cap ? 'failed' : 'undecided',
    estimate: bad / sample.values.length,
    lower,
    upper: clopperPearsonUpper(events, tasks, risks.alpha),
    method: 'Clopper–Pearson',
    test: isClustered(sample) ? 'exact binomial by the design effect' : 'exact binomial',
    p,
    logE: null,
    designEffect,
  }
}

function mirrored(finding: Finding): Finding {
  return {
    ...finding,
    estimate: 0 - finding.estimate,
    lower: Math.max(0, 0 - finding.upper),
    upper: Math.min(1, 0 - finding.lower),
  }
}
