import { messageOf } from '../../../base/fault.ts'
import type { GatewayClock } from '../../../gateway/index.ts'
import { comingRuns, dueRuns, type ScheduledWorkflow } from '../../../qualification/index.ts'
import type { HoldfastConfig } from '../../../schema/holdfast-config.ts'
import type { JobRecord } from '../../../schema/job-record.ts'
import type { EntryBody } from '../../../schema/ledger-entry.ts'
import type { JobContext, Jobs, JobWorker, Store } from '../../../store/index.ts'
import type { LazyStore } from '../../open-store.ts'
import { readRequalification, type Requalification, requalification } from './requalification.ts'
import {
  noteSchedule,
  requalificationJobs,
  scheduledWorkflows,
  scheduleState,
} from './scheduled-workflows.ts'
import type { TrialMetrics } from './trial-metrics.ts'

export interface SchedulerParts {
  readonly clock: GatewayClock
  readonly config: () => HoldfastConfig
  readonly store: LazyStore
  /** Does one run to its end; throws why it failed. */
  readonly run: (run: Requalification, signal: AbortSignal) => Promise<void>
  readonly record: (entry: EntryBody) => Promise<void>
  readonly metrics: TrialMetrics
  /** Name of this process in the records of jobs. */
  readonly worker: string
  readonly warn: (message: string) => void
}

const schedulerLimits = {
  /** Between two looks at what is due, whatever the clock of the next run says. */
  lookMsMax: 60 * 60_000,
  /** After a look that failed. */
  retryMs: 60_000,
  /** A run that made room for another one comes again after so long. */
  turnMs: 2 * 60_000,
  attemptsMax: 3,
  /** Before the second attempt; it doubles. */
  backoffMs: 10 * 60_000,
} as const

/**
 * Announces trials that are due as jobs of the store, and does them, one at a time on the whole fleet. All processes
 * that lead look at the same records and find the same runs under the same keys, so that each is announced once.
 */
export class TrialScheduler {
  readonly #parts: SchedulerParts
  #alarm: { cancel(): void } | null = null
  #looking: Promise<void> | null = null
  #isAskedAgain = false
  #isStopped = false
  #worker: JobWorker | null = null
  #problem: string | null = null

  constructor(parts: SchedulerParts) {
    this.#parts = parts
  }

  /** Configuration or verdicts may be others now. */
  changed(): void {
    if (this.#isStopped) return
    if (this.#looking !== null) {
      this.#isAskedAgain = true
      return
    }
    this.#looking = this.#look().finally(() => {
      this.#looking = null
      if (!this.#isAskedAgain) return
      this.#isAskedAgain = false
      this.changed()
    })
  }

  /** Resolves when nothing is being looked at. */
  async settled(): Promise<void> {
    while (this.#looking !== null) await this.#looking
  }

  /** A run under way is stopped and given back: whoever leads next goes on with it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#alarm?.cancel()
    await this.settled()
    await this.#worker?.close()
  }

  async #look(): Promise<void> {
    const { clock, metrics, warn } = this.#parts
    this.#alarm?.cancel()
    let nextAt: number | null = null
    let waitMs: number = schedulerLimits.lookMsMax
    try {
      nextAt = await this.#announceDue()
      if (nextAt !== null) waitMs = Math.min(waitMs, Math.max(0, nextAt - clock.now()))
      this.#problem = null
    } catch (error) {
      const problem = messageOf(error)
      if (problem !== this.#problem) warn(`trials cannot be scheduled: ${problem}`)
      this.#problem = problem
      waitMs = schedulerLimits.retryMs
    }
    metrics.nextAt(nextAt)
    if (!this.#isStopped) this.#alarm = clock.after(waitMs, () => this.changed())
  }

  /** Gives back when the next run is due; null: nothing is scheduled, and no store is made. */
  async #announceDue(): Promise<number | null> {
    const workflows = scheduledWorkflows(this.#parts.config())
    if (workflows.length === 0) {
      await this.#worker?.close()
      this.#worker = null
      return null
    }
    const store = await this.#parts.store.open()
    const jobs = await store.jobs()
    const known = await requalificationJobs(store)
    const next: number[] = []
    for (const workflow of workflows) {
      const coming = await this.#announce(workflow, { store, jobs, known })
      if (coming !== null) next.push(coming)
    }
    if (this.#worker === null && !this.#isStopped)
      this.#worker = await jobs.work(
        requalification,
        { concurrency: 1, worker: this.#parts.worker },
        (job, context) => this.#runJob(job, context, jobs),
      )
    return next.length === 0 ? null : Math.min(...next)
  }

  async #announce(
    workflow: ScheduledWorkflow,
    {
      store,
      jobs,
      known,
    }: { readonly store: Store; readonly jobs: Jobs; readonly known: readonly JobRecord[] },
  ): Promise<number | null> {
    await noteSchedule(store, workflow)
    const now = this.#parts.clock.now()
    const state = await scheduleState(workflow, { store, jobs: known, now })
    for (const due of dueRuns(workflow, state)) await submit(jobs, { ...due, turn: 1 })
    const [coming] = comingRuns(workflow, state)
    return coming === undefined ? null : Date.parse(coming.dueAt)
  }

  async #runJob(job: JobRecord, context: JobContext, jobs: Jobs): Promise<JobRecord['result']> {
    const run = readRequalification(job.input)
    if (run === null) return { end: 'unreadable' }
    // Off since it was announced: nothing runs that nobody wants any more.
    const isWanted = this.#parts
      .config()
      .workflows.some(({ id, trial }) => id === run.workflow && trial?.schedule !== undefined)
    if (!isWanted) return { end: 'not-wanted' }
    // Whoever runs is seen by all that look later; of two that begin at once both may make room, never both run.
    const running = await jobs.list({ kind: requalification, state: 'running' })
    if (running.some(({ id }) => id !== job.id)) {
      const runAt = new Date(
        this.#parts.clock.now() + schedulerLimits.turnMs * (1 + (run.turn % 3)),
      )
      await submit(jobs, { ...run, runAt: runAt.toISOString(), turn: run.turn + 1 })
      return { end: 'made-room' }
    }
    await this.#runRecorded(job, run, context.signal)
    return { end: 'done' }
  }

  async #runRecorded(job: JobRecord, run: Requalification, signal: AbortSignal): Promise<void> {
    const { record, metrics, clock } = this.#parts
    const { workflow, candidate, cause, dueAt } = run
    const entry = {
      kind: 'requalification',
      workflow,
      candidate,
      job: job.id,
      cause,
      dueAt,
    } as const
    const begun = { ...entry, attempt: job.attempt }
    await record({ ...begun, event: 'started' })
    const startedAt = clock.elapsed()
    metrics.started()
    const seconds = (): number => (clock.elapsed() - startedAt) / 1000
    try {
      await this.#parts.run(run, signal)
      metrics.ended('done', seconds())
      await record({ ...begun, event: 'ended' })
    } catch (error) {
      const event = signal.aborted ? 'stopped' : 'failed'
      metrics.ended(event, seconds())
      await record({ ...begun, event, detail: messageOf(error).slice(0, 1000) })
      this.#parts.warn(`a scheduled trial of \`${workflow}\` ${event}: ${messageOf(error)}`)
      throw error
    } finally {
      // Another verdict may stand now, with another end.
      this.changed()
    }
  }
}

async function submit(jobs: Jobs, run: Requalification): Promise<void> {
  const { attemptsMax, backoffMs } = schedulerLimits
  await jobs.submit({
    kind: requalification,
    input: { ...run },
    by: 'schedule',
    idempotenceKey: run.turn === 1 ? run.key : `${run.key} ${run.turn}`,
    runAt: run.runAt,
    attemptsMax,
    backoffMs,
  })
}
