import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { StoreClock } from '../backend/clock.ts'
import { embeddedFileName, openSqliteBackend } from '../backend/sqlite-backend.ts'
import type { AnyBackend } from '../open-store.ts'
import { anyTables } from '../records/record-queries.ts'
import type { RecordShape, Row } from '../records/record-shape.ts'
import { shapesInOrder } from '../records/record-shapes.ts'
import type { Tables } from '../tables.ts'
import type { CopyPart, CopySource } from './copy-part.ts'

/** Hands over all rows of a store as they were at one instant, while others go on writing. */
export async function withRows<T>(
  backend: AnyBackend,
  clock: StoreClock,
  work: (source: CopySource) => Promise<T>,
): Promise<T> {
  if (backend.kind === 'postgres')
    return await backend.read(
      async (db) =>
        await db
          .transaction()
          .setIsolationLevel('repeatable read')
          .setAccessMode('read only')
          .execute(async (tx) => await work(await sourceOf(tx))),
    )
  const folder = join(
    dirname(backend.place),
    `store-copy-${Buffer.from(clock.random(8)).toString('hex')}`,
  )
  await mkdir(folder, { mode: 0o700 })
  try {
    await backend.copyTo(join(folder, embeddedFileName))
    const copy = await openSqliteBackend(folder, clock)
    try {
      await copy.check()
      return await copy.read(async (db) => await work(await sourceOf(db)))
    } finally {
      await copy.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function sourceOf(db: Kysely<Tables>): Promise<CopySource> {
  const rows = await db.selectFrom('migration').select('name').orderBy('name').execute()
  return { migrations: rows.map((row) => row.name), parts: () => allRows(db) }
}

/** All records, table by table. */
export async function* allRows(db: Kysely<Tables>): AsyncGenerator<CopyPart> {
  for (const shape of shapesInOrder) yield* rowsOf(db, shape)
}

/** The rows of one table in the order of its key, some at a time. */
async function* rowsOf(db: Kysely<Tables>, shape: RecordShape<unknown>): AsyncGenerator<CopyPart> {
  let last: Row | undefined
  for (;;) {
    let query = anyTables(db).selectFrom(shape.table).selectAll()
    const after = last
    if (after !== undefined) {
      const names = sql.join(shape.key.map((name) => sql.ref(name)))
      const values = sql.join(shape.key.map((name) => after[name]))
      query = query.where(sql<boolean>`(${names}) > (${values})`)
    }
    for (const name of shape.key) query = query.orderBy(name)
    const rows = await query.limit(shape.batch).execute()
    if (rows.length === 0) return
    yield { table: shape.table, rows }
    last = rows.at(-1)
  }
}
