import {
  cautiousDesignEffect,
  clusterSums,
  guardedLowerBound,
} from '../../base/statistics/clustered-mean.ts'
import { clopperPearsonLower } from '../../base/statistics/proportion-interval.ts'
import type { ControlResult } from '../../schema/trial-result.ts'
import { differenceFinding } from './difference-finding.ts'
import {
  byTask,
  candidateScore,
  incumbentScore,
  type TrialEvidence,
  type TrialTask,
} from './trial-evidence.ts'

/**
 * Can this trial tell good from bad at all (ICH E10: assay sensitivity)? The negative control must be found worse than the
 * margin, the incumbent must be shown to be above its floor, and asked twice it must mostly answer alike.
 */
export function checkControls(evidence: TrialEvidence): readonly ControlResult[] {
  return [negativeControl(evidence), incumbentFloor(evidence), repeatControl(evidence)]
}

function negativeControl(evidence: TrialEvidence): ControlResult {
  const { gates, controls, alpha, beta } = evidence.registration
  const limit = -gates.quality.margin
  const differences = differencesTo(evidence, evidence.negative ?? [], candidateScore)
  if (controls.negative === null || differences.values.length === 0)
    return absent(
      'negative',
      'there is no negative control, so nothing shows that a bad candidate would fail',
    )
  const found = differenceFinding(
    { ...differences, completeClusters: new Set() },
    gates.quality.margin,
    { mode: 'fixed-n', alpha, beta },
  )
  return {
    control: 'negative',
    state: found.upper < limit ? 'held' : 'broken',
    estimate: found.estimate,
    bound: found.upper,
    limit,
    say: `the negative control (${controls.negative.kind}) is at most ${found.upper.toFixed(4)} from the incumbent; it must be shown to be under ${limit}`,
  }
}

function incumbentFloor(evidence: TrialEvidence): ControlResult {
  const { gates, controls, alpha } = evidence.registration
  const outcomes = byTask(evidence.incumbent)
  const scores: number[] = []
  const clusters: string[] = []
  for (const task of evidence.tasks) {
    const outcome = outcomes.get(task.id)
    const score = outcome === undefined ? null : incumbentScore(outcome)
    if (score === null) continue
    scores.push(score)
    clusters.push(task.cluster)
  }
  if (scores.length === 0) return absent('incumbent-floor', 'the incumbent has no scored answer')
  // Losses against a perfect score, so that the guarded bound speaks of −1 to 0.
  const losses = clusterSums(
    scores.map((score) => score - 1),
    clusters,
  )
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  const effect = new Set(clusters).size < clusters.length ? cautiousDesignEffect(losses) : 1
  const bound =
    gates.quality.measure === 'pass-fail'
      ? clopperPearsonLower((mean * scores.length) / effect, scores.length / effect, alpha)
      : 1 + guardedLowerBound(losses, alpha)
  return {
    control: 'incumbent-floor',
    state: bound >= controls.incumbentFloor ? 'held' : 'broken',
    estimate: mean,
    bound,
    limit: controls.incumbentFloor,
    say: `the incumbent scores ${mean.toFixed(4)}, at least ${bound.toFixed(4)}; its floor is ${controls.incumbentFloor}`,
  }
}

function repeatControl(evidence: TrialEvidence): ControlResult {
  const { controls } = evidence.registration
  if (controls.repeat === null)
    return {
      ...absent('repeat', controls.repeatWaived ?? 'no A/A was registered'),
      state: 'waived',
    }
  const { values } = differencesTo(evidence, evidence.repeat ?? [], incumbentScore)
  if (values.length === 0)
    return absent('repeat', 'the incumbent was not asked twice, so the noise is not known')
  const flips = values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length
  return {
    control: 'repeat',
    state: flips <= controls.repeat.flipShareMax ? 'held' : 'broken',
    estimate: flips,
    bound: null,
    limit: controls.repeat.flipShareMax,
    say: `asked twice, the incumbent differs from itself on ${(flips * 100).toFixed(1)}% of tasks; at most ${(controls.repeat.flipShareMax * 100).toFixed(1)}% was registered`,
  }
}

function differencesTo(
  evidence: TrialEvidence,
  outcomes: TrialEvidence['candidate'],
  scoreOf: typeof candidateScore,
): {
  readonly values: readonly number[]
  readonly clusters: readonly string[]
  readonly largestCluster: number
} {
  const others = byTask(outcomes)
  const incumbents = byTask(evidence.incumbent)
  const values: number[] = []
  const clusters: string[] = []
  for (const task of evidence.tasks) {
    const other = others.get(task.id)
    const incumbent = incumbents.get(task.id)
    const otherScore = other === undefined ? null : scoreOf(other)
    const ownScore = incumbent === undefined ? null : incumbentScore(incumbent)
    if (otherScore === null || ownScore === null) continue
    values.push(otherScore - ownScore)
    clusters.push(task.cluster)
  }
  return { values, clusters, largestCluster: largestCluster(evidence.tasks) }
}

function largestCluster(tasks: readonly TrialTask[]): number {
  const sizes = new Map<string, number>()
  for (const { cluster } of tasks) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1)
  return Math.max(0, ...sizes.values())
}

function absent(control: ControlResult['control'], say: string): ControlResult {
  return { control, state: 'absent', estimate: null, bound: null, limit: null, say }
}
