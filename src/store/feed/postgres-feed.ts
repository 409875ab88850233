import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import type pg from 'pg'
import { changeChannel, type PostgresBackend } from '../backend/postgres-backend.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'
import { type FeedConnection, FeedReader, pause } from './feed-reader.ts'

/**
 * The feed of a fleet: LISTEN wakes the reader, polling is the safety net. Both go over one connection of its own, so
 * that a poll without an answer tells of a connection that is gone.
 */
export function postgresFeed(backend: PostgresBackend): FeedReader {
  return new FeedReader({
    connect: () => connect(backend),
    retryMs: (failures) =>
      Math.min(storeLimits.reconnectMs.first * 2 ** failures, storeLimits.reconnectMs.last),
  })
}

async function connect(backend: PostgresBackend): Promise<FeedConnection> {
  const client = await backend.connect()
  // Aborted by whatever may mean that there is something to read, or that nobody will tell any more.
  let news = new AbortController()
  const wake = (): void => news.abort()
  client.on('notification', wake)
  client.on('end', wake)
  client.on('error', wake)
  try {
    await client.query(`listen ${changeChannel}`)
  } catch (error) {
    await end(client)
    throw error
  }
  return {
    db: new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: poolOfOne(client) }),
      plugins: [new CamelCasePlugin()],
    }),
    whenDue: async (signal) => {
      await pause(storeLimits.pollMs.postgres, AbortSignal.any([signal, news.signal]))
      news = new AbortController()
    },
    close: () => end(client),
  }
}

/** For Kysely a connection of its own is a pool that always gives the same one. */
function poolOfOne(client: pg.Client): PostgresPool {
  return {
    connect: async () => ({
      query: client.query.bind(client) as never,
      release: () => undefined,
    }),
    end: async () => undefined,
    options: {},
  }
}

/** A server that is gone gives no answer to a farewell. */
async function end(client: pg.Client): Promise<void> {
  await Promise.race([
    client.end().catch(() => undefined),
    new Promise<void>((resolve) => setTimeout(resolve, 500).unref()),
  ])
}
