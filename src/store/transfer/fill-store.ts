import { type Kysely, sql, type Transaction } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { BackendKind } from '../backend/backend.ts'
import type { StoreClock } from '../backend/clock.ts'
import { schemaName } from '../backend/postgres-address.ts'
import { allMigrations } from '../migrations/all-migrations.ts'
import { applyMigrations, prepare, takeTime } from '../migrations/migrate.ts'
import type { AnyBackend } from '../open-store.ts'
import { anyTables } from '../records/record-queries.ts'
import { fromRow, type RecordShape, type Row, toRow } from '../records/record-shape.ts'
import { shapesInOrder } from '../records/record-shapes.ts'
import type { Tables } from '../tables.ts'
import { CopyDigest } from './copy-digest.ts'
import type { CopyCounts, CopyPart, CopySource } from './copy-part.ts'
import { allRows } from './read-rows.ts'

/**
 * Fills a store with the rows of another one, in one transaction: all of them, or nothing changes. The tables are made
 * anew as they were where the rows come from, and brought up to date afterwards. Before it commits, what lies there is
 * read again and compared with what came.
 */
export async function fillStore(
  backend: AnyBackend,
  clock: StoreClock,
  source: CopySource,
  settings: { readonly replace: boolean },
): Promise<CopyCounts> {
  const unknown = source.migrations.filter(
    (name) => !allMigrations.some((one) => one.name === name),
  )
  if (unknown.length > 0)
    throw new Fault('HF_STORE_NEWER', `the copy holds \`${unknown.join('`, `')}\``, {
      expected: 'a copy made by this holdfast or an older one',
      advice: 'use the holdfast that made it, or a newer one; nothing was changed',
    })
  return await backend.change(async (tx) => {
    await takeTime(tx, backend.kind)
    await backend.enterAlone(tx, 'migration')
    await prepare(tx, backend.kind)
    if (!settings.replace) await refuseFilled(tx, backend)
    await dropTables(tx, backend.kind)
    await prepare(tx, backend.kind)
    const isPast = (name: string): boolean => source.migrations.includes(name)
    const past = allMigrations.filter((one) => isPast(one.name))
    await applyMigrations(tx, backend.kind, clock, past)
    const came = new CopyDigest()
    for await (const part of source.parts()) {
      await insertRows(tx, part, past.length === allMigrations.length)
      came.add(part)
    }
    await compare(tx, came)
    const later = allMigrations.filter((one) => !isPast(one.name))
    await applyMigrations(tx, backend.kind, clock, later)
    return came.result().counts
  })
}

async function insertRows(
  tx: Transaction<Tables>,
  { table, rows }: CopyPart,
  isCurrent: boolean,
): Promise<void> {
  const shape = shapesInOrder.find((one) => one.table === table)
  if (shape === undefined) throw copyFault(`no store has a table \`${table}\``)
  if (isCurrent) for (const row of rows) checkRow(shape, row)
  await anyTables(tx)
    .insertInto(table)
    .values([...rows])
    .execute()
}

/** A copy that was made by hand, or changed by it, brings nothing in that the store could not read again. */
function checkRow(shape: RecordShape<unknown>, row: Row): void {
  try {
    const wanted = toRow(shape, fromRow(shape, row))
    const [columns, given] = [Object.keys(wanted), Object.keys(row)]
    if (given.length !== columns.length || given.some((name) => !columns.includes(name)))
      throw copyFault(`a row of \`${shape.table}\` has other columns`)
  } catch (error) {
    if (error instanceof Fault) throw copyFault(error.message)
    throw error
  }
}

async function compare(tx: Transaction<Tables>, came: CopyDigest): Promise<void> {
  const lies = new CopyDigest()
  for await (const part of allRows(tx)) lies.add(part)
  const [wanted, found] = [came.result(), lies.result()]
  if (wanted.digest !== found.digest)
    throw copyFault(
      `what arrived is not what came: ${JSON.stringify(found.counts)} instead of ${JSON.stringify(wanted.counts)}`,
    )
}

function copyFault(what: string): Fault {
  return new Fault('HF_STORE_BACKUP', `the copy cannot be used: ${what}`, {
    expected: 'a backup as `holdfast store backup` writes it, rows in their order',
    advice: 'take another backup; nothing was changed',
  })
}

async function refuseFilled(tx: Transaction<Tables>, backend: AnyBackend): Promise<void> {
  const filled = Object.entries(await countRows(tx, backend.kind)).filter(([, count]) => count > 0)
  if (filled.length === 0) return
  const [[table, count] = ['', 0]] = filled
  throw new Fault(
    'HF_STORE_NOT_EMPTY',
    `\`${backend.place}\` holds ${count} rows in \`${table}\``,
    {
      expected: 'an empty store',
      advice: 'back it up, then repeat with --force, which replaces everything in it',
    },
  )
}

/** Rows of each table that there is. */
export async function countRows(db: Kysely<Tables>, kind: BackendKind): Promise<CopyCounts> {
  const there = new Set(await tableNames(db, kind))
  const counts: Record<string, number> = {}
  for (const { table } of shapesInOrder) {
    if (!there.has(snakeCase(table))) continue
    const [row] = await anyTables(db)
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .execute()
    counts[table] = row?.rows ?? 0
  }
  return counts
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Tables of the store, the ones made last first: those that refer come before those they refer to. */
async function tableNames(db: Kysely<Tables>, kind: BackendKind): Promise<readonly string[]> {
  const query =
    kind === 'postgres'
      ? sql<{
          name: string
        }>`select tablename as name from pg_catalog.pg_tables where schemaname = ${schemaName}`
      : sql<{
          name: string
        }>`select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by rowid desc`
  const { rows } = await query.execute(db)
  return rows.map((row) => row.name)
}

async function dropTables(tx: Transaction<Tables>, kind: BackendKind): Promise<void> {
  const cascade = kind === 'postgres' ? sql` cascade` : sql``
  for (const name of await tableNames(tx, kind))
    await sql`drop table ${sql.id(name)}${cascade}`.execute(tx)
}
