import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { BackendKind } from '../backend/backend.ts'

/** One step forward. It runs in a transaction together with all others that are due, or not at all. */
export interface Migration {
  /** Never changed once it was released: it stands in the databases. */
  readonly name: string
  up(tx: Transaction<unknown>, kind: BackendKind): Promise<void>
}

/** Text that is compared byte by byte, so that both back ends sort alike. */
export function textType(kind: BackendKind): RawBuilder<unknown> {
  return kind === 'postgres' ? sql`text collate "C"` : sql`text`
}

/** A whole number up to 2^53. */
function numberType(kind: BackendKind): RawBuilder<unknown> {
  return kind === 'postgres' ? sql`bigint` : sql`integer`
}

/** Creates a table of columns `name: type`, a `?` after the type for one that may be null. */
export async function createTable(
  tx: Transaction<unknown>,
  kind: BackendKind,
  table: string,
  columns: Readonly<Record<string, 'text' | 'text?' | 'number' | 'number?' | 'real'>>,
  constraints: readonly RawBuilder<unknown>[],
): Promise<void> {
  const lines = Object.entries(columns).map(([name, type]) => {
    const isNullable = type.endsWith('?')
    const kindOfType = type.startsWith('text')
      ? textType(kind)
      : type.startsWith('number')
        ? numberType(kind)
        : sql`double precision`
    return sql`${sql.id(name)} ${kindOfType} ${isNullable ? sql`` : sql`not null`}`
  })
  await sql`create table ${sql.id(table)} (${sql.join([...lines, ...constraints], sql`, `)})`.execute(
    tx,
  )
}
