import { AsyncLocalStorage } from 'node:async_hooks'
import { CompiledQuery, type Transaction } from 'kysely'
import { PgBoss } from 'pg-boss'
import type { PostgresBackend } from '../backend/postgres-backend.ts'
import { postgresFault } from '../backend/postgres-fault.ts'
import type { Tables } from '../tables.ts'
import type { JobDispatch } from './job-dispatch.ts'

/** pg-boss keeps its tables apart from those of holdfast. */
const jobsSchema = 'holdfast_jobs'

/** Between taking an announcement and claiming its record; after that pg-boss gives it to another. */
const expireInSeconds = 30
const daySeconds = 86_400

/**
 * On PostgreSQL, pg-boss hands announcements to the machines of a fleet: each to one worker at a time, delayed ones
 * in time, and again when a worker died with one in its hands.
 */
export async function postgresDispatch(backend: PostgresBackend): Promise<JobDispatch> {
  // What an announcement asks besides, as for its queue, goes the way of its transaction too: a second connection
  // out of the same pool would never come once every connection holds such a transaction.
  const announcing = new AsyncLocalStorage<Transaction<Tables>>()
  const boss = new PgBoss({
    db: {
      executeSql: async (text, values) => {
        const tx = announcing.getStore()
        if (tx !== undefined) return await inTransaction(tx, text, values)
        try {
          return await backend.pool.query(text, values)
        } catch (error) {
          const fault = postgresFault(backend.place, error)
          // pg-boss itself looks for violated constraints.
          throw fault === null || fault.code === 'HF_STORE_CONFLICT' ? error : fault
        }
      },
    },
    schema: jobsSchema,
    schedule: false,
  })
  // Its maintenance failed because the server is away; it tries again by itself.
  boss.on('error', () => undefined)
  try {
    // Its own start is not made for several processes that all find no schema yet.
    await backend.change(async (tx) => {
      await backend.enterAlone(tx, 'jobs')
      await boss.start()
    })
  } catch (error) {
    await stop(boss)
    throw error
  }
  const prepared = new Map<string, Promise<void>>()
  const prepare = (kind: string): Promise<void> => {
    const made = prepared.get(kind) ?? makeQueue(boss, kind)
    prepared.set(kind, made)
    made.catch(() => prepared.delete(kind))
    return made
  }
  return {
    prepare,
    announce: async (tx, job) => {
      // Announced twice before it is taken, it lies in the queue once.
      const options = { singletonKey: job.id, startAfter: new Date(job.runAt) }
      await announcing.run(tx, () => boss.send(job.kind, { job: job.id }, options))
    },
    take: async (kind) => {
      const [taken] = await boss.fetch<{ readonly job: string }>(kind)
      if (taken === undefined) return null
      return {
        id: taken.data.job,
        settle: async () => void (await boss.deleteJob(kind, taken.id)),
      }
    },
    forgets: true,
    close: () => stop(boss),
  }
}

async function stop(boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: false, close: false })
}

async function makeQueue(boss: PgBoss, kind: string): Promise<void> {
  await boss.createQueue(kind, {
    policy: 'short',
    expireInSeconds,
    retryLimit: 1000,
    retryDelay: 1,
    retentionSeconds: 365 * daySeconds,
    deleteAfterSeconds: daySeconds,
  })
}

async function inTransaction(
  tx: Transaction<Tables>,
  text: string,
  values: readonly unknown[] | undefined,
): Promise<{ rows: unknown[] }> {
  const query = CompiledQuery.raw(text, [...(values ?? [])])
  const { rows } = await tx.withoutPlugins().executeQuery(query)
  return { rows }
}
