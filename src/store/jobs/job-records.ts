import type { Transaction } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { JobRecord } from '../../schema/job-record.ts'
import type { Tell } from '../backend/backend.ts'
import { instantOf } from '../backend/clock.ts'
import { jobLimits } from '../limits.ts'
import {
  addRecord,
  changeRecord,
  findRecord,
  listRecords,
  missingFault,
} from '../records/record-queries.ts'
import { fromRow } from '../records/record-shape.ts'
import { shapes } from '../records/record-shapes.ts'
import { newId, type StoreContext } from '../repositories/store-context.ts'
import type { Tables } from '../tables.ts'
import type { JobDispatch } from './job-dispatch.ts'
import type { JobFilter, JobSubmission, JobValue } from './jobs.ts'

/** The lease that a worker holds: a token that no other taking of the job has. */
export interface Lease {
  readonly job: JobRecord
  readonly token: string
}

const shape = shapes.job

/** The life of a job, as changes of its record. Times come from the one clock that all processes share. */
export class JobRecords {
  readonly #context: StoreContext
  readonly #dispatch: JobDispatch

  constructor(context: StoreContext, dispatch: JobDispatch) {
    this.#context = context
    this.#dispatch = dispatch
  }

  async submit(submission: JobSubmission): Promise<JobRecord> {
    const now = await this.#now()
    const id = newId(this.#context)
    const { kind, idempotenceKey = id } = submission
    const job: JobRecord = {
      id,
      kind,
      idempotenceKey,
      input: submission.input,
      state: 'waiting',
      attempt: 0,
      attemptsMax: submission.attemptsMax ?? jobLimits.attemptsMax,
      backoffMs: submission.backoffMs ?? jobLimits.backoffMs,
      runAt: submission.runAt ?? instantOf(now),
      leaseMs: Math.max(submission.leaseMs ?? jobLimits.leaseMs, jobLimits.leaseMsMin),
      leaseToken: null,
      leaseUntil: null,
      worker: null,
      progress: 0,
      progressNote: null,
      result: null,
      error: null,
      createdAt: instantOf(now),
      createdBy: submission.by,
      endedAt: null,
    }
    return await this.#write(async (tx, tell) => {
      await this.#context.backend.enterAlone(tx, `job ${kind} ${idempotenceKey}`)
      const there = await findRecord(tx, shape, { kind, idempotenceKey })
      if (there !== null) return there
      await addRecord(tx, tell, shape, job)
      await this.#dispatch.announce(tx, job)
      return job
    })
  }

  find(id: string): Promise<JobRecord | null> {
    return this.#context.backend.read((db) => findRecord(db, shape, { id }))
  }

  list(filter: JobFilter): Promise<readonly JobRecord[]> {
    return this.#context.backend.read((db) =>
      listRecords(db, shape, filter, { order: ['-createdAt', '-id'] }),
    )
  }

  /** Takes a job that waits and is due; null when another was faster, or it was cancelled. */
  async claim(id: string, worker: string): Promise<Lease | null> {
    const now = await this.#now()
    const token = newId(this.#context)
    return await this.#write(async (tx, tell) => {
      const job = await findRecord(tx, shape, { id, state: 'waiting' })
      if (job === null || job.runAt > instantOf(now)) return null
      const taken: JobRecord = {
        ...job,
        state: 'running',
        attempt: job.attempt + 1,
        leaseToken: token,
        leaseUntil: instantOf(now + job.leaseMs),
        worker,
      }
      const condition = { id, state: 'waiting', attempt: job.attempt } as const
      return (await changeRecord(tx, tell, shape, condition, taken)) ? { job: taken, token } : null
    })
  }

  /** Holds the lease longer, and keeps progress. False: it is lost, or the job was cancelled. */
  async renew(
    lease: Lease,
    progress: { share: number; note: string | null } | null,
  ): Promise<boolean> {
    const now = await this.#now()
    let isPast = false
    const isHeld = await this.#change(lease, progress !== null, (job) => {
      // One that has run out stays so: whoever fell silent must not keep the job from the next worker.
      isPast = job.leaseUntil !== null && Date.parse(job.leaseUntil) <= now
      if (isPast) return null
      return {
        ...job,
        leaseUntil: instantOf(now + job.leaseMs),
        progress: progress?.share ?? job.progress,
        progressNote: progress === null ? job.progressNote : progress.note,
      }
    })
    return isHeld && !isPast
  }

  async succeed(lease: Lease, result: JobValue): Promise<boolean> {
    const now = await this.#now()
    return await this.#change(lease, true, (job) => ({
      ...freed(job),
      state: 'done',
      progress: 1,
      result,
      error: null,
      endedAt: instantOf(now),
    }))
  }

  /** The run threw: again later, or never. */
  async fail(lease: Lease, error: string): Promise<boolean> {
    const now = await this.#now()
    return await this.#change(lease, true, (job) => afterFailure(job, error, now))
  }

  /** The worker closes: the attempt does not count. */
  async giveBack(lease: Lease): Promise<boolean> {
    const now = await this.#now()
    return await this.#change(lease, true, (job) => ({
      ...freed(job),
      state: 'waiting',
      attempt: job.attempt - 1,
      runAt: instantOf(now),
    }))
  }

  async cancel(id: string): Promise<JobRecord> {
    const now = await this.#now()
    return await this.#write(async (tx, tell) => {
      const job = await findRecord(tx, shape, { id })
      if (job === null) throw missingFault(shape, id)
      if (job.endedAt !== null) return job
      const cancelled: JobRecord = { ...freed(job), state: 'cancelled', endedAt: instantOf(now) }
      const condition = { id, state: job.state, leaseToken: job.leaseToken }
      if (await changeRecord(tx, tell, shape, condition, cancelled)) return cancelled
      throw new Fault('HF_STORE_CONFLICT', `job \`${id}\` changed meanwhile`, {
        advice: 'try again',
      })
    })
  }

  /** Frees jobs whose workers fell silent, and announces again what waits for too long. */
  async sweep(kind: string, overdueMs: number): Promise<void> {
    const now = await this.#now()
    const lapsed = await this.#context.backend.read((db) =>
      db
        .selectFrom('job')
        .selectAll()
        .where('kind', '=', kind)
        .where('state', '=', 'running')
        .where('leaseUntil', '<', instantOf(now))
        .limit(sweptMax)
        .execute(),
    )
    for (const row of lapsed) {
      const job = fromRow(shape, row)
      const lease = { job, token: job.leaseToken ?? '' }
      await this.#change(lease, true, (one) =>
        // Renewed since it was read, it is not lost.
        one.leaseUntil !== null && one.leaseUntil >= instantOf(now)
          ? null
          : afterFailure(one, 'its worker fell silent', now),
      )
    }
    if (this.#dispatch.forgets) await this.#announceAgain(kind, instantOf(now - overdueMs))
  }

  async now(): Promise<string> {
    return instantOf(await this.#now())
  }

  async #announceAgain(kind: string, before: string): Promise<void> {
    await this.#context.backend.write(async (tx) => {
      const overdue = await tx
        .selectFrom('job')
        .selectAll()
        .where('kind', '=', kind)
        .where('state', '=', 'waiting')
        .where('runAt', '<', before)
        .orderBy('runAt')
        .limit(sweptMax)
        .execute()
      for (const row of overdue) await this.#dispatch.announce(tx, fromRow(shape, row))
    })
  }

  /** Changes the record of a job while the lease is held; null from `next` leaves it as it is. */
  async #change(
    lease: Lease,
    isNews: boolean,
    next: (job: JobRecord) => JobRecord | null,
  ): Promise<boolean> {
    const { id } = lease.job
    const held = { id, state: 'running', leaseToken: lease.token } as const
    return await this.#write(async (tx, tell) => {
      const job = await findRecord(tx, shape, held)
      if (job === null) return false
      const changed = next(job)
      if (changed === null) return true
      // Two holders of one token (the worker and a sweep) must not overwrite one another.
      const condition = { ...held, leaseUntil: job.leaseUntil }
      if (!(await changeRecord(tx, isNews ? tell : null, shape, condition, changed))) return false
      if (changed.state === 'waiting') await this.#dispatch.announce(tx, changed)
      return true
    })
  }

  #now(): Promise<number> {
    return this.#context.backend.now()
  }

  #write<T>(work: (tx: Transaction<Tables>, tell: Tell) => Promise<T>): Promise<T> {
    return this.#context.backend.write(work)
  }
}

const sweptMax = 100

function freed(job: JobRecord): JobRecord {
  return { ...job, leaseToken: null, leaseUntil: null }
}

function afterFailure(job: JobRecord, error: string, nowMs: number): JobRecord {
  const told = error.slice(0, jobLimits.errorLengthMax)
  if (job.attempt >= job.attemptsMax)
    return { ...freed(job), state: 'failed', error: told, endedAt: instantOf(nowMs) }
  const waitMs = Math.min(job.backoffMs * 2 ** (job.attempt - 1), jobLimits.backoffMsMax)
  return { ...freed(job), state: 'waiting', error: told, runAt: instantOf(nowMs + waitMs) }
}
