import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { Fault } from '../../base/fault.ts'
import { appendChanges, type PendingChange } from '../feed/append-changes.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'
import type { Backend } from './backend.ts'
import type { StoreClock } from './clock.ts'
import { closedFault } from './closed-fault.ts'
import { refuseMoved } from './moved-store.ts'
import { type PostgresAddress, readPostgresAddress } from './postgres-address.ts'
import { isConnectionLost, isUndone, postgresFault } from './postgres-fault.ts'

/** NOTIFY speaks on this channel; what it says is only that there is something new. */
export const changeChannel = 'holdfast_change'

export interface PostgresBackend extends Backend {
  readonly kind: 'postgres'
  /** Statements outside Kysely, for the jobs library. */
  readonly pool: pg.Pool
  /** A connection of its own, for LISTEN. */
  connect(): Promise<pg.Client>
}

/** The server of a fleet. Nothing is sent before the first statement. */
export async function openPostgresBackend(
  location: string,
  applicationName: string,
  clock: StoreClock,
): Promise<PostgresBackend> {
  const address = readPostgresAddress(location)
  const settings = connectionSettings(address, applicationName)
  const pool = new pg.Pool({
    ...settings,
    max: storeLimits.connectionsMax,
    // The server ends a statement that takes too long; this is for a server that says nothing at all.
    query_timeout: storeLimits.statementMs + storeLimits.connectMs,
  })
  // An idle connection broke: the pool drops it, and the next statement tells whether the server is there.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin()],
  })
  let isClosed = false
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) throw closedFault()
    try {
      return await work()
    } catch (error) {
      throw postgresFault(address.shown, error) ?? error
    }
  }
  try {
    await guard(async () => await checkServer(pool, address))
  } catch (error) {
    await pool.end()
    throw error
  }
  return {
    kind: 'postgres',
    place: address.shown,
    pool,
    now: async () => await guard(async () => await serverNow(db)),
    read: async (work) => await guard(async () => await readAgain(async () => await work(db))),
    write: async (work) =>
      await guard(
        async () =>
          await writeAgain(db, async (tx) => {
            const changes: PendingChange[] = []
            const result = await work(tx, (topic, key) => changes.push({ topic, key }))
            await refuseMoved(tx, address.shown)
            await publishChanges(tx, changes, clock.now())
            return result
          }),
      ),
    change: async (work) => await guard(async () => await writeAgain(db, work)),
    enterAlone: async (tx, name) => {
      await sql`select pg_advisory_xact_lock(${lockSpace}, hashtext(${name}))`.execute(tx)
    },
    connect: async () =>
      await guard(async () => {
        const client = new pg.Client({ ...settings, query_timeout: storeLimits.pollAnswerMs })
        client.on('error', () => undefined)
        await client.connect()
        return client
      }),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await db.destroy()
    },
  }
}

/** All advisory locks of holdfast lie in one number space, named by the hash of a word. */
const lockSpace = 0x686f6c64

async function publishChanges(
  tx: Transaction<Tables>,
  changes: readonly PendingChange[],
  nowMs: number,
): Promise<void> {
  if (changes.length === 0) return
  // Taken last and held until the end: sequences become visible in their order.
  await sql`select pg_advisory_xact_lock(${lockSpace}, hashtext('feed'))`.execute(tx)
  await appendChanges(tx, changes, nowMs)
  await sql`select pg_notify(${changeChannel}, '')`.execute(tx)
}

function connectionSettings(address: PostgresAddress, applicationName: string): pg.ClientConfig {
  return {
    connectionString: address.connectionString,
    application_name: applicationName.slice(0, 63),
    connectionTimeoutMillis: storeLimits.connectMs,
    statement_timeout: storeLimits.statementMs,
    lock_timeout: storeLimits.lockWaitMs,
    idle_in_transaction_session_timeout: 2 * storeLimits.statementMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: {
      // Counters are bigint there and safe integers here; every other type keeps the parser of the driver.
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  }
}

async function checkServer(pool: pg.Pool, address: PostgresAddress): Promise<void> {
  const found = await pool.query<{ server: string; commits: string; standby: boolean }>(
    `select current_setting('server_version_num') as server, current_setting('synchronous_commit') as commits,
            pg_is_in_recovery() as standby`,
  )
  const [row] = found.rows
  if (row === undefined || Number(row.server) < 150_000)
    throw new Fault('HF_STORE_REFUSED', `\`${address.shown}\` is older than PostgreSQL 15`, {
      expected: 'PostgreSQL 15 or newer',
    })
  if (row.standby)
    throw new Fault('HF_STORE_UNWRITABLE', `\`${address.shown}\` is a standby server`, {
      expected: 'the primary server',
    })
  if (row.commits === 'off' || row.commits === 'local')
    throw new Fault(
      'HF_STORE_REFUSED',
      `\`${address.shown}\` acknowledges what is not durable: synchronous_commit is \`${row.commits}\``,
      {
        expected: '`on`, `remote_write` or `remote_apply`',
        advice: 'set it for the user of holdfast: `ALTER ROLE … SET synchronous_commit = on`',
      },
    )
}

async function serverNow(db: Kysely<Tables>): Promise<number> {
  const found = await sql<{
    ms: number
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms`.execute(db)
  return found.rows[0]?.ms ?? 0
}

/** A read does no harm twice: a connection that broke since its last use is replaced once. */
async function readAgain<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isConnectionLost(error)) throw error
    return await work()
  }
}

/** A write is done again only when it is certain that nothing of it was done. */
async function writeAgain<T>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let isBegun = false
    try {
      return await db.transaction().execute(async (tx) => {
        isBegun = true
        return await work(tx)
      })
    } catch (error) {
      const isHarmless = isUndone(error) || (!isBegun && isConnectionLost(error) && attempt === 1)
      if (!isHarmless || attempt >= storeLimits.writeAttempts) throw error
    }
  }
}
