import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import { AttestationRecord } from '../../schema/attestation-record.ts'
import { CircuitRecord } from '../../schema/circuit-record.ts'
import { DirectiveVersion } from '../../schema/directive-version.ts'
import { DossierRecord } from '../../schema/dossier-record.ts'
import { DrillRecord } from '../../schema/drill-record.ts'
import { IncidentRecord } from '../../schema/incident-record.ts'
import { JobRecord } from '../../schema/job-record.ts'
import { PrincipalKey } from '../../schema/principal-key.ts'
import { PrincipalRecord } from '../../schema/principal-record.ts'
import { RegisterRecord } from '../../schema/register-record.ts'
import { RouteRecord } from '../../schema/route-record.ts'
import { Sighting } from '../../schema/sighting.ts'
import { SnapshotRecord } from '../../schema/snapshot-record.ts'
import { TrialAnswer } from '../../schema/trial-answer.ts'
import { TrialRecord } from '../../schema/trial-record.ts'
import { SpendRecord } from '../../schema/spend-record.ts'
import { UnrecordedEntry } from '../../schema/unrecorded-entry.ts'
import { VerdictRecord } from '../../schema/verdict.ts'
import { type RecordShape, recordShape } from './record-shape.ts'

/** Every kind of record with its table. */
export const shapes = {
  principal: recordShape('principal', 'principals', PrincipalRecord, {
    key: ['id'],
    json: ['groups', 'workflows', 'authorisations'],
  }),
  principalKey: recordShape('principalKey', 'keys', PrincipalKey, {
    key: ['id'],
    json: ['workflows'],
  }),
  attestation: recordShape('attestation', 'attestations', AttestationRecord, { key: ['id'] }),
  directiveVersion: recordShape('directiveVersion', 'directives', DirectiveVersion, {
    key: ['directive', 'version'],
    json: ['text', 'by'],
    sealed: 'text',
  }),
  snapshot: recordShape('snapshot', 'snapshots', SnapshotRecord, {
    key: ['id'],
    json: ['directives'],
    batch: 16,
  }),
  register: recordShape('register', 'registers', RegisterRecord, {
    key: ['id'],
    json: ['register'],
    batch: 2,
  }),
  trial: recordShape('trial', 'trials', TrialRecord, {
    key: ['id'],
    json: ['registration'],
    batch: 32,
  }),
  trialAnswer: recordShape('trialAnswer', 'trials', TrialAnswer, {
    key: ['trial', 'item', 'arm', 'attempt'],
    json: ['answer'],
  }),
  verdict: recordShape('verdict', 'verdicts', VerdictRecord, {
    key: ['trial', 'keyDigest'],
    json: ['key'],
    derived: ({ key }) => ({
      workflow: key.workflow,
      model: key.model,
      route: key.route,
      keyDigest: digest(canonicalJson(key)),
    }),
  }),
  drill: recordShape('drill', 'drills', DrillRecord, {
    key: ['id'],
    json: ['by', 'plan', 'result'],
    batch: 64,
  }),
  dossier: recordShape('dossier', 'dossiers', DossierRecord, {
    key: ['id'],
    json: ['manifest'],
    batch: 64,
  }),
  incident: recordShape('incident', 'incidents', IncidentRecord, {
    key: ['id'],
    json: ['elements', 'directives', 'log'],
    batch: 64,
  }),
  circuit: recordShape('circuit', 'circuits', CircuitRecord, { key: ['id'] }),
  route: recordShape('route', 'routes', RouteRecord, { key: ['id'] }),
  job: recordShape('job', 'jobs', JobRecord, { key: ['id'], json: ['input', 'result'] }),
  sighting: recordShape('sighting', 'sightings', Sighting, { key: ['subject'] }),
  spend: recordShape('spend', 'spends', SpendRecord, {
    key: ['day', 'scope', 'subject', 'currency', 'keeper'],
  }),
  unrecordedEntry: recordShape('unrecordedEntry', 'unrecorded', UnrecordedEntry, {
    key: ['id'],
    json: ['entry'],
  }),
} as const

/** All of them in an order in which a record comes after those it refers to; what moves and backups copy. */
export const shapesInOrder: readonly RecordShape<unknown>[] = [
  shapes.principal,
  shapes.principalKey,
  shapes.attestation,
  shapes.directiveVersion,
  shapes.snapshot,
  shapes.register,
  shapes.trial,
  shapes.trialAnswer,
  shapes.verdict,
  shapes.drill,
  shapes.dossier,
  shapes.incident,
  shapes.circuit,
  shapes.route,
  shapes.job,
  shapes.sighting,
  shapes.spend,
  shapes.unrecordedEntry,
] as readonly RecordShape<unknown>[]
