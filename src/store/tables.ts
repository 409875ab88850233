import type { Generated } from 'kysely'
import type { AttestationRecord } from '../schema/attestation-record.ts'
import type { CircuitRecord } from '../schema/circuit-record.ts'
import type { DirectiveVersion } from '../schema/directive-version.ts'
import type { DossierRecord } from '../schema/dossier-record.ts'
import type { DrillRecord } from '../schema/drill-record.ts'
import type { IncidentRecord } from '../schema/incident-record.ts'
import type { JobRecord } from '../schema/job-record.ts'
import type { PrincipalKey } from '../schema/principal-key.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import type { RegisterRecord } from '../schema/register-record.ts'
import type { RouteRecord } from '../schema/route-record.ts'
import type { Sighting } from '../schema/sighting.ts'
import type { SnapshotRecord } from '../schema/snapshot-record.ts'
import type { SpendRecord } from '../schema/spend-record.ts'
import type { TrialAnswer } from '../schema/trial-answer.ts'
import type { TrialRecord } from '../schema/trial-record.ts'
import type { UnrecordedEntry } from '../schema/unrecorded-entry.ts'
import type { VerdictRecord } from '../schema/verdict.ts'

/** A record as it lies in its table: a column a member; the members named `Json` as canonical JSON. */
type RowOf<Record, Json extends keyof Record = never> = {
  [Member in keyof Record]: Member extends Json ? string : Record[Member]
}

/** The tables, the same on both back ends. Names here are camelCase; the database has snake_case. */
export interface Tables {
  readonly attestation: RowOf<AttestationRecord>
  readonly circuit: RowOf<CircuitRecord>
  readonly directiveVersion: RowOf<DirectiveVersion, 'text' | 'by'>
  readonly dossier: RowOf<DossierRecord, 'manifest'>
  readonly drill: RowOf<DrillRecord, 'by' | 'plan' | 'result'>
  readonly incident: RowOf<IncidentRecord, 'elements' | 'directives' | 'log'>
  readonly job: RowOf<JobRecord, 'input' | 'result'>
  readonly principal: RowOf<PrincipalRecord, 'groups' | 'workflows' | 'authorisations'>
  readonly principalKey: RowOf<PrincipalKey, 'workflows'>
  readonly register: RowOf<RegisterRecord, 'register'>
  readonly route: RowOf<RouteRecord>
  readonly sighting: RowOf<Sighting>
  readonly snapshot: RowOf<SnapshotRecord, 'directives'>
  readonly spend: RowOf<SpendRecord>
  readonly trial: RowOf<TrialRecord, 'registration'>
  readonly trialAnswer: RowOf<TrialAnswer, 'answer'>
  readonly unrecordedEntry: RowOf<UnrecordedEntry, 'entry'>
  readonly verdict: RowOf<VerdictRecord, 'key'> & {
    readonly workflow: string
    readonly model: string
    readonly route: string
    readonly keyDigest: string
  }
  readonly change: ChangeRow
  readonly storeState: StoreStateRow
  readonly migration: MigrationRow
}

interface ChangeRow {
  readonly sequence: Generated<number>
  readonly topic: string
  readonly key: string
  readonly at: string
}

/** One row: which filling of the store this is, and up to where its feed was pruned. */
interface StoreStateRow {
  readonly id: number
  /** Another one after every restore: whoever watches then reads everything anew. */
  readonly epoch: string
  readonly prunedTo: number
  /** Where everything went; null: this is the place. */
  readonly movedTo: string | null
}

interface MigrationRow {
  readonly name: string
  readonly appliedAt: string
}
