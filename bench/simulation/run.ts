import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { compilePortfolio } from '../../src/simulation/engine/compiled-portfolio.ts'
import { CutFinder } from '../../src/simulation/engine/cut-table.ts'
import { countCutSets } from '../../src/simulation/engine/find-cut-sets.ts'
import { exposureFrom } from '../../src/simulation/engine/measure-exposure.ts'
import { classCount, stops } from '../../src/simulation/engine/outcome-words.ts'
import { simulateAll } from '../../src/simulation/engine/simulate-all.ts'
import { servedBefore, situationOf } from '../../src/simulation/engine/situation.ts'
import type { Portfolio } from '../../src/simulation/portfolio.ts'
import { median, numberOf, reportBenchmark } from '../benchmark.ts'
import { generatedPortfolio } from './generated-portfolio.ts'
import { countByScenarios } from './scenario-loop.ts'

/**
 * How long all losses of one and of two elements take over a large portfolio: minimal cut sets up to two, the
 * ranking of elements, single points of failure, early warnings. From the portfolio's strings to the exposure's.
 *
 *   npm run bench:simulation [-- --rounds=5] [--seed=1]
 *
 * Rounds are interleaved; figures are medians. The aim speaks of one core, so the benchmark starts itself again on one
 * where `taskset` can do that. The aims are held against the time of the processor. The last line is one JSON line.
 */

const sizes = [1_000, 10_000, 100_000] as const
const naiveSize = 100
const sweepSize = 1_000
const sweepingMs = 500
const aims = { processorMsAt100000: 1_000, growthPerWorkflow: 1.2 }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

interface Run {
  readonly workflows: number
  readonly round: number
  readonly compileMs: number
  readonly cutSetsMs: number
  readonly exposureMs: number
  readonly totalMs: number
  /** Time of the processor, all threads together: other work on the machine does not count as ours. */
  readonly processorMs: number
  readonly singles: number
  readonly pairs: number
}

function measure(portfolio: Portfolio, round: number): Run {
  // A new object: a portfolio that was compiled once is not compiled again.
  const fresh = { ...portfolio }
  // The garbage of earlier rounds is not this round's; helper threads still sweep for a while.
  collectGarbage()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, sweepingMs)
  const processorStart = process.cpuUsage()
  const start = performance.now()
  const compiled = compilePortfolio(fresh)
  const compiledAt = performance.now()
  const { gone } = situationOf(compiled, { elements: [] })
  const finder = new CutFinder({
    portfolio: compiled,
    gone,
    served: servedBefore(compiled, { gone }),
  })
  const table = finder.find({ depth: 2, word: stops })
  const cutAt = performance.now()
  const exposure = exposureFrom(finder, compiled, gone, table)
  const end = performance.now()
  const processor = process.cpuUsage(processorStart)
  if (exposure.elements.length === 0) throw new Error('no exposure')
  const [singles, pairs] = countCutSets(table)
  return {
    workflows: portfolio.workflows.length,
    round,
    compileMs: compiledAt - start,
    cutSetsMs: cutAt - compiledAt,
    exposureMs: end - cutAt,
    totalMs: end - start,
    processorMs: (processor.user + processor.system) / 1_000,
    singles,
    pairs,
  }
}

function medianOf(runs: readonly Run[], workflows: number, part: keyof Run): number {
  return median(runs.filter((run) => run.workflows === workflows).map((run) => run[part]))
}

/** The scenario loop over a small portfolio without staffing, and that the engine finds as many sets for a class. */
function compareWithScenarios(seed: number): {
  readonly ratio: number
  readonly scenarioMs: number
} {
  const generated = generatedPortfolio(naiveSize, seed)
  const workflows = generated.workflows.map((one) => ({ ...one, minStaff: null }))
  const portfolio = { ...generated, workflows }
  const start = process.cpuUsage()
  const expected = countByScenarios(portfolio)
  const processor = process.cpuUsage(start)
  const scenarioMs = (processor.user + processor.system) / 1_000
  const runs = Array.from({ length: 5 }, (_, round) => measure(portfolio, round))
  const [run] = runs
  const found = [(run?.singles ?? 0) / classCount, (run?.pairs ?? 0) / classCount]
  if (found[0] !== expected[0] || found[1] !== expected[1]) {
    throw new Error(`the engine finds ${found.join(' and ')}, the loop ${expected.join(' and ')}`)
  }
  return { ratio: scenarioMs / median(runs.map(({ processorMs }) => processorMs)), scenarioMs }
}

/** Every element alone with outcomes in words and capacity that is short everywhere: what `--all` does. */
function measureSweep(seed: number): number {
  const generated = generatedPortfolio(sweepSize, seed)
  const load = { concurrent: 10, requestsPerMinute: null, tokensPerMinute: null }
  const routes = new Set(
    generated.workflows.flatMap(({ needs }) =>
      needs.flatMap(({ options }) => options.map(({ route }) => route ?? '')),
    ),
  )
  const portfolio = {
    ...generated,
    workflows: generated.workflows.map((one) => ({ ...one, load })),
    capacities: [...routes].map((route) => ({
      route,
      capacity: { ...load, concurrent: (sweepSize * 10) / routes.size },
    })),
  }
  const start = process.cpuUsage()
  const { contingencies } = simulateAll(portfolio, { depth: 1 })
  const { user, system } = process.cpuUsage(start)
  if (contingencies.length === 0) throw new Error('no contingency')
  return (user + system) / 1_000
}

function figuresOf(runs: readonly Run[]): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const size of sizes) {
    for (const part of [
      'compileMs',
      'cutSetsMs',
      'exposureMs',
      'totalMs',
      'processorMs',
    ] as const) {
      figures[`${part}At${size}`] = rounded(medianOf(runs, size, part))
    }
    figures[`microsecondsPerWorkflowAt${size}`] = rounded(
      (medianOf(runs, size, 'processorMs') / size) * 1_000,
    )
  }
  figures['leastProcessorMsAt100000'] = rounded(
    Math.min(
      ...runs.filter(({ workflows }) => workflows === 100_000).map((run) => run.processorMs),
    ),
  )
  figures['singlesAt100000'] = medianOf(runs, 100_000, 'singles')
  figures['pairsAt100000'] = medianOf(runs, 100_000, 'pairs')
  figures['growthPerWorkflow'] = rounded(
    medianOf(runs, 100_000, 'processorMs') /
      100_000 /
      (medianOf(runs, 10_000, 'processorMs') / 10_000),
  )
  return figures
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function main(words: readonly string[]): void {
  const rounds = numberOf(words, 'rounds', 5)
  const seed = numberOf(words, 'seed', 1)
  const portfolios = sizes.map((size) => generatedPortfolio(size, seed))
  const runs: Run[] = []
  // The first round warms the compiler up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const portfolio of portfolios) {
      const run = measure(portfolio, round)
      if (round > 0) runs.push(run)
      console.error(
        `${round === 0 ? 'warm-up' : `round ${round}`}: ${run.workflows} workflows, ${rounded(run.totalMs)} ms`,
      )
    }
  }
  const scenarios = compareWithScenarios(seed)
  const figures: Record<string, number> = {
    ...figuresOf(runs),
    [`scenarioLoopProcessorMsAt${naiveSize}`]: rounded(scenarios.scenarioMs),
    [`timesFasterThanScenarioLoopAt${naiveSize}`]: rounded(scenarios.ratio),
    [`sweepWithCapacityProcessorMsAt${sweepSize}`]: rounded(measureSweep(seed)),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }
  const metEach = {
    processorMsAt100000: (figures['processorMsAt100000'] ?? Infinity) <= aims.processorMsAt100000,
    growthPerWorkflow: (figures['growthPerWorkflow'] ?? Infinity) <= aims.growthPerWorkflow,
  }
  reportBenchmark(import.meta.dirname, {
    bench: 'simulation',
    figures,
    aims,
    metEach,
    kept: { seed, rounds, runs },
  })
}

/** Starts the benchmark again on one core; false where that cannot be done, or is so already. */
function ranOnOneCore(): boolean {
  if (availableParallelism() === 1) return false
  const words = ['-c', '0', process.execPath, ...process.argv.slice(1)]
  const { status, error } = spawnSync('taskset', words, { stdio: 'inherit' })
  if (error !== undefined) return false
  process.exitCode = status ?? 1
  return true
}

if (!ranOnOneCore()) main(process.argv.slice(2))
