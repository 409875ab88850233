import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Answerer } from '../../src/cli/qualify/answerer.ts'
import { nameOfCall } from '../../src/cli/qualify/call-account.ts'
import { concludePlan } from '../../src/cli/qualify/conclude-plan.ts'
import { judgeTarget } from '../../src/cli/qualify/judge-target.ts'
import { minutePace } from '../../src/cli/qualify/minute-pace.ts'
import { callId, openTrial } from '../../src/cli/qualify/open-trial.ts'
import { plansFor } from '../../src/cli/qualify/plan-trials.ts'
import { trialsOf } from '../../src/cli/qualify/register-trials.ts'
import { runTrial } from '../../src/cli/qualify/run-trial.ts'
import { showTrial, trialFormats } from '../../src/cli/qualify/show-trial.ts'
import { trialPrices } from '../../src/cli/qualify/trial-prices.ts'
import { withTrials } from '../../src/cli/qualify/trial-workspace.ts'
import type { PlannedCall } from '../../src/qualification/index.ts'
import { ModelAnswer } from '../../src/schema/model-answer.ts'

/** The answers of a trial as they lie in the store of a folder, by what was asked. */
export function answersIn(folder: string): ReadonlyMap<string, ModelAnswer> {
  const rows = rowsOf(folder, 'select item, arm, attempt, answer from trial_answer')
  return new Map(
    rows.map(({ item, arm, attempt, answer }) => [
      nameOfCall({ item, arm, attempt } as PlannedCall),
      ModelAnswer.parse(JSON.parse(String(answer))),
    ]),
  )
}

/**
 * Runs the trial that is registered in a folder from its first call to its verdict, by the functions of `qualify run`,
 * with answers that are known already. Gives back each call as often as it was asked.
 */
export async function replayTrial(
  folder: string,
  answers: ReadonlyMap<string, ModelAnswer>,
): Promise<readonly PlannedCall[]> {
  const config = join(folder, 'holdfast.yaml')
  const asked: PlannedCall[] = []
  await withTrials({ config }, async (workspace) => {
    const plans = await plansFor(workspace, {
      config,
      format: 'text',
      discordance: 0.1,
      fresh: false,
    })
    const [record] = await trialsOf(workspace, plans, { isAnew: false, seed: null, by: undefined })
    const [plan] = plans
    if (record === undefined || plan === undefined) throw new Error('no trial is registered')
    const trial = openTrial(record, plan.tried)
    const judge = judgeTarget(workspace.config, plan.target.workflow)
    const prices = trialPrices(workspace.priceOf, trial, plan.target, judge)
    const calls = new Map(
      [...answers.keys()].map((name) => {
        const [arm, attempt, item = ''] = name.split(' ')
        const call = { arm, attempt: Number(attempt), item } as PlannedCall
        return [callId(record.id, call), call]
      }),
    )
    const answerer: Answerer = {
      answer: async (_task, id) => {
        const call = calls.get(id)
        const answer = call === undefined ? undefined : answers.get(nameOfCall(call))
        if (call === undefined || answer === undefined)
          throw new Error('a call is made that was not made before')
        asked.push(call)
        const { isAskedAgain: _again, at, ...fresh } = answer
        return { ...fresh, at: at ?? '' }
      },
      find: () => Promise.reject(new Error('nothing is left of before')),
    }
    const ran = await runTrial({
      store: await workspace.keeper.store.open(),
      trial,
      by: 'replay',
      folder,
      answerers: { candidate: answerer, incumbent: answerer, judge: answerer },
      prices,
      budget: null,
      concurrent: 3,
      pace: minutePace(Infinity),
      isAskingAgain: false,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    await concludePlan(workspace, [{ trial, ran, prices }])
  })
  return asked
}

/**
 * All that a trial has left, byte by byte: its record, its answers, its verdict, and its report in each format. Who claimed
 * a call, and when, is not of the trial.
 */
export async function leftBy(folder: string): Promise<Readonly<Record<string, string>>> {
  const reports = join(folder, '.holdfast', 'trials')
  const [name = ''] = readdirSync(reports)
  const answers = 'select trial, item, arm, attempt, state, answer from trial_answer'
  const left: Record<string, string> = {
    'trial record': JSON.stringify(rowsOf(folder, 'select * from trial')),
    answers: JSON.stringify(rowsOf(folder, `${answers} order by item, arm, attempt`)),
    verdict: JSON.stringify(rowsOf(folder, 'select * from verdict')),
    'kept report': readFileSync(join(reports, name), 'utf8'),
  }
  for (const format of trialFormats) {
    const output = join(folder, `report.${format}`)
    await showTrial(name.replace('.json', ''), {
      config: join(folder, 'holdfast.yaml'),
      format,
      output,
    })
    left[format] = readFileSync(output, 'utf8')
  }
  return left
}

function rowsOf(folder: string, query: string): readonly Readonly<Record<string, unknown>>[] {
  const database = new DatabaseSync(join(folder, '.holdfast', 'store.sqlite'), { readOnly: true })
  try {
    return database.prepare(query).all()
  } finally {
    database.close()
  }
}
