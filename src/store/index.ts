export { openMadeStore, openStore } from './open-store.ts'
export type { StoreSettings } from './open-store.ts'
export type { Store } from './store.ts'
export type { StoreClock } from './backend/clock.ts'
export type { Watch, WatchListener, WatchNotice } from './feed/watch.ts'
export type {
  JobContext,
  JobFilter,
  JobRun,
  Jobs,
  JobSubmission,
  JobValue,
  JobWorker,
  WorkOptions,
} from './jobs/jobs.ts'
export { presentedKeyDigest } from './repositories/principal-key-text.ts'
export { verifyKey } from './repositories/key-repository.ts'
export type { IssuedKey, KeyRepository, NewKey, Rotation } from './repositories/key-repository.ts'
export type { PrincipalRepository } from './repositories/principal-repository.ts'
export type {
  AttestationRepository,
  NewAttestation,
} from './repositories/attestation-repository.ts'
export { directiveDigest } from './repositories/directive-repository.ts'
export type { Acceptance, DirectiveRepository } from './repositories/directive-repository.ts'
export type { NewSnapshot, SnapshotRepository } from './repositories/snapshot-repository.ts'
export type { SightingRepository } from './repositories/sighting-repository.ts'
export type { SpendRepository, SpendTotal } from './repositories/spend-repository.ts'
export type { UnrecordedRepository } from './repositories/unrecorded-repository.ts'
export type { RegisterHead, RegisterRepository } from './repositories/register-repository.ts'
export type { AnswerKey, NewTrial, TrialRepository } from './repositories/trial-repository.ts'
export type { VerdictRepository } from './repositories/verdict-repository.ts'
export type { RevisionRepository } from './repositories/revision-repository.ts'
export type { DossierRepository, NewDossier } from './repositories/dossier-repository.ts'
export {
  backUpStore,
  migrateStore,
  moveStore,
  readStoreStatus,
  restoreStore,
} from './transfer/store-copies.ts'
export type { StoreStatus } from './transfer/store-copies.ts'
export type { CopyCounts } from './transfer/copy-part.ts'
