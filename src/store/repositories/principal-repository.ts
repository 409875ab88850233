import type { PrincipalRecord } from '../../schema/principal-record.ts'
import { findRecord, listRecords, saveRevision } from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import type { StoreContext } from './store-context.ts'

/** Callers of the gateway. */
export interface PrincipalRepository {
  /** Null: the store knows no such caller. */
  find(id: string): Promise<PrincipalRecord | null>
  /** All, by id. */
  list(): Promise<readonly PrincipalRecord[]>
  /**
   * Keeps a new record (revision 0) or the next version of the one that was read; gives it back with its new
   * revision. Throws `HF_STORE_CONFLICT` when somebody else was first.
   */
  save(record: PrincipalRecord): Promise<PrincipalRecord>
}

export function principalRepository({ backend }: StoreContext): PrincipalRepository {
  return {
    find: (id) => backend.read((db) => findRecord(db, shapes.principal, { id })),
    list: () => backend.read((db) => listRecords(db, shapes.principal, {}, { order: ['id'] })),
    save: (record) => backend.write((tx, tell) => saveRevision(tx, tell, shapes.principal, record)),
  }
}
