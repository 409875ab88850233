import { seededSource } from '../../src/base/statistics/random-source.ts'
import { decideTogether, decideTrial, type TrialEvidence } from '../../src/qualification/index.ts'
import { evidence, outcome, registration } from '../../test/qualification/sample-trial.ts'
import { median } from '../benchmark.ts'

export interface StatisticsSpeed {
  readonly secondsPerThousand: number
  /** To reading the same outcomes once from JSON, which no verdict can do without. */
  readonly ratioToReading: number
  readonly runs: readonly { readonly seconds: number; readonly readSeconds: number }[]
}

/** Verdicts on workflow × candidate pairs of 300 tasks each, every gate, with Holm over all of them. */
export function measureStatistics({
  pairs,
  rounds,
  seed,
}: Readonly<Record<'pairs' | 'rounds' | 'seed', number>>): StatisticsSpeed {
  const trials = trialsOf(pairs, seed)
  const texts = trials.map(({ candidate, incumbent }) => JSON.stringify({ candidate, incumbent }))
  decideTogether(trials.slice(0, 50).map(decideTrial), { alpha: 0.05, mode: 'fixed-n' })
  const runs = Array.from({ length: rounds }, () => {
    const readSeconds = secondsOf(() => texts.forEach((text) => JSON.parse(text) as unknown))
    const seconds = secondsOf(() =>
      decideTogether(trials.map(decideTrial), { alpha: 0.05, mode: 'fixed-n' }),
    )
    return { seconds, readSeconds }
  })
  const seconds = median(runs.map((run) => run.seconds))
  return {
    secondsPerThousand: (seconds * 1000) / pairs,
    ratioToReading: median(runs.map((run) => run.seconds / run.readSeconds)),
    runs,
  }
}

/** Candidates that lose and win a few tasks each, all different. */
function trialsOf(pairs: number, seed: number): readonly TrialEvidence[] {
  const random = seededSource(seed)
  const base = evidence({ registration: registration() })
  return Array.from({ length: pairs }, () => ({
    ...base,
    candidate: base.incumbent.map((one) => {
      const draw = random()
      const score = draw < 0.02 ? 1 - (one.score ?? 0) : (one.score ?? 0)
      return outcome(one.task, score, { cost: 0.005 + 0.01 * random() })
    }),
  }))
}

function secondsOf(work: () => void): number {
  const startedAt = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(startedAt)
  return (user + system) / 1e6
}
