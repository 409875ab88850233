import { createHighsSolver } from '../../src/cli/highs-solver.ts'
import { parseTarget, planRemedies } from '../../src/simulation/index.ts'
import { numberOf, reportBenchmark } from '../benchmark.ts'
import { generatedRemedies } from './generated-remedies.ts'

/**
 * How long the cheapest plan takes for 500 workflows and 60 actions that all of them may share, each use with a
 * trial of its own, against any one loss and any two; with the greedy plan of the same run as baseline.
 *
 *   npm run bench:remedy [-- --rounds=3] [--seed=1] [--workflows=500] [--actions=60]
 *
 * Every round has a portfolio of its own, from seed + round. The last line is one JSON line.
 */

const timeLimitMs = 10_000
const aims = { ms: 10_000, gap: 0.01 }
const depths = [1, 2] as const

interface Run {
  readonly depth: 1 | 2
  readonly seed: number
  readonly actions: number
  readonly ms: number
  readonly solverCalls: number
  readonly solverMs: number
  readonly status: string
  readonly cost: number | null
  readonly bound: number | null
  readonly gap: number | null
  readonly greedyCost: number | null
  readonly chosen: number
  readonly contingencies: number
  readonly left: number
  readonly alternatives: number
}

async function measure(
  depth: 1 | 2,
  seed: number,
  workflows: number,
  sharedActions: number,
): Promise<Run> {
  const { portfolio, actions } = generatedRemedies(workflows, sharedActions, seed)
  const solver = createHighsSolver()
  let solverCalls = 0
  let solverMs = 0
  const start = performance.now()
  const plan = await planRemedies({
    portfolio,
    actions,
    targets: [
      {
        target: parseTarget(`no critical workflow stops under any N-${depth}`),
        front: { kind: 'any', depth, before: { elements: [] }, authorised: undefined },
      },
    ],
    budget: null,
    currency: 'EUR',
    horizonMonths: 12,
    solver: async (problem, options) => {
      const asked = performance.now()
      const answer = await solver.solve(problem, options)
      solverCalls += 1
      solverMs += performance.now() - asked
      return answer
    },
    timeLimitMs,
    now: () => performance.now(),
  })
  const ms = performance.now() - start
  await solver.end()
  return {
    depth,
    seed,
    actions: actions.length,
    ms: rounded(ms),
    solverCalls,
    solverMs: rounded(solverMs),
    status: plan.status,
    cost: plan.cost,
    bound: plan.bound,
    gap: plan.gap,
    greedyCost: plan.greedyCost,
    chosen: plan.actions.length,
    contingencies: plan.proof?.contingencies ?? 0,
    left: plan.proof?.stops.length ?? -1,
    alternatives: plan.alternatives.length,
  }
}

function figuresOf(runs: readonly Run[]): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const depth of depths) {
    const own = runs.filter((run) => run.depth === depth)
    figures[`worstMsAtN${depth}`] = Math.max(...own.map(({ ms }) => ms))
    figures[`worstGapAtN${depth}`] = Math.max(...own.map(({ gap }) => gap ?? 1))
    figures[`greedyDearerAtN${depth}`] = rounded(
      Math.max(...own.map(({ greedyCost, cost }) => (greedyCost ?? Number.NaN) / (cost ?? 1))),
    )
    figures[`certifiedAtN${depth}`] = own.filter(({ status }) => status === 'optimal').length
  }
  return figures
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

async function main(words: readonly string[]): Promise<void> {
  const rounds = numberOf(words, 'rounds', 3)
  const seed = numberOf(words, 'seed', 1)
  const workflows = numberOf(words, 'workflows', 500)
  const actions = numberOf(words, 'actions', 60)
  const runs: Run[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const depth of depths) {
      const run = await measure(depth, seed + round, workflows, actions)
      runs.push(run)
      console.error(JSON.stringify(run))
    }
  }
  const figures = figuresOf(runs)
  const metEach = {
    ms: runs.every((run) => run.ms <= aims.ms),
    gap: runs.every((run) => (run.gap ?? 1) <= aims.gap),
    proven: runs.every((run) => run.left === 0),
  }
  reportBenchmark(import.meta.dirname, {
    bench: 'remedy',
    figures,
    aims,
    metEach,
    kept: { seed, rounds, workflows, sharedActions: actions, timeLimitMs, runs },
  })
}

await main(process.argv.slice(2))
