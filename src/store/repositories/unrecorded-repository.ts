import type { EntryBody } from '../../schema/ledger-entry.ts'
import type { UnrecordedEntry } from '../../schema/unrecorded-entry.ts'
import { addRecord, anyTables, listRecords } from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import { newId, type StoreContext } from './store-context.ts'

/** Entries that wait until the ledger can be written. */
export interface UnrecordedRepository {
  add(entry: EntryBody, at: string): Promise<UnrecordedEntry>
  /** The oldest ones, in the order in which they came. */
  list(limit: number): Promise<readonly UnrecordedEntry[]>
  /** The ledger has it now. */
  remove(id: string): Promise<void>
}

export function unrecordedRepository(context: StoreContext): UnrecordedRepository {
  const { backend } = context
  const shape = shapes.unrecordedEntry
  return {
    add: async (entry, at) => {
      const record: UnrecordedEntry = { id: newId(context), at, entry }
      await backend.write((tx, tell) => addRecord(tx, tell, shape, record))
      return record
    },
    list: (limit) => backend.read((db) => listRecords(db, shape, {}, { order: ['id'], limit })),
    remove: (id) =>
      backend.write(async (tx) => {
        await anyTables(tx).deleteFrom(shape.table).where('id', '=', id).execute()
      }),
  }
}
