import { numberOf, reportBenchmark } from '../benchmark.ts'
import { measureLargeTrial } from './measure-large-trial.ts'
import { measureOverhead } from './overhead.ts'
import { measureStatistics } from './statistics-speed.ts'

/**
 * What a trial costs beyond the models' own time: processor time by task against a bare loop that asks the same, a large
 * trial in memory and time, and the statistics of many verdicts.
 *
 *   npm run bench:qualification [-- --tasks=500] [--rounds=3] [--large=100000] [--pairs=1000] [--seed=1]
 */

const aims = { msPerTask: 2, largePeakMiB: 512, secondsPerThousandVerdicts: 2 }

async function main(words: readonly string[]): Promise<void> {
  const tasks = numberOf(words, 'tasks', 500)
  const rounds = numberOf(words, 'rounds', 3)
  const large = numberOf(words, 'large', 100_000)
  const pairs = numberOf(words, 'pairs', 1000)
  const seed = numberOf(words, 'seed', 1)
  const statistics = measureStatistics({ pairs, rounds, seed })
  const overhead = await measureOverhead(tasks, rounds)
  const largeTrial = await measureLargeTrial(large)
  reportBenchmark(import.meta.dirname, {
    bench: 'qualification',
    figures: {
      msPerTask: overhead.msPerFurtherTask,
      msPerTaskWithStart: overhead.msPerTask,
      ratioToBareLoop: overhead.ratioToBare,
      largePeakMiB: largeTrial.peakMiB,
      largeCpuSeconds: largeTrial.cpuSeconds,
      secondsPerThousandVerdicts: statistics.secondsPerThousand,
      verdictsToReading: statistics.ratioToReading,
    },
    aims,
    metEach: {
      msPerTask: overhead.msPerFurtherTask <= aims.msPerTask,
      largePeakMiB: largeTrial.peakMiB <= aims.largePeakMiB,
      secondsPerThousandVerdicts: statistics.secondsPerThousand <= aims.secondsPerThousandVerdicts,
    },
    kept: { tasks, rounds, large, pairs, seed, overhead, largeTrial, statistics },
  })
}

await main(process.argv.slice(2))
