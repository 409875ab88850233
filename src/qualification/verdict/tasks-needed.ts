import { cautiousDesignEffect } from '../../base/statistics/clustered-mean.ts'
import { normalQuantile } from '../../base/statistics/distributions.ts'
import { clopperPearsonUpper } from '../../base/statistics/proportion-interval.ts'
import { pairsNeeded } from '../../base/statistics/sample-size.ts'
import { sumsOf } from './difference-finding.ts'
import { type Finding, type GateSample, isClustered, type Risks } from './gate-sample.ts'

/** An e-process is capped at about twice the fixed n (knowledge of its power: docs/reference/operating-characteristics.md). */
const sequentialFactor = 2
const tasksMax = 1_000_000

/**
 * Tasks with which a gate would probably be decided, had both sides the same quality and were the data as varied as those
 * seen; where as many were tried already, at the difference that was seen. Null where that is at or under the margin:
 * more tasks would not help.
 */
export function differenceTasksNeeded(
  sample: GateSample,
  margin: number,
  finding: Finding,
  risks: Risks,
): number | null {
  const n = sample.values.length
  const squares = sample.values.reduce((sum, value) => sum + value * value, 0)
  // One more discordant task than seen: none seen does not mean that there are none.
  const variance = Math.min(1, (squares + 1) / (n + 2))
  const power = 1 - risks.beta
  const factor = risks.mode === 'e-process' ? sequentialFactor : 1
  const effect = isClustered(sample) ? cautiousDesignEffect(sumsOf(sample)) : 1
  for (const difference of [0, Math.min(0, finding.estimate)]) {
    if (difference <= -margin) return null
    const isPassFail = sample.values.every((value) => Number.isInteger(value))
    const pairs = isPassFail
      ? pairsNeeded(
          {
            margin,
            alpha: risks.alpha,
            discordance: Math.max(variance, Math.abs(difference)),
            difference,
          },
          power,
        )
      : ((normalQuantile(1 - risks.alpha) + normalQuantile(power)) ** 2 * variance) /
        (difference + margin) ** 2
    const needed = Math.ceil(pairs * effect * factor)
    if (needed > n) return Math.min(needed, tasksMax)
  }
  return null
}

/** The fewest tasks whose upper bound is at or under the cap at the share that was seen; null where that is over it. */
export function shareTasksNeeded(
  sample: GateSample,
  cap: number,
  finding: Finding,
  risks: Risks,
): number | null {
  if (finding.state !== 'undecided' || finding.estimate >= cap) return null
  const factor = risks.mode === 'e-process' ? sequentialFactor : 1
  for (let n = sample.values.length + 1; n < tasksMax; n = Math.ceil(n * 1.05)) {
    const tasks = n / finding.designEffect
    if (clopperPearsonUpper(finding.estimate * tasks, tasks, risks.alpha) <= cap)
      return Math.min(tasksMax, n * factor)
  }
  return null
}
