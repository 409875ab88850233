import { writeFileSync } from 'node:fs'
import path from 'node:path'
import v8 from 'node:v8'
import { concludePlan } from '../../src/cli/qualify/conclude-plan.ts'
import { minutePace } from '../../src/cli/qualify/minute-pace.ts'
import { openTrial } from '../../src/cli/qualify/open-trial.ts'
import { confirmReady, plansFor } from '../../src/cli/qualify/plan-trials.ts'
import { trialsOf } from '../../src/cli/qualify/register-trials.ts'
import { runTrial } from '../../src/cli/qualify/run-trial.ts'
import { trialPrices } from '../../src/cli/qualify/trial-prices.ts'
import { withTrials } from '../../src/cli/qualify/trial-workspace.ts'
import type { FreshAnswer } from '../../src/schema/model-answer.ts'
import type { Task } from '../../src/schema/task-set.ts'

/**
 * One large trial by the functions of `holdfast qualify run`: planned, registered, asked, kept, graded, decided, reported.
 * In place of the gateway answers come from this process. Words: folder of holdfast.yaml.
 */
const [folder = '.'] = process.argv.slice(2)
// As bin/holdfast.mjs does it for `qualify`.
v8.setFlagsFromString('--semi-space-growth-factor=1')
v8.setFlagsFromString('--heap-growing-percent=30')
const phases: Record<string, { readonly seconds: number; readonly peakMiB: number }> = {}

async function phase<T>(name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const result = await work()
  phases[name] = {
    seconds: (performance.now() - startedAt) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }
  return result
}

function answerOf(task: Task, model: string): FreshAnswer {
  return {
    outcome: 'answered',
    text: typeof task.expected === 'string' ? task.expected : '',
    toolCalls: [],
    stop: 'stop',
    category: null,
    servedModel: model,
    providerModel: model.split('/')[1] ?? model,
    route: 'north',
    request: null,
    usage: { input: 30, output: 8, cacheRead: 0, cacheWrite: null, reasoning: null },
    at: new Date().toISOString(),
    ms: 5,
    tries: 1,
    problem: null,
  }
}

function answerer(model: string) {
  return {
    answer: async (task: Task) => answerOf(task, model),
    find: async () => ({ kind: 'lost' as const }),
  }
}

const config = path.join(folder, 'holdfast.yaml')
await withTrials({ config }, async (workspace) => {
  const flags = { config, format: 'text' as const, discordance: 0.1, fresh: true }
  const plans = await phase('plan', async () => await plansFor(workspace, flags))
  confirmReady(plans)
  const options = { isAnew: false, seed: 1, by: 'bench' }
  const [record] = await phase('register', async () => await trialsOf(workspace, plans, options))
  const [plan] = plans
  if (record === undefined || plan === undefined) throw new Error('nothing is tried')
  const trial = openTrial(record, plan.tried)
  const { candidate, incumbent } = plan.target
  const prices = trialPrices(workspace.priceOf, trial, plan.target, null)
  const store = await workspace.keeper.store.open()
  const ran = await phase('ask and grade', async () => {
    return await runTrial({
      store,
      trial,
      by: 'bench',
      folder: workspace.folder,
      answerers: {
        candidate: answerer(candidate.model),
        incumbent: answerer(incumbent.model),
        judge: null,
      },
      prices,
      budget: null,
      concurrent: 64,
      pace: minutePace(Infinity),
      isAskingAgain: false,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
  })
  const [concluded] = await phase('decide and report', async () => {
    return await concludePlan(workspace, [{ trial, ran, prices }])
  })
  writeFileSync(
    path.join(folder, 'large-trial.json'),
    JSON.stringify({ phases, verdict: concluded?.verdict.verdict, tasks: trial.units.length }),
  )
})
