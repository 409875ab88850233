import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { storeLimits } from '../limits.ts'

/** Kysely over `node:sqlite`: one connection, which Kysely hands to one user at a time. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createDriver: () => new SqliteDriver(database),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #connection: SqliteConnection

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#connection = new SqliteConnection(database)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  /** Takes the lock for writing at once: a transaction that reads first and writes later could not wait for it. */
  async beginTransaction(): Promise<void> {
    await whenUnlocked(() => this.#database.exec('begin immediate'))
  }

  async commitTransaction(): Promise<void> {
    this.#database.exec('commit')
  }

  async rollbackTransaction(): Promise<void> {
    // SQLite itself has rolled back after a full disk, for instance.
    if (this.#database.isTransaction) this.#database.exec('rollback')
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#database.close()
  }
}

/** So many statements are kept compiled. */
const statementsMax = 200

interface Compiled {
  readonly statement: StatementSync
  readonly givesRows: boolean
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #compiled = new Map<string, Compiled>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const run = (): QueryResult<Row> => {
      const { statement, givesRows } = this.#statementOf(sql)
      const values = parameters as readonly SQLInputValue[]
      if (givesRows) return { rows: statement.all(...values) as Row[] }
      const { changes } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes) }
    }
    // Within a transaction the lock is held. A read alone waits for nobody but one who opens or closes the file.
    return this.#database.isTransaction ? run() : await whenUnlocked(run)
  }

  #statementOf(sql: string): Compiled {
    const known = this.#compiled.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    const compiled = { statement, givesRows: statement.columns().length > 0 }
    // Where tables change, what was compiled for the old ones is of no use.
    if (!/^(?:select|insert|update|delete)\b/i.test(sql) || this.#compiled.size >= statementsMax)
      this.#compiled.clear()
    else this.#compiled.set(sql, compiled)
    return compiled
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }
}

/** Tries again while another process holds the lock; between two attempts this process goes on with other work. */
export async function whenUnlocked<T>(attempt: () => T): Promise<T> {
  const endsAt = performance.now() + storeLimits.lockWaitMs
  for (let turn = 0; ; turn += 1) {
    try {
      return attempt()
    } catch (error) {
      if (primaryCode(error) !== sqliteBusy || performance.now() > endsAt) throw error
      await wait(1 + (turn % 10))
    }
  }
}

const sqliteBusy = 5

/** The code of SQLite without its extension; null for any other error. */
export function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null
}
