import type { HoldfastConfig } from '../../../schema/holdfast-config.ts'
import type { LazyStore } from '../../open-store.ts'
import type { RecordKeeper } from '../../record-keeper.ts'
import { systemClock } from '../../system-clock.ts'
import { runScheduledTrial } from './run-scheduled-trial.ts'
import type { TrialMetrics } from './trial-metrics.ts'
import { TrialScheduler } from './trial-scheduler.ts'

export interface ServedTrialsParts {
  readonly configPath: string
  readonly config: () => HoldfastConfig
  readonly store: LazyStore
  readonly deciding: <T>(work: (keeper: RecordKeeper) => Promise<T>) => Promise<T>
  readonly metrics: TrialMetrics
  readonly worker: string
  readonly warn: (message: string) => void
}

/** Trials that run again by themselves beside a gateway. */
export function servedTrials(parts: ServedTrialsParts): TrialScheduler {
  const { configPath, config, store, deciding, metrics, worker, warn } = parts
  return new TrialScheduler({
    clock: systemClock,
    config,
    store,
    run: async (run, signal) => {
      const budget = config().qualification?.budget
      if (budget === undefined) throw new TypeError('a schedule has a budget')
      await runScheduledTrial({ configPath, budget }, run, signal)
    },
    record: (entry) =>
      deciding((keeper) => keeper.deciding((recorder) => recorder.recordAnyway(entry))),
    metrics,
    worker,
    warn,
  })
}
