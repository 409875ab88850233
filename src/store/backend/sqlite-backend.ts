import { chmod, mkdir, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { CamelCasePlugin, Kysely } from 'kysely'
import { Fault } from '../../base/fault.ts'
import { appendChanges, type PendingChange } from '../feed/append-changes.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'
import type { Backend } from './backend.ts'
import type { StoreClock } from './clock.ts'
import { closedFault } from './closed-fault.ts'
import { refuseMoved } from './moved-store.ts'
import { primaryCode, sqliteDialect, whenUnlocked } from './sqlite-driver.ts'

export const embeddedFileName = 'store.sqlite'

export interface SqliteBackend extends Backend {
  readonly kind: 'embedded'
  /** A copy as of one instant, by the online backup of SQLite; writers go on meanwhile. */
  copyTo(path: string): Promise<void>
  /** Reads every page; throws `HF_STORE_DAMAGED`. */
  check(): Promise<void>
}

/** Whether a file lies where the store would. What cannot be looked at is a fault: it might be there. */
export async function isEmbeddedStoreThere(folder: string): Promise<boolean> {
  const path = join(folder, embeddedFileName)
  return await guarded(path, async () => {
    try {
      await stat(path)
      return true
    } catch (error) {
      const isNone = isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      if (isNone) return false
      throw error
    }
  })
}

/**
 * The embedded store: one file that several processes of a machine share. Acknowledged means synced: the log is
 * flushed with every commit (`synchronous=FULL`), so that a power cut loses nothing either.
 */
export async function openSqliteBackend(folder: string, clock: StoreClock): Promise<SqliteBackend> {
  const path = join(folder, embeddedFileName)
  const database = await guarded(path, async () => {
    await makeFile(folder, path)
    const opened = new DatabaseSync(path, { timeout: storeLimits.lockBlockMs })
    try {
      await whenUnlocked(() => prepare(opened))
      await checkSmall(opened, path)
    } catch (error) {
      opened.close()
      throw error
    }
    return opened
  })
  const db = new Kysely<Tables>({
    dialect: sqliteDialect(database),
    plugins: [new CamelCasePlugin()],
  })
  let isClosed = false
  const guard = <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) throw closedFault()
    return guarded(path, work)
  }
  return {
    kind: 'embedded',
    place: path,
    now: async () => clock.now(),
    read: async (work) => await guard(async () => await work(db)),
    write: async (work) =>
      await guard(
        async () =>
          await db.transaction().execute(async (tx) => {
            const changes: PendingChange[] = []
            const result = await work(tx, (topic, key) => changes.push({ topic, key }))
            await refuseMoved(tx, path)
            await appendChanges(tx, changes, clock.now())
            return result
          }),
      ),
    change: async (work) => await guard(async () => await db.transaction().execute(work)),
    // The transaction holds the one lock for writing already.
    enterAlone: async () => undefined,
    // All pages in one step: a copy in many steps begins anew whenever somebody writes.
    copyTo: async (target) =>
      await guard(async () => void (await backup(database, target, { rate: 2 ** 30 }))),
    check: async () => await guard(async () => checkWhole(database, path)),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await db.destroy()
    },
  }
}

/** Only the owner may read it: digests of keys and classes of persons lie there. */
async function makeFile(folder: string, path: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', 0o600)
  const state = await file.stat()
  await file.close()
  if ((state.mode & 0o077) !== 0) await chmod(path, 0o600)
}

function prepare(database: DatabaseSync): void {
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
  database.exec('pragma trusted_schema = off')
}

/** A file that is cut off or overwritten is told at once, while checking is cheap. */
async function checkSmall(database: DatabaseSync, path: string): Promise<void> {
  const { size } = await stat(path)
  if (size <= storeLimits.checkBytesMax) checkWhole(database, path)
}

function checkWhole(database: DatabaseSync, path: string): void {
  const found = database.prepare('pragma quick_check(3)').all() as { quick_check: string }[]
  const problems = found.map((row) => row.quick_check).filter((text) => text !== 'ok')
  if (problems.length > 0) throw damagedFault(path, problems.join('; '))
}

function damagedFault(path: string, what: string, cause?: unknown): Fault {
  return new Fault('HF_STORE_DAMAGED', `\`${path}\` is damaged: ${what}`, {
    expected: 'the SQLite database that holdfast wrote',
    advice: 'put it aside with its `-wal` and `-shm` files, then `holdfast store restore BACKUP`',
    place: { path },
    cause,
  })
}

/** Every error of SQLite and of the file system as a fault; other faults pass. */
async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw faultOf(path, error) ?? error
  }
}

function faultOf(path: string, error: unknown): Fault | null {
  if (error instanceof Fault || !(error instanceof Error)) return null
  const code = primaryCode(error)
  if (code === null) return isSystemError(error) ? unwritableFault(path, error) : null
  switch (code) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return new Fault('HF_STORE_BUSY', `another process holds \`${path}\` for too long`, {
        expected: `the lock within ${storeLimits.lockWaitMs / 1000} s`,
        advice: 'end the process that restores or moves the store, or try again',
        place: { path },
        cause: error,
      })
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return damagedFault(path, error.message, error)
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR
    case 13: // SQLITE_FULL
    case 14: // SQLITE_CANTOPEN
      return unwritableFault(path, error)
    case 19: // SQLITE_CONSTRAINT
      return new Fault('HF_STORE_CONFLICT', `the store refuses the record: ${error.message}`, {
        expected: 'a new id, and records that it refers to',
        cause: error,
      })
    default:
      return null
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

function unwritableFault(path: string, error: Error): Fault {
  return new Fault('HF_STORE_UNWRITABLE', `cannot write \`${path}\`: ${error.message}`, {
    expected: 'a folder that this user may write to, on a disk with room',
    advice: 'what was acknowledged is safe; free room, or correct the rights of the folder',
    place: { path },
    cause: error,
  })
}
