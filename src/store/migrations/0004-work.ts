import { sql } from 'kysely'
import { createTable, type Migration } from './migration.ts'

/** Registers, trials with answers and verdicts, drills, dossiers and jobs. */
export const work: Migration = {
  name: '0004-work',
  async up(tx, kind) {
    await createTable(
      tx,
      kind,
      'register',
      {
        id: 'text',
        number: 'number',
        digest: 'text',
        created_at: 'text',
        created_by: 'text',
        register: 'text',
      },
      [sql`primary key (id)`, sql`unique (number)`],
    )
    await createTable(
      tx,
      kind,
      'trial',
      {
        id: 'text',
        workflow: 'text',
        candidate: 'text',
        route: 'text',
        registration: 'text',
        registration_digest: 'text',
        state: 'text',
        created_at: 'text',
        created_by: 'text',
        ended_at: 'text?',
      },
      [sql`primary key (id)`],
    )
    // The primary key is the promise that no call is paid for twice.
    await createTable(
      tx,
      kind,
      'trial_answer',
      {
        trial: 'text',
        item: 'text',
        arm: 'text',
        attempt: 'number',
        state: 'text',
        claimed_at: 'text',
        claimed_by: 'text',
        answered_at: 'text?',
        answer: 'text',
      },
      [
        sql`primary key (trial, item, arm, attempt)`,
        sql`foreign key (trial) references trial (id)`,
      ],
    )
    await createTable(
      tx,
      kind,
      'verdict',
      {
        schema_version: 'number',
        trial: 'text',
        key: 'text',
        workflow: 'text',
        model: 'text',
        route: 'text',
        key_digest: 'text',
        verdict: 'text',
        decided_at: 'text',
        valid_until: 'text',
        invalidated_by: 'text?',
      },
      [sql`primary key (trial, key_digest)`],
    )
    await sql`create index verdict_by_workflow on verdict (workflow, model, route)`.execute(tx)
    await createTable(
      tx,
      kind,
      'drill',
      {
        id: 'text',
        state: 'text',
        traffic: 'text',
        by: 'text',
        plan: 'text',
        result: 'text',
        created_at: 'text',
        started_at: 'text?',
        ended_at: 'text?',
        revision: 'number',
      },
      [sql`primary key (id)`],
    )
    await createTable(
      tx,
      kind,
      'dossier',
      {
        id: 'text',
        kind: 'text',
        created_at: 'text',
        created_by: 'text',
        manifest_digest: 'text',
        manifest: 'text',
      },
      [sql`primary key (id)`],
    )
    await createTable(
      tx,
      kind,
      'job',
      {
        id: 'text',
        kind: 'text',
        idempotence_key: 'text',
        input: 'text',
        state: 'text',
        attempt: 'number',
        attempts_max: 'number',
        backoff_ms: 'number',
        run_at: 'text',
        lease_ms: 'number',
        lease_token: 'text?',
        lease_until: 'text?',
        worker: 'text?',
        progress: 'real',
        progress_note: 'text?',
        result: 'text',
        error: 'text?',
        created_at: 'text',
        created_by: 'text',
        ended_at: 'text?',
      },
      [sql`primary key (id)`, sql`unique (kind, idempotence_key)`],
    )
    await sql`create index job_by_state on job (kind, state, run_at)`.execute(tx)
  },
}
