import { Fault } from '../../base/fault.ts'
import type { StoredChange } from '../../schema/stored-change.ts'
import type { Watch, WatchListener } from '../feed/watch.ts'
import { jobLimits } from '../limits.ts'
import type { StoreContext } from '../repositories/store-context.ts'
import type { JobDispatch } from './job-dispatch.ts'
import { JobRecords } from './job-records.ts'
import { PollingWorker } from './job-worker.ts'
import type { Jobs } from './jobs.ts'

export interface JobsParts {
  readonly context: StoreContext
  readonly dispatch: JobDispatch
  readonly watch: (
    topics: readonly StoredChange['topic'][],
    listener: WatchListener,
  ) => Promise<Watch>
}

export interface OpenJobs extends Jobs {
  close(): Promise<void>
}

/** One contract over both ways of dispatch. */
export function openJobs({ context, dispatch, watch }: JobsParts): OpenJobs {
  const records = new JobRecords(context, dispatch)
  const closers = new Set<() => Promise<void>>()
  return {
    submit: async (submission) => {
      await dispatch.prepare(submission.kind)
      return await records.submit(submission)
    },
    work: async (kind, options, run) => {
      if (options.concurrency < 1 || options.concurrency > jobLimits.concurrencyMax)
        throw new Fault('HF_USAGE', `\`${options.concurrency}\` is no concurrency of jobs`, {
          expected: `1 to ${jobLimits.concurrencyMax}`,
        })
      await dispatch.prepare(kind)
      const worker = new PollingWorker({ kind, options, run, records, dispatch })
      const heard = await watch(['jobs'], () => worker.wake())
      worker.start()
      const close = async (): Promise<void> => {
        closers.delete(close)
        await heard.close()
        await worker.close()
      }
      closers.add(close)
      return { close }
    },
    find: (id) => records.find(id),
    list: (filter) => records.list(filter),
    cancel: (id) => records.cancel(id),
    close: async () => {
      await Promise.all([...closers].map((close) => close()))
      await dispatch.close()
    },
  }
}
