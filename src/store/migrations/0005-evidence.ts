import { sql } from 'kysely'
import { createTable, type Migration } from './migration.ts'

/** What was last seen of files, and entries that wait for the ledger. */
export const evidence: Migration = {
  name: '0005-evidence',
  async up(tx, kind) {
    await createTable(tx, kind, 'sighting', { subject: 'text', digest: 'text', seen_at: 'text' }, [
      sql`primary key (subject)`,
    ])
    await createTable(tx, kind, 'unrecorded_entry', { id: 'text', at: 'text', entry: 'text' }, [
      sql`primary key (id)`,
    ])
  },
}
