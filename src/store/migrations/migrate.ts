import { type Kysely, sql, type Transaction } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { Backend, BackendKind } from '../backend/backend.ts'
import { instantOf, type StoreClock } from '../backend/clock.ts'
import { schemaName } from '../backend/postgres-address.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'
import { allMigrations } from './all-migrations.ts'
import type { Migration } from './migration.ts'

export interface SchemaState {
  readonly applied: readonly string[]
  readonly pending: readonly string[]
}

/** What was applied to the database and what is due. A database of a newer program is refused. */
export async function schemaState(
  backend: Backend,
  migrations: readonly Migration[] = allMigrations,
): Promise<SchemaState> {
  const applied = await backend.read(async (db) => await appliedNames(db, backend.kind))
  refuseNewer(applied, backend, migrations)
  return { applied, pending: dueNames(applied, migrations) }
}

/**
 * Applies what is due, all of it or nothing. Processes that start together come here one after the other, and the
 * later ones find nothing to do.
 */
export async function migrate(
  backend: Backend,
  clock: StoreClock,
  migrations: readonly Migration[] = allMigrations,
): Promise<SchemaState> {
  const before = await schemaState(backend, migrations)
  if (before.pending.length === 0) return before
  return await backend.change(async (tx) => {
    await takeTime(tx, backend.kind)
    await backend.enterAlone(tx, 'migration')
    await prepare(tx, backend.kind)
    const applied = await appliedNames(tx, backend.kind)
    refuseNewer(applied, backend, migrations)
    const due = dueNames(applied, migrations)
    await applyMigrations(
      tx,
      backend.kind,
      clock,
      migrations.filter((one) => due.includes(one.name)),
    )
    return { applied: [...applied, ...due], pending: [] }
  })
}

/** Runs steps in a transaction and notes them; the first of all makes the row of the store. */
export async function applyMigrations(
  tx: Transaction<Tables>,
  kind: BackendKind,
  clock: StoreClock,
  steps: readonly Migration[],
): Promise<void> {
  for (const step of steps) {
    await step.up(tx as unknown as Transaction<unknown>, kind)
    await tx
      .insertInto('migration')
      .values({ name: step.name, appliedAt: instantOf(clock.now()) })
      .execute()
    if (step === allMigrations[0]) await startEpoch(tx, clock)
  }
}

/** Tells every watcher, sooner or later, to read everything anew. */
async function startEpoch(tx: Transaction<Tables>, clock: StoreClock): Promise<void> {
  const epoch = Buffer.from(clock.random(12)).toString('hex')
  await tx.deleteFrom('storeState').execute()
  await tx.insertInto('storeState').values({ id: 1, epoch, prunedTo: 0, movedTo: null }).execute()
}

/** What changes every table may take long, and waits for whoever does so at the same time. */
export async function takeTime(tx: Transaction<Tables>, kind: BackendKind): Promise<void> {
  if (kind === 'embedded') return
  const limit = String(storeLimits.longStatementMs)
  await sql`select set_config('statement_timeout', ${limit}, true), set_config('lock_timeout', ${limit}, true),
    set_config('idle_in_transaction_session_timeout', ${limit}, true)`.execute(tx)
}

/** What must stand before the first step: the schema on PostgreSQL, and the table of steps. */
export async function prepare(tx: Transaction<Tables>, kind: BackendKind): Promise<void> {
  if (kind === 'postgres') {
    await sql`create schema if not exists ${sql.id(schemaName)}`.execute(tx)
  }
  await sql`create table if not exists migration (name text not null primary key, applied_at text not null)`.execute(
    tx,
  )
}

async function appliedNames(db: Kysely<Tables>, kind: BackendKind): Promise<readonly string[]> {
  const found =
    kind === 'postgres'
      ? await sql`select 1 from pg_catalog.pg_tables where schemaname = ${schemaName} and tablename = 'migration'`.execute(
          db,
        )
      : await sql`select 1 from sqlite_schema where type = 'table' and name = 'migration'`.execute(
          db,
        )
  if (found.rows.length === 0) return []
  const rows = await db.selectFrom('migration').select('name').orderBy('name').execute()
  return rows.map((row) => row.name)
}

function dueNames(applied: readonly string[], migrations: readonly Migration[]): readonly string[] {
  return migrations.map((one) => one.name).filter((name) => !applied.includes(name))
}

function refuseNewer(
  applied: readonly string[],
  backend: Backend,
  migrations: readonly Migration[],
): void {
  const unknown = applied.filter((name) => !migrations.some((one) => one.name === name))
  if (unknown.length === 0) return
  throw new Fault(
    'HF_STORE_NEWER',
    `\`${backend.place}\` was made by a newer holdfast: it holds \`${unknown.join('`, `')}\``,
    {
      expected: `at most \`${migrations.at(-1)?.name ?? 'nothing'}\``,
      advice: 'use the holdfast that made it, or a newer one; nothing was changed',
    },
  )
}
