import { readFile } from 'node:fs/promises'
import { Fault } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import { TrialReport } from '../../schema/trial-report.ts'
import type { Store } from '../../store/index.ts'
import { buildReport } from './build-report.ts'
import { reportPath } from './conclude-plan.ts'
import { decidePlan, type FinishedTrial } from './decide-plan.ts'
import { minutePace } from './minute-pace.ts'
import { openTrial } from './open-trial.ts'
import { planIdOf } from './registration.ts'
import { runTrial } from './run-trial.ts'
import { judgeTarget } from './judge-target.ts'
import { trialPrices } from './trial-prices.ts'
import { trialTargets } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'
import { readTriedTasks } from './tried-tasks.ts'

/** A trial by its id, or by the first digits of it where they are one's alone. */
export async function trialNamed(store: Store | null, id: string): Promise<TrialRecord> {
  const found = (await store?.trials.list())?.filter((one) => one.id.startsWith(id)) ?? []
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  throw new Fault(
    'HF_TRIAL_UNKNOWN',
    found.length === 0
      ? `there is no trial \`${id}\``
      : `${found.length} trials begin with \`${id}\``,
    { expected: 'the id of a trial' },
  )
}

/**
 * The report that was made with the verdict; on a machine that has it not, the same made anew from the store and the
 * tasks, which must be those that were registered. Null: the trial is not decided.
 */
export async function loadReport(
  workspace: TrialWorkspace,
  store: Store,
  record: TrialRecord,
): Promise<TrialReport | null> {
  if (record.state !== 'decided') return null
  const text = await readFile(reportPath(workspace.folder, record.id), 'utf8').catch(() => null)
  const written = TrialReport.safeParse(jsonOrNull(text ?? ''))
  return written.success ? written.data : await rebuilt(workspace, store, record)
}

async function rebuilt(
  workspace: TrialWorkspace,
  store: Store,
  record: TrialRecord,
): Promise<TrialReport> {
  const members = (await store.trials.list())
    .filter((one) => one.state === 'decided' && planIdOf(one) === planIdOf(record))
    .toReversed()
  const finished: FinishedTrial[] = []
  for (const member of members) finished.push(await finishedAgain(workspace, store, member))
  const together = decidePlan(finished)
  const at = members.findIndex(({ id }) => id === record.id)
  const [own, result] = [finished[at], together[at]]
  if (own === undefined || result === undefined) throw new TypeError('a decided trial is decided')
  return await buildReport({ workspace, store, finished: own, together: result })
}

/** Grades a trial anew, all of whose calls are made; nobody is asked. */
async function finishedAgain(
  workspace: TrialWorkspace,
  store: Store,
  record: TrialRecord,
): Promise<FinishedTrial> {
  const [target] = trialTargets(workspace.config, {
    workflow: [record.workflow],
    candidate: [`${record.candidate}@${record.route}`],
  })
  if (target === undefined) throw new TypeError('targets are there or told')
  const tried = await readTriedTasks(workspace.configPath, target.trial)
  const trial = openTrial(record, tried)
  if (tried.corpus !== trial.registration.digests.tasks)
    throw new Fault('HF_TRIAL_UNREADY', `the tasks of trial ${record.id} are others now`, {
      expected: `the task set with the digest ${trial.registration.digests.tasks}`,
      advice: 'the machine that decided the trial has its report under `.holdfast/trials/`',
    })
  const judge =
    trial.registration.judge === null ? null : judgeTarget(workspace.config, target.workflow)
  const prices = trialPrices(workspace.priceOf, trial, target, judge)
  const nobody = {
    answer: () => Promise.reject(new TypeError('nobody is asked for a report')),
    find: () => Promise.resolve({ kind: 'lost' as const }),
  }
  const ended = new AbortController()
  ended.abort()
  const ran = await runTrial({
    store,
    trial,
    by: 'report',
    folder: workspace.folder,
    answerers: { candidate: nobody, incumbent: nobody, judge: nobody },
    prices,
    budget: null,
    concurrent: 1,
    pace: minutePace(1),
    isAskingAgain: false,
    signal: ended.signal,
    onProgress: () => undefined,
  })
  return { trial, ran, prices }
}
