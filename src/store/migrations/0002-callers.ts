import { sql } from 'kysely'
import { createTable, type Migration } from './migration.ts'

/** Principals, their keys, and what is attested of them. */
export const callers: Migration = {
  name: '0002-callers',
  async up(tx, kind) {
    await createTable(
      tx,
      kind,
      'principal',
      {
        id: 'text',
        kind: 'text',
        entity: 'text?',
        employment: 'text?',
        groups: 'text',
        workflows: 'text?',
        authorisations: 'text',
        created_at: 'text',
        created_by: 'text',
        disabled_at: 'text?',
        revision: 'number',
      },
      [sql`primary key (id)`],
    )
    await createTable(
      tx,
      kind,
      'principal_key',
      {
        id: 'text',
        principal: 'text',
        prefix: 'text',
        secret_digest: 'text',
        workflows: 'text?',
        created_at: 'text',
        created_by: 'text',
        expires_at: 'text?',
        revoked_at: 'text?',
        revoked_by: 'text?',
        replaces: 'text?',
      },
      [
        sql`primary key (id)`,
        sql`unique (prefix)`,
        sql`foreign key (principal) references principal (id)`,
      ],
    )
    await sql`create index principal_key_by_principal on principal_key (principal)`.execute(tx)
    await createTable(
      tx,
      kind,
      'attestation',
      {
        id: 'text',
        principal: 'text',
        class: 'text',
        definition: 'text',
        basis: 'text',
        attester: 'text',
        date: 'text',
        expires_at: 'text?',
        recorded_at: 'text',
        recorded_by: 'text',
        revoked_at: 'text?',
        revoked_by: 'text?',
      },
      [sql`primary key (id)`, sql`foreign key (principal) references principal (id)`],
    )
    await sql`create index attestation_by_principal on attestation (principal, recorded_at)`.execute(
      tx,
    )
  },
}
