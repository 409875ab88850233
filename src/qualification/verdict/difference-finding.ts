import {
  cautiousDesignEffect,
  clusteredMean,
  type ClusterSums,
  clusterSums,
  guardedLowerBound,
  guardedNonInferiority,
  guardedUpperBound,
} from '../../base/statistics/clustered-mean.ts'
import { normalUpperTail } from '../../base/statistics/distributions.ts'
import { exactNonInferiority } from '../../base/statistics/exact-non-inferiority.ts'
import type { PairedTable } from '../../base/statistics/paired-table.ts'
import { scoreOf, tangoInterval, tangoNonInferiority } from '../../base/statistics/tango-score.ts'
import { type Finding, type GateSample, isClustered, type Risks } from './gate-sample.ts'
import { sequentialFinding } from './sequential-finding.ts'

/**
 * Is the mean difference above −margin? The rules of mode `fixed-n`, chosen so that a false "yes" stays at or under α
 * (docs/reference/operating-characteristics.md):
 *
 * - pass/fail, tasks on their own: Tango's score and the exact unconditional p, both;
 * - pass/fail in clusters: Tango's score and the exact p on the table divided by the design effect (Rao and Scott 1992),
 *   and the guarded cluster-robust bound, all;
 * - graded: the guarded cluster-robust bound.
 */
export function differenceFinding(sample: GateSample, margin: number, risks: Risks): Finding {
  if (risks.mode === 'e-process') return sequentialFinding(sample, margin, risks)
  const isPassFail = sample.values.every((value) => value === 0 || value === 1 || value === -1)
  if (isPassFail && !isClustered(sample)) return plainFinding(sample, margin, risks)
  return robustFinding(sample, margin, risks, isPassFail)
}

/** The table as far as differences tell it: ties are counted as both passing, which no test here looks at. */
export function tableOf(values: readonly number[]): PairedTable {
  let candidateOnly = 0
  let incumbentOnly = 0
  for (const value of values) {
    if (value > 0) candidateOnly++
    else if (value < 0) incumbentOnly++
  }
  const bothPass = values.length - candidateOnly - incumbentOnly
  return { bothPass, candidateOnly, incumbentOnly, neitherPass: 0 }
}

function plainFinding(sample: GateSample, margin: number, risks: Risks): Finding {
  const table = tableOf(sample.values)
  const score = tangoNonInferiority(table, margin)
  const exact = score.p <= risks.alpha ? exactNonInferiority(table, margin) : null
  const p = Math.max(score.p, exact ?? 0)
  const { lower, upper } = tangoInterval(table, 1 - 2 * risks.alpha)
  return {
    state: stateOf(p, risks.alpha, upper, -margin),
    estimate: (table.candidateOnly - table.incumbentOnly) / sample.values.length,
    lower,
    upper,
    method: 'Tango score',
    test: 'Tango score and exact unconditional, both',
    p,
    logE: null,
    designEffect: 1,
  }
}

function robustFinding(
  sample: GateSample,
  margin: number,
  risks: Risks,
  isPassFail: boolean,
): Finding {
  const sums = clusterSums(sample.values, sample.clusters)
  const designEffect = cautiousDesignEffect(sums)
  const guarded = guardedNonInferiority(sums, margin)
  const p = isPassFail
    ? Math.max(guarded, dividedTableP(sample.values, designEffect, margin, risks.alpha))
    : guarded
  const upper = guardedUpperBound(sums, risks.alpha)
  return {
    state: stateOf(p, risks.alpha, upper, -margin),
    estimate: clusteredMean(sums).mean,
    lower: guardedLowerBound(sums, risks.alpha),
    upper,
    method: 'guarded cluster-robust t',
    test: isPassFail
      ? 'guarded cluster-robust t, and Tango score and exact on the table by the design effect, all'
      : 'guarded cluster-robust t',
    p,
    logE: null,
    designEffect,
  }
}

/** Rao and Scott (1992), Biometrics 48:577–585: counts divided by the design effect, rounded against the candidate. */
function dividedTableP(
  values: readonly number[],
  designEffect: number,
  margin: number,
  alpha: number,
): number {
  const { candidateOnly, incumbentOnly } = tableOf(values)
  const n = Math.max(1, Math.floor(values.length / designEffect))
  const c = Math.min(n, Math.ceil(incumbentOnly / designEffect - 1e-9))
  const b = Math.min(n - c, Math.floor(candidateOnly / designEffect))
  const p = normalUpperTail(scoreOf(n, b, c, -margin))
  if (p > alpha) return p
  const table = { bothPass: n - b - c, candidateOnly: b, incumbentOnly: c, neitherPass: 0 }
  return Math.max(p, exactNonInferiority(table, margin) ?? 0)
}

function stateOf(p: number, alpha: number, upper: number, limit: number): Finding['state'] {
  if (p <= alpha) return 'passed'
  return upper < limit ? 'failed' : 'undecided'
}

/** The plain bounds of the same data, for the report; they decide nothing. */
export function sumsOf(sample: GateSample): ClusterSums {
  return clusterSums(sample.values, sample.clusters)
}
