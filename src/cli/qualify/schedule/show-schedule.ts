import { visibleText } from '../../../base/visible-text.ts'
import { comingRuns, type DueRun, dueRuns } from '../../../qualification/index.ts'
import type { Money } from '../../../schema/holdfast-config.ts'
import type { JobRecord } from '../../../schema/job-record.ts'
import { textTable } from '../../admin/text-table.ts'
import { printOut } from '../../write-output.ts'
import type { TargetPlan } from '../plan-target.ts'
import { plansFor } from '../plan-trials.ts'
import { storeThere, type TrialFlags, type TrialWorkspace, withTrials } from '../trial-workspace.ts'
import { readRequalification } from './requalification.ts'
import {
  confirmSchedules,
  requalificationJobs,
  scheduledWorkflows,
  scheduleState,
} from './scheduled-workflows.ts'

interface ShownRun {
  /** Null: all candidates of the workflow. */
  readonly candidate: string | null
  readonly cause: DueRun['cause']
  readonly dueAt: string
  /** `coming`: its time has not come; `due`: `holdfast serve` announces it; else how its job stands. */
  readonly state: 'coming' | 'due' | JobRecord['state']
  /** Why its job failed last. */
  readonly problem: string | null
}

interface ShownSchedule {
  readonly workflow: string
  readonly rule: string
  /** What one run is expected to cost; null: not all have a price. */
  readonly cost: { readonly amount: number; readonly currency: string } | null
  readonly calls: number
  readonly budget: Money | null
  readonly runs: readonly ShownRun[]
}

/** `holdfast qualify schedule`: what runs by itself, when, and what it would cost. Nothing is begun. */
export async function showSchedule(flags: TrialFlags): Promise<void> {
  await withTrials(flags, async (workspace) => {
    confirmSchedules(workspace.config, Date.parse(workspace.now))
    const schedules = await schedulesOf(workspace)
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, at: workspace.now, schedules }, null, 2)}\n`
        : scheduleText(schedules),
    )
  })
}

async function schedulesOf(workspace: TrialWorkspace): Promise<readonly ShownSchedule[]> {
  const { config, now } = workspace
  const store = await storeThere(workspace)
  const jobs = store === null ? [] : await requalificationJobs(store)
  const shown: ShownSchedule[] = []
  for (const workflow of scheduledWorkflows(config)) {
    const { id, schedule } = workflow
    const state =
      store === null
        ? { verdicts: [], since: Date.parse(now), now: Date.parse(now) }
        : await scheduleState(workflow, { store, jobs, now: Date.parse(now) })
    const wanted = { workflow: [id], format: 'text', discordance: 0.1, fresh: false } as const
    const plans = await plansFor(workspace, wanted)
    const own = jobs.filter(({ input }) => readRequalification(input)?.workflow === id)
    const runs = [
      ...own.flatMap(announcedRun),
      ...dueRuns(workflow, state).flatMap((run) => {
        const isAnnounced = own.some(({ idempotenceKey }) => idempotenceKey === run.key)
        return isAnnounced ? [] : [openRun(run, 'due')]
      }),
      ...comingRuns(workflow, state).map((run) => openRun(run, 'coming')),
    ]
    shown.push({
      workflow: id,
      rule:
        schedule.cron === undefined
          ? `${schedule.before ?? ''} before a verdict ends`
          : `${schedule.cron} (${schedule.timeZone})`,
      cost: costOf(plans),
      calls: plans.reduce((sum, { calls }) => sum + calls.total, 0),
      budget: config.qualification?.budget ?? null,
      runs,
    })
  }
  return shown
}

/** Null: not all have a price, or not in one currency. */
function costOf(plans: readonly TargetPlan[]): ShownSchedule['cost'] {
  const [first] = plans
  const currency = first?.cost?.currency
  if (currency === undefined || plans.some(({ cost }) => cost?.currency !== currency)) return null
  return { amount: plans.reduce((sum, { cost }) => sum + (cost?.amount ?? 0), 0), currency }
}

/** One that waits, runs or has failed; what was done stands among the trials. */
function announcedRun({ input, state, error }: JobRecord): readonly ShownRun[] {
  const run = readRequalification(input)
  if (run === null || state === 'done' || state === 'cancelled') return []
  const { candidate, cause, dueAt } = run
  return [{ candidate, cause, dueAt, state, problem: error }]
}

function openRun({ candidate, cause, dueAt }: DueRun, state: 'due' | 'coming'): ShownRun {
  return { candidate, cause, dueAt, state, problem: null }
}

function scheduleText(schedules: readonly ShownSchedule[]): string {
  if (schedules.length === 0) return 'nothing runs by itself: no workflow has `trial.schedule`\n'
  const heads = schedules.map(({ workflow, rule, cost, calls, budget }) => {
    const price =
      cost === null ? 'cost not known' : `about ${cost.amount.toFixed(2)} ${cost.currency}`
    const most = budget === null ? '' : `, at most ${budget.amount} ${budget.currency} a trial`
    return visibleText(`${workflow}: ${rule}; a run of all ${calls} calls, ${price}${most}`)
  })
  const rows = schedules.flatMap(({ workflow, runs }) =>
    runs.map(({ candidate, cause, dueAt, state, problem }) => [
      dueAt,
      workflow,
      candidate ?? 'all',
      cause,
      problem === null ? state : `${state}: ${problem.split('\n')[0] ?? ''}`,
    ]),
  )
  const table =
    rows.length === 0
      ? 'no run is due or to come: no candidate is qualified\n'
      : textTable(['WHEN', 'WORKFLOW', 'CANDIDATE', 'WHY', 'STATE'], rows)
  return `${heads.join('\n')}\n\n${table}`
}
