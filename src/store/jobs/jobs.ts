import type { JobRecord } from '../../schema/job-record.ts'

export type JobValue = JobRecord['input']

export interface JobSubmission {
  /** Which worker takes it: lower-case letters, digits and `-`. */
  readonly kind: string
  readonly input: JobValue
  readonly by: string
  /** Submitted again under this key, it is the same job, whatever became of it. Absent: always a new one. */
  readonly idempotenceKey?: string
  /** Not before, RFC 3339 in milliseconds; absent: at once. */
  readonly runAt?: string
  readonly attemptsMax?: number
  /** Wait before the second attempt; it doubles after each. */
  readonly backoffMs?: number
  /** A worker that is silent for so long has lost the job. */
  readonly leaseMs?: number
}

export interface JobContext {
  /** Aborted when the job was cancelled, its lease was lost, or the worker closes: stop, the result is not kept. */
  readonly signal: AbortSignal
  /** Share that is done, 0–1, and what is being done. Kept now and then; never throws. */
  progress(share: number, note?: string): void
}

export type JobRun = (job: JobRecord, context: JobContext) => Promise<JobValue>

export interface WorkOptions {
  /** Jobs at the same time in this process. */
  readonly concurrency: number
  /** Name of this process in the records. */
  readonly worker: string
}

export interface JobWorker {
  /** Takes no more, aborts what runs and gives it back, to be taken by another at once. */
  close(): Promise<void>
}

export interface JobFilter {
  readonly kind?: string
  readonly state?: JobRecord['state']
}

/**
 * Long work. A job that was submitted is done at least once, by one worker at a time; only the worker that holds the
 * lease can give its result. What a job does must therefore bear to be done again.
 */
export interface Jobs {
  submit(submission: JobSubmission): Promise<JobRecord>
  /** Takes jobs of one kind until it is closed. A run that throws is tried again, with growing waits. */
  work(kind: string, options: WorkOptions, run: JobRun): Promise<JobWorker>
  find(id: string): Promise<JobRecord | null>
  /** The newest first. */
  list(filter: JobFilter): Promise<readonly JobRecord[]>
  /** Ends a job that has not come to its end; a running one is told to stop. */
  cancel(id: string): Promise<JobRecord>
}
