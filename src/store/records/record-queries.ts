import { type Kysely, sql, type Transaction } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { Tell } from '../backend/backend.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'
import { fromRow, keyOf, type RecordShape, type Row, type RowValue, toRow } from './record-shape.ts'

/** The tables without their columns: what is written for every kind of record alike. */
type AnyTables = Readonly<Record<string, Record<string, RowValue>>>

export function anyTables(db: Kysely<Tables>): Kysely<AnyTables> {
  return db as unknown as Kysely<AnyTables>
}

export type Condition<T> = {
  readonly [Member in keyof T]?: T[Member] extends RowValue ? T[Member] : never
}

export interface ListOptions {
  /** Members to sort by; `-` before one turns it round. */
  readonly order: readonly string[]
  readonly limit?: number | undefined
}

/**
 * Adds a record. Under its key the same record may stand already, from a first try whose answer was lost: that is no
 * conflict. Says whether it is new.
 */
export async function addRecord<T>(
  tx: Transaction<Tables>,
  tell: Tell,
  shape: RecordShape<T>,
  record: T,
): Promise<boolean> {
  const row = toRow(shape, record)
  const added = await anyTables(tx)
    .insertInto(shape.table)
    .values(row)
    .onConflict((conflict) => conflict.columns(shape.key).doNothing())
    .returning(shape.key[0] ?? 'id')
    .execute()
  if (added.length > 0) {
    tell(shape.topic, keyOf(shape, row))
    return true
  }
  const there = await selectByKey(tx, shape, row)
  if (there !== undefined && isSameRow(there, row)) return false
  throw conflictFault(shape, row)
}

export async function findRecord<T>(
  db: Kysely<Tables>,
  shape: RecordShape<T>,
  condition: Condition<T>,
): Promise<T | null> {
  const [first] = await listRecords(db, shape, condition, { order: shape.key, limit: 1 })
  return first ?? null
}

export async function listRecords<T>(
  db: Kysely<Tables>,
  shape: RecordShape<T>,
  condition: Condition<T>,
  options: ListOptions,
): Promise<readonly T[]> {
  let query = anyTables(db).selectFrom(shape.table).selectAll()
  for (const [member, value] of Object.entries(condition)) {
    const wanted = value as RowValue
    query = wanted === null ? query.where(member, 'is', null) : query.where(member, '=', wanted)
  }
  for (const member of options.order)
    query = member.startsWith('-')
      ? query.orderBy(member.slice(1), 'desc')
      : query.orderBy(member, 'asc')
  const rows = await query.limit(options.limit ?? storeLimits.listedMax + 1).execute()
  if (rows.length > storeLimits.listedMax)
    throw new Fault('HF_STORE_RECORD', `\`${shape.table}\` holds too many records for one answer`, {
      expected: `at most ${storeLimits.listedMax}`,
      advice: 'ask for fewer, or remove what is no longer needed',
    })
  return rows.map((row) => fromRow(shape, row))
}

/** Changes members of the one record that fulfils the condition. Says whether there was one. */
export async function changeRecord<T>(
  tx: Transaction<Tables>,
  tell: Tell | null,
  shape: RecordShape<T>,
  condition: Condition<T>,
  changed: T,
): Promise<boolean> {
  const row = toRow(shape, changed)
  let query = anyTables(tx).updateTable(shape.table).set(row)
  for (const [member, value] of Object.entries(condition)) {
    const wanted = value as RowValue
    query = wanted === null ? query.where(member, 'is', null) : query.where(member, '=', wanted)
  }
  const { numUpdatedRows } = await query.executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  tell?.(shape.topic, keyOf(shape, row))
  return true
}

/** Keeps a record that counts its versions: it must be the one that was read, or a new one with revision 0. */
export async function saveRevision<T extends { readonly id: string; readonly revision: number }>(
  tx: Transaction<Tables>,
  tell: Tell,
  shape: RecordShape<T>,
  record: T,
): Promise<T> {
  const next: T = { ...record, revision: record.revision + 1 }
  if (record.revision === 0) {
    await addRecord(tx, tell, shape, next)
    return next
  }
  const condition = { id: record.id, revision: record.revision } as Condition<T>
  if (await changeRecord(tx, tell, shape, condition, next)) return next
  // The same change may have been made by a first try whose answer was lost.
  const there = await selectByKey(tx, shape, toRow(shape, next))
  if (there !== undefined && isSameRow(there, toRow(shape, next))) return next
  throw conflictFault(shape, toRow(shape, record))
}

/** The next number of a table whose records are counted. The caller has entered alone. */
export async function nextNumber(
  tx: Transaction<Tables>,
  table: 'register' | 'snapshot',
): Promise<number> {
  const [row] = await tx
    .selectFrom(table)
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('next'))
    .execute()
  return row?.next ?? 1
}

function selectByKey<T>(
  db: Kysely<Tables>,
  shape: RecordShape<T>,
  row: Row,
): Promise<Row | undefined> {
  let query = anyTables(db).selectFrom(shape.table).selectAll()
  for (const name of shape.key) query = query.where(name, '=', row[name] ?? null)
  return query.executeTakeFirst()
}

function isSameRow(there: Row, row: Row): boolean {
  return Object.entries(row).every(([name, value]) => there[name] === value)
}

export function conflictFault<T>(shape: RecordShape<T>, row: Row): Fault {
  return new Fault(
    'HF_STORE_CONFLICT',
    `\`${keyOf(shape, row)}\` in \`${shape.table}\` is not what it was, or stands there already`,
    { expected: 'the version that was read last', advice: 'read it again and repeat the change' },
  )
}

export function missingFault<T>(shape: RecordShape<T>, id: string): Fault {
  return new Fault('HF_STORE_MISSING', `\`${shape.table}\` holds no \`${id}\``)
}
