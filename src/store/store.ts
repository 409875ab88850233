import type { CircuitRecord } from '../schema/circuit-record.ts'
import type { DrillRecord } from '../schema/drill-record.ts'
import type { IncidentRecord } from '../schema/incident-record.ts'
import type { RouteRecord } from '../schema/route-record.ts'
import type { ChangeTopic } from '../schema/stored-change.ts'
import type { BackendKind } from './backend/backend.ts'
import type { Watch, WatchListener } from './feed/watch.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { AttestationRepository } from './repositories/attestation-repository.ts'
import type { DirectiveRepository } from './repositories/directive-repository.ts'
import type { DossierRepository } from './repositories/dossier-repository.ts'
import type { KeyRepository } from './repositories/key-repository.ts'
import type { PrincipalRepository } from './repositories/principal-repository.ts'
import type { RegisterRepository } from './repositories/register-repository.ts'
import type { RevisionRepository } from './repositories/revision-repository.ts'
import type { SightingRepository } from './repositories/sighting-repository.ts'
import type { SnapshotRepository } from './repositories/snapshot-repository.ts'
import type { SpendRepository } from './repositories/spend-repository.ts'
import type { TrialRepository } from './repositories/trial-repository.ts'
import type { UnrecordedRepository } from './repositories/unrecorded-repository.ts'
import type { VerdictRepository } from './repositories/verdict-repository.ts'

/**
 * What must survive a restart. A write that has returned is durable; one that threw `HF_STORE_UNREACHABLE` may or
 * may not have been done, and may be repeated.
 */
export interface Store {
  readonly kind: BackendKind
  /** The location in words, without a password. */
  readonly place: string
  readonly principals: PrincipalRepository
  readonly keys: KeyRepository
  readonly attestations: AttestationRepository
  readonly directives: DirectiveRepository
  readonly snapshots: SnapshotRepository
  readonly registers: RegisterRepository
  readonly trials: TrialRepository
  readonly verdicts: VerdictRepository
  readonly drills: RevisionRepository<DrillRecord>
  readonly dossiers: DossierRepository
  readonly incidents: RevisionRepository<IncidentRecord>
  readonly circuits: RevisionRepository<CircuitRecord>
  readonly routes: RevisionRepository<RouteRecord>
  readonly sightings: SightingRepository
  readonly spends: SpendRepository
  readonly unrecorded: UnrecordedRepository
  /** Made at the first use. */
  jobs(): Promise<Jobs>
  /**
   * From when this returns, the listener hears within a second of every change of these topics, whichever process
   * made it, its own included. Watch first, then read: so nothing falls between.
   */
  watch(topics: readonly ChangeTopic[], listener: WatchListener): Promise<Watch>
  /** Ends workers and watches, then the connections. */
  close(): Promise<void>
}
