import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { JobRecord } from '../../src/schema/job-record.ts'
import type { Jobs, JobContext, Store, StoreSettings } from '../../src/store/index.ts'
import { storeLimits } from '../../src/store/limits.ts'
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { type StoreCase, storeCase, until } from '../support/store-case.ts'

/** What jobs promise, held against both ways of dispatch. */

const backEnds = [
  {
    name: 'the embedded store',
    skip: false as string | false,
    start: () => ({ newLocation: () => 'embedded', stop: () => undefined as void }),
  },
  {
    name: 'PostgreSQL',
    skip: skipWithoutPostgres(),
    start: () => {
      const server = startPostgres({ durable: false })
      return { newLocation: server.createDatabase, stop: server.remove }
    },
  },
]

for (const { name, skip, start } of backEnds) {
  suite(`jobs on ${name}`, { skip }, () => {
    let stop: () => void = () => undefined
    let stores: StoreCase
    let settings: StoreSettings
    let store: Store
    let jobs: Jobs

    before(async () => {
      const started = start()
      stop = started.stop
      stores = storeCase(started.newLocation)
      settings = stores.fresh()
      store = await stores.open(settings)
      jobs = await store.jobs()
    })
    after(async () => {
      await stores.remove()
      stop()
    })

    const submission = (kind: string) => ({ kind, input: { kind }, by: 'ada', backoffMs: 20 })
    const ended = async (job: JobRecord): Promise<JobRecord> => {
      let found: JobRecord | null = null
      await until(`job ${job.kind} has ended`, async () => {
        found = await jobs.find(job.id)
        return found !== null && found.endedAt !== null
      })
      return found ?? job
    }

    test('a job is done, with its result and its progress', async () => {
      const worker = await jobs.work(
        'plain',
        { concurrency: 2, worker: 'w' },
        async (job, context) => {
          context.progress(0.5, 'half way')
          await sleep(700)
          return { got: job.input }
        },
      )
      const job = await jobs.submit(submission('plain'))
      await until('progress is told', async () => (await jobs.find(job.id))?.progress === 0.5)
      assert.equal((await jobs.find(job.id))?.progressNote, 'half way')
      const done = await ended(job)
      assert.equal(done.state, 'done')
      assert.equal(done.progress, 1)
      assert.deepEqual(done.result, { got: { kind: 'plain' } })
      await worker.close()
    })

    test('submitted twice under one key, also at once, it is one job, and done once', async () => {
      const one = { ...submission('same'), idempotenceKey: 'k' }
      const submitted = await Promise.all(Array.from({ length: 6 }, () => jobs.submit(one)))
      assert.equal(new Set(submitted.map((job) => job.id)).size, 1)
      let runs = 0
      const worker = await jobs.work('same', { concurrency: 4, worker: 'w' }, async () => {
        runs += 1
        return null
      })
      const done = await ended(submitted[0]!)
      assert.equal((await jobs.submit(one)).id, done.id)
      await sleep(200)
      assert.equal(runs, 1)
      await worker.close()
    })

    test('far more jobs of a new kind are submitted at once than there are connections', async () => {
      const submitted = await Promise.all(
        Array.from({ length: 5 * storeLimits.connectionsMax }, () =>
          jobs.submit(submission('at-once')),
        ),
      )
      assert.equal((await jobs.list({ kind: 'at-once' })).length, submitted.length)
    })

    test('a run that throws is tried again with growing waits, then it has failed', async () => {
      const starts: number[] = []
      const worker = await jobs.work('failing', { concurrency: 1, worker: 'w' }, async () => {
        starts.push(performance.now())
        throw new Error('no luck')
      })
      const job = await jobs.submit({ ...submission('failing'), attemptsMax: 3, backoffMs: 100 })
      const failed = await ended(job)
      assert.equal(failed.state, 'failed')
      assert.equal(failed.error, 'no luck')
      assert.equal(starts.length, 3)
      assert.ok(starts[1]! - starts[0]! >= 95, String(starts))
      assert.ok(starts[2]! - starts[1]! >= 195, String(starts))
      await worker.close()
    })

    test('several workers share the work, each job goes to one of them', async () => {
      const other = await (await stores.open(settings)).jobs()
      const runs = new Map<string, number>()
      let most = 0
      let now = 0
      const run = async (job: JobRecord) => {
        now += 1
        most = Math.max(most, now)
        runs.set(job.id, (runs.get(job.id) ?? 0) + 1)
        await sleep(30)
        now -= 1
        return null
      }
      const workers = await Promise.all([
        jobs.work('many', { concurrency: 2, worker: 'w-1' }, run),
        other.work('many', { concurrency: 2, worker: 'w-2' }, run),
      ])
      const submitted = await Promise.all(
        Array.from({ length: 16 }, () => jobs.submit(submission('many'))),
      )
      const all = await Promise.all(submitted.map(ended))
      assert.ok(all.every((job) => job.state === 'done'))
      assert.deepEqual(
        [...runs.values()],
        submitted.map(() => 1),
      )
      assert.ok(most > 1 && most <= 4, `${most} at once`)
      await Promise.all(workers.map((worker) => worker.close()))
    })

    test('a job whose worker fell silent goes to another, and the silent one cannot give its result', async () => {
      const silent = await stores.open(settings)
      const silentJobs = await silent.jobs()
      let isTaken = false
      let release: () => void = () => undefined
      let context: JobContext | null = null
      // Its event loop is held up for longer than the lease: nothing is renewed meanwhile.
      const worker = await silentJobs.work(
        'silent',
        { concurrency: 1, worker: 'silent' },
        async (_job, own) => {
          isTaken = true
          context = own
          await new Promise<void>((resolve) => (release = resolve))
          return 'from the silent one'
        },
      )
      const job = await jobs.submit({ ...submission('silent'), leaseMs: 1_000 })
      await until('it is taken', () => isTaken)
      const endsAt = performance.now() + 1_500
      while (performance.now() < endsAt);
      const second = await jobs.work(
        'silent',
        { concurrency: 1, worker: 'second' },
        async () => 'from the second',
      )
      const done = await ended(job)
      await until('the first was told', () => context?.signal.aborted === true)
      release()
      assert.equal(done.result, 'from the second')
      assert.equal(done.worker, 'second')
      assert.equal(done.attempt, 2)
      await worker.close()
      await second.close()
      assert.equal((await jobs.find(job.id))?.result, 'from the second')
    })

    test('a job that was cancelled is not begun; one that runs is told to stop', async () => {
      const waiting = await jobs.submit(submission('cancelled'))
      assert.equal((await jobs.cancel(waiting.id)).state, 'cancelled')
      const seen: string[] = []
      let isStopped = false
      const worker = await jobs.work(
        'cancelled',
        { concurrency: 1, worker: 'w' },
        async (job, context) => {
          seen.push(job.id)
          await new Promise<void>((resolve) =>
            context.signal.addEventListener('abort', () => resolve()),
          )
          isStopped = true
          return 'too late'
        },
      )
      const running = await jobs.submit({ ...submission('cancelled'), leaseMs: 500 })
      await until('it runs', () => seen.length === 1)
      await jobs.cancel(running.id)
      await until('it was told', () => isStopped)
      const cancelled = await ended(running)
      assert.equal(cancelled.state, 'cancelled')
      assert.equal(cancelled.result, null)
      assert.deepEqual(seen, [running.id])
      assert.deepEqual(await jobs.cancel(running.id), cancelled)
      await worker.close()
    })

    test('a worker that closes gives its job back, to be done by the next', async () => {
      let begun = 0
      const first = await jobs.work(
        'handed',
        { concurrency: 1, worker: 'first' },
        async (_job, { signal }) => {
          begun += 1
          await new Promise<void>((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          )
          return null
        },
      )
      const job = await jobs.submit({ ...submission('handed'), attemptsMax: 1 })
      await until('it has begun', () => begun === 1)
      await first.close()
      assert.equal((await jobs.find(job.id))?.state, 'waiting')
      const next = await jobs.work('handed', { concurrency: 1, worker: 'next' }, async () => 'done')
      assert.equal((await ended(job)).result, 'done')
      await next.close()
    })

    test('a job for later is not begun before', async () => {
      let begunAt = 0
      const worker = await jobs.work('later', { concurrency: 1, worker: 'w' }, async () => {
        begunAt = Date.now()
        return null
      })
      const runAt = new Date(Date.now() + 800)
      await ended(await jobs.submit({ ...submission('later'), runAt: runAt.toISOString() }))
      assert.ok(begunAt >= runAt.getTime() - 5, `${begunAt - runAt.getTime()} ms`)
      await worker.close()
    })

    test('what was submitted before a restart is done after it', async () => {
      const own = stores.fresh()
      const before = await stores.open(own)
      const job = await (await before.jobs()).submit(submission('kept'))
      await before.close()
      const later = await stores.open(own)
      const laterJobs = await later.jobs()
      const worker = await laterJobs.work(
        'kept',
        { concurrency: 1, worker: 'w' },
        async () => 'kept',
      )
      await until('it is done', async () => (await laterJobs.find(job.id))?.result === 'kept')
      await worker.close()
    })
  })
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
