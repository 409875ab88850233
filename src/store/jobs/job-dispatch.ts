import type { Transaction } from 'kysely'
import type { JobRecord } from '../../schema/job-record.ts'
import type { Tables } from '../tables.ts'

/** A job that may be due. It is taken for good by a claim of its record. */
interface TakenJob {
  readonly id: string
  /** The record says all from here on. */
  settle(): Promise<void>
}

/** How workers learn of jobs. The records in table `job` are the truth; this only leads to them. */
export interface JobDispatch {
  /** Before a kind is used for the first time in this process. */
  prepare(kind: string): Promise<void>
  /** In the transaction that makes a job wait. */
  announce(tx: Transaction<Tables>, job: JobRecord): Promise<void>
  take(kind: string, at: string): Promise<TakenJob | null>
  /** Announcements can be lost, for instance when a backup is put back. True: repeat those that are overdue. */
  readonly forgets: boolean
  close(): Promise<void>
}
