import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type Transaction } from 'kysely'
import type { BackendKind } from '../backend/backend.ts'
import { refuseMoved } from '../backend/moved-store.ts'
import { instantOf } from '../backend/clock.ts'
import { embeddedFileName } from '../backend/sqlite-backend.ts'
import { allMigrations } from '../migrations/all-migrations.ts'
import { migrate, type SchemaState, schemaState, takeTime } from '../migrations/migrate.ts'
import { openBackend, type AnyBackend, type StoreSettings } from '../open-store.ts'
import { shapesInOrder } from '../records/record-shapes.ts'
import type { Tables } from '../tables.ts'
import { type BackupHead, openBackup, writeBackup } from './backup-file.ts'
import type { CopyCounts } from './copy-part.ts'
import { countRows, fillStore } from './fill-store.ts'
import { withRows } from './read-rows.ts'

export interface StoreStatus extends SchemaState {
  readonly kind: BackendKind
  readonly place: string
  /** Rows of each table. */
  readonly counts: CopyCounts
  /** Where everything went; null: this is the place. */
  readonly movedTo: string | null
}

/** What the store is and holds. Makes and changes nothing; damage of the embedded file is told. */
export async function readStoreStatus(settings: StoreSettings): Promise<StoreStatus> {
  if (settings.location === 'embedded') {
    const place = join(settings.folder, embeddedFileName)
    const isThere = await stat(place).then(
      () => true,
      () => false,
    )
    const pending = allMigrations.map((one) => one.name)
    if (!isThere)
      return { kind: 'embedded', place, applied: [], pending, counts: {}, movedTo: null }
  }
  return await withBackend(settings, async (backend) => {
    if (backend.kind === 'embedded') await backend.check()
    const state = await schemaState(backend)
    const counts = await backend.read((db) => countRows(db, backend.kind))
    const movedTo =
      state.applied.length === 0
        ? null
        : await backend.read((db) =>
            db.selectFrom('storeState').select('movedTo').executeTakeFirst(),
          )
    return {
      ...state,
      kind: backend.kind,
      place: backend.place,
      counts,
      movedTo: movedTo?.movedTo ?? null,
    }
  })
}

/** Brings the tables up to date; tells what was due before. */
export function migrateStore(settings: StoreSettings): Promise<SchemaState> {
  return withBackend(settings, async (backend) => {
    const { pending } = await schemaState(backend)
    const { applied } = await migrate(backend, settings.clock)
    return { applied, pending }
  })
}

/** Writes everything that the store holds at this instant into one file. */
export function backUpStore(
  settings: StoreSettings,
  target: { readonly path: string; readonly holdfast: string },
): Promise<CopyCounts> {
  return withBackend(settings, async (backend) => {
    await migrate(backend, settings.clock)
    return await withRows(backend, settings.clock, async (source) => {
      const head: BackupHead = {
        format: 'holdfast-store-backup',
        version: 1,
        createdAt: instantOf(settings.clock.now()),
        holdfast: target.holdfast,
        from: backend.kind,
        migrations: [...source.migrations],
      }
      return await writeBackup(target.path, head, source)
    })
  })
}

/** Puts a backup into a store, on whichever back end it was taken. A store that holds something needs `replace`. */
export async function restoreStore(
  settings: StoreSettings,
  from: { readonly path: string; readonly replace: boolean },
): Promise<CopyCounts> {
  const backup = await openBackup(from.path)
  return await withBackend(settings, (backend) =>
    fillStore(backend, settings.clock, backup.source(), from),
  )
}

/**
 * Copies everything into another store, and marks the first one as moved: it keeps its rows and takes no more. Writers
 * wait meanwhile. A crash before the mark leaves the first one in use, and the other one to be filled again.
 */
export function moveStore(
  settings: StoreSettings,
  to: StoreSettings & { readonly replace: boolean },
): Promise<CopyCounts> {
  return withBackend(settings, async (backend) => {
    await migrate(backend, settings.clock)
    return await withBackend(to, (target) =>
      backend.change(async (tx) => {
        await refuseMoved(tx, backend.place)
        await holdWriters(tx, backend.kind)
        // The connection that holds writers back cannot copy: another one does.
        const counts = await withBackend(settings, (reader) =>
          withRows(reader, settings.clock, (source) => fillStore(target, to.clock, source, to)),
        )
        await tx.updateTable('storeState').set({ movedTo: target.place }).execute()
        return counts
      }),
    )
  })
}

/** The embedded store has one lock for writing, which the transaction holds already. */
async function holdWriters(tx: Transaction<Tables>, kind: BackendKind): Promise<void> {
  if (kind === 'embedded') return
  await takeTime(tx, kind)
  const tables = sql.join(shapesInOrder.map(({ table }) => sql.table(table)))
  await sql`lock table ${tables} in share mode`.execute(tx)
}

async function withBackend<T>(
  settings: StoreSettings,
  work: (backend: AnyBackend) => Promise<T>,
): Promise<T> {
  const { backend } = await openBackend(settings)
  try {
    return await work(backend)
  } finally {
    await backend.close()
  }
}
