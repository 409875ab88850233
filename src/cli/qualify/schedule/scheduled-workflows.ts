import { canonicalJson } from '../../../base/canonical-json.ts'
import { digest } from '../../../base/digest.ts'
import { durationMs } from '../../../base/duration.ts'
import { Fault } from '../../../base/fault.ts'
import {
  cronProblem,
  type ScheduledWorkflow,
  type ScheduleState,
} from '../../../qualification/index.ts'
import type {
  ConfigTrial,
  ConfigWorkflow,
  HoldfastConfig,
} from '../../../schema/holdfast-config.ts'
import type { JobRecord } from '../../../schema/job-record.ts'
import type { Store } from '../../../store/index.ts'
import { registrationRules } from '../registration.ts'
import { trialTargets } from '../trial-target.ts'
import { requalification, readRequalification } from './requalification.ts'

/** Workflows of holdfast.yaml that are tried again by themselves. */
export function scheduledWorkflows(config: HoldfastConfig): readonly ScheduledWorkflow[] {
  return config.workflows.flatMap((workflow) => scheduledWorkflow(config, workflow) ?? [])
}

/** Null: it has no schedule. Throws where nobody can be tried for it. */
export function scheduledWorkflow(
  config: HoldfastConfig,
  { id, trial }: ConfigWorkflow,
): ScheduledWorkflow | null {
  const schedule = trial?.schedule
  if (schedule === undefined) return null
  const targets = trialTargets(config, { workflow: [id] })
  const candidates = targets.map(({ candidate }) => `${candidate.model}@${candidate.route.id}`)
  return { id, schedule, candidates: new Set(candidates) }
}

/** Refuses schedules that cannot be kept, before anything runs by them. */
export function confirmSchedules(config: HoldfastConfig, now: number): void {
  for (const workflow of config.workflows)
    for (const fault of scheduleFaults(config, workflow, now)) throw fault
}

/** Why the schedule of a workflow cannot be kept, all of it; a workflow without one has none. */
export function scheduleFaults(
  { qualification }: Pick<HoldfastConfig, 'qualification'>,
  { id, criticality, trial }: ConfigWorkflow,
  now: number,
): readonly Fault[] {
  if (trial?.schedule === undefined) return []
  const problem = scheduleProblem(trial, criticality === 'critical', now)
  const faults: Fault[] = []
  if (problem !== null)
    faults.push(
      new Fault('HF_CONFIG_INVALID', `the schedule of workflow \`${id}\`: ${problem}`, {
        expected:
          '`cron` of five parts such as `0 3 * * 0`, with a `timeZone` such as `Europe/Berlin`, or `before` such as `14d`',
      }),
    )
  if (qualification?.budget === undefined)
    faults.push(
      new Fault('HF_CONFIG_INVALID', `workflow \`${id}\` has a schedule without a budget`, {
        expected: '`qualification.budget`: what runs by itself must not spend without end',
      }),
    )
  return faults
}

function scheduleProblem(
  { schedule, validFor }: ConfigTrial,
  isCritical: boolean,
  now: number,
): string | null {
  if (schedule?.cron !== undefined) return cronProblem({ ...schedule, cron: schedule.cron }, now)
  const { validityDays } = registrationRules
  const valid = validFor ?? `${isCritical ? validityDays.critical : validityDays.other}d`
  // Else each verdict would call for the next one at once.
  return durationMs(schedule?.before ?? '0s') >= durationMs(valid)
    ? `\`before\` is as long as a verdict counts (${valid})`
    : null
}

/** Where a workflow stands: its verdicts, and up to when its times are done with. */
export async function scheduleState(
  { id, schedule }: ScheduledWorkflow,
  {
    store,
    jobs,
    now,
  }: { readonly store: Store; readonly jobs: readonly JobRecord[]; readonly now: number },
): Promise<ScheduleState> {
  const seen = await store.sightings.find(subjectOf(id))
  const isSame = seen?.digest === digest(canonicalJson(schedule))
  const since = seen === null || !isSame ? now : Date.parse(seen.seenAt)
  const last = jobs.flatMap(({ input }) => {
    const run = readRequalification(input)
    return run?.workflow === id && run.cause === 'schedule' ? [Date.parse(run.dueAt)] : []
  })
  return { verdicts: await store.verdicts.list(id), since: Math.max(since, ...last), now }
}

/** Times before a schedule was first seen were never promised. */
export async function noteSchedule(
  store: Store,
  { id, schedule }: ScheduledWorkflow,
): Promise<void> {
  await store.sightings.note(subjectOf(id), digest(canonicalJson(schedule)))
}

export async function requalificationJobs(store: Store): Promise<readonly JobRecord[]> {
  const jobs = await store.jobs()
  return await jobs.list({ kind: requalification })
}

function subjectOf(workflow: string): string {
  return `schedule of trials of ${workflow}`
}
