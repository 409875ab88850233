import { sql } from 'kysely'
import { createTable, type Migration } from './migration.ts'

/** What callers and workflows have spent today. */
export const spend: Migration = {
  name: '0007-spend',
  async up(tx, kind) {
    await createTable(
      tx,
      kind,
      'spend',
      {
        day: 'text',
        scope: 'text',
        subject: 'text',
        currency: 'text',
        keeper: 'text',
        nano: 'number',
      },
      [sql`primary key (day, scope, subject, currency, keeper)`],
    )
  },
}
