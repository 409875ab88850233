import { durationMs } from '../../base/duration.ts'
import { digest } from '../../base/digest.ts'
import type { TrialSchedule } from '../../schema/holdfast-config.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { type CronRule, cronTimeAfter, cronTimeUpTo } from './cron-times.ts'

/** A workflow that is tried again by itself. */
export interface ScheduledWorkflow {
  readonly id: string
  readonly schedule: TrialSchedule
  /** Who may be tried, `vendor/name@route`: a verdict on anybody else is of no use. */
  readonly candidates: ReadonlySet<string>
}

/** One run that is to be done. Two processes that find the same one give it the same key. */
export interface DueRun {
  readonly key: string
  readonly workflow: string
  /** Null: all candidates of the workflow. */
  readonly candidate: string | null
  readonly cause: 'schedule' | 'expiry' | 'invalidated'
  /** RFC 3339. */
  readonly dueAt: string
  /** Some time later, the same for everybody. */
  readonly runAt: string
}

/** `since`: times up to there are done with, or lie before the schedule. */
export interface ScheduleState {
  readonly verdicts: readonly VerdictRecord[]
  readonly since: number
  readonly now: number
}

/** What is due now. Of all times that were missed only the last one is: a trial of last week shows nothing more than that of today. */
export function dueRuns(workflow: ScheduledWorkflow, state: ScheduleState): readonly DueRun[] {
  const { now, since } = state
  const rule = cronRuleOf(workflow.schedule)
  if (rule === null)
    return verdictRuns(workflow, state).filter(({ dueAt }) => Date.parse(dueAt) <= now)
  const last = cronTimeUpTo(rule, now)
  if (last === null || last <= since) return []
  return [cronRun(workflow, last)]
}

/** What will be due, as things stand, the nearest first. */
export function comingRuns(workflow: ScheduledWorkflow, state: ScheduleState): readonly DueRun[] {
  const { now } = state
  const rule = cronRuleOf(workflow.schedule)
  if (rule === null)
    return verdictRuns(workflow, state)
      .filter(({ dueAt }) => Date.parse(dueAt) > now)
      .toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))
  const next = cronTimeAfter(rule, now)
  return next === null ? [] : [cronRun(workflow, next)]
}

function cronRun(workflow: ScheduledWorkflow, at: number): DueRun {
  return runOf(workflow, `cron ${workflow.id} ${instantOf(at)}`, at, 'schedule', null)
}

function cronRuleOf({ cron, timeZone }: TrialSchedule): CronRule | null {
  return cron === undefined ? null : { cron, timeZone }
}

/**
 * One run for the newest verdict on each candidate that was qualified: before its end, or at once where it was ended
 * before its day. What was never qualified a person tries first.
 */
function verdictRuns(
  workflow: ScheduledWorkflow,
  { verdicts, now }: ScheduleState,
): readonly DueRun[] {
  const before = durationMs(workflow.schedule.before ?? '0s')
  const newest = new Map<string, VerdictRecord>()
  for (const verdict of verdicts) {
    const { model, route, workflow: of } = verdict.key
    const candidate = `${model}@${route}`
    if (of !== workflow.id || !workflow.candidates.has(candidate)) continue
    const known = newest.get(candidate)
    if (known === undefined || known.decidedAt <= verdict.decidedAt) newest.set(candidate, verdict)
  }
  return [...newest].flatMap(([candidate, { trial, verdict, validUntil, invalidatedBy }]) => {
    if (verdict !== 'QUALIFIED') return []
    const key = `verdict ${trial}`
    const dueAt = invalidatedBy === null ? Date.parse(validUntil) - before : now
    const cause = invalidatedBy === null ? 'expiry' : 'invalidated'
    return [runOf(workflow, key, dueAt, cause, candidate)]
  })
}

function runOf(
  { id, schedule }: ScheduledWorkflow,
  key: string,
  dueAt: number,
  cause: DueRun['cause'],
  candidate: string | null,
): DueRun {
  return {
    key,
    workflow: id,
    candidate,
    cause,
    dueAt: instantOf(dueAt),
    runAt: instantOf(dueAt + Math.floor(shareOf(key) * durationMs(schedule.jitter))),
  }
}

/** A share from 0 to 1 that nobody has chosen, and every process finds alike. */
function shareOf(key: string): number {
  return Number.parseInt(digest(key).slice(-8), 16) / 2 ** 32
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString()
}
