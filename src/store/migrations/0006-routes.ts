import { sql } from 'kysely'
import { createTable, type Migration } from './migration.ts'

/** Routes that are out of traffic, and the origins that credentials were accepted for. */
export const routes: Migration = {
  name: '0006-routes',
  async up(tx, kind) {
    await createTable(
      tx,
      kind,
      'route',
      {
        id: 'text',
        state: 'text',
        reason: 'text?',
        changed_at: 'text?',
        changed_by: 'text?',
        origin: 'text?',
        credential: 'text?',
        accepted_at: 'text?',
        accepted_by: 'text?',
        refused_origin: 'text?',
        revision: 'number',
      },
      [sql`primary key (id)`],
    )
  },
}
