import { sql } from 'kysely'
import { createTable, type Migration } from './migration.ts'

/** Accepted texts of directives, published snapshots, incidents and circuits. */
export const policy: Migration = {
  name: '0003-policy',
  async up(tx, kind) {
    await createTable(
      tx,
      kind,
      'directive_version',
      {
        directive: 'text',
        version: 'number',
        digest: 'text',
        text: 'text',
        by: 'text',
        source: 'text?',
        accepted_at: 'text',
        superseded_at: 'text?',
      },
      [sql`primary key (directive, version)`],
    )
    await sql`create unique index directive_version_in_force on directive_version (directive) where superseded_at is null`.execute(
      tx,
    )
    await createTable(
      tx,
      kind,
      'snapshot',
      {
        id: 'text',
        number: 'number',
        digest: 'text',
        content: 'text',
        directives: 'text',
        created_at: 'text',
        created_by: 'text',
        expires_at: 'text',
      },
      [sql`primary key (id)`, sql`unique (number)`],
    )
    await createTable(
      tx,
      kind,
      'incident',
      {
        id: 'text',
        title: 'text',
        state: 'text',
        elements: 'text',
        directives: 'text',
        log: 'text',
        opened_at: 'text',
        opened_by: 'text',
        closed_at: 'text?',
        closed_by: 'text?',
        revision: 'number',
      },
      [sql`primary key (id)`],
    )
    await createTable(
      tx,
      kind,
      'circuit',
      {
        id: 'text',
        kind: 'text',
        model: 'text?',
        route: 'text?',
        state: 'text',
        reason: 'text',
        opened_at: 'text',
        probed_at: 'text?',
        closed_at: 'text?',
        closed_by: 'text?',
        revision: 'number',
      },
      [sql`primary key (id)`],
    )
  },
}
