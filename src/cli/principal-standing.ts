import { defaultDefinition, type Principal, principalOf } from '../policy/index.ts'
import type { AttestationRecord } from '../schema/attestation-record.ts'
import type { EligibilityClass, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { PrincipalKey } from '../schema/principal-key.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import type { LazyStore } from './open-store.ts'

/** Definition of persons by which this organisation knows classes. */
export function definitionOf({ eligibility }: HoldfastConfig): string {
  return eligibility?.definition ?? defaultDefinition
}

/**
 * The attestation that speaks of a caller: the one entered last under the definition of the organisation. An earlier
 * one never comes back: when the last one has expired or was revoked, nothing is known.
 */
export function standingAttestation(
  attestations: readonly AttestationRecord[],
  definition: string,
): AttestationRecord | null {
  const last = attestations.filter((one) => one.definition === definition).at(-1)
  return last === undefined || last.revokedAt !== null ? null : last
}

/** A caller that the store keeps, as policy sees it at an instant. */
export function principalOfRecord(
  config: HoldfastConfig,
  record: PrincipalRecord,
  attestation: AttestationRecord | null,
  at: string,
): Principal {
  const { id, kind, entity, employment, groups, authorisations } = record
  return principalOf(
    config,
    {
      id,
      kind,
      key: 'none',
      groups,
      authorisations,
      ...(entity === null ? {} : { entity }),
      ...(employment === null ? {} : { employment }),
      ...(attestation === null ? {} : attestedParts(attestation)),
    },
    at,
  )
}

function attestedParts({ class: stated, ...one }: AttestationRecord) {
  const { basis, attester, date, expiresAt } = one
  const end = expiresAt === null ? {} : { expiresAt }
  return { class: stated, attestation: { basis, attester, date, ...end } }
}

/** Workflows that somebody may call for: those stated, else those that are open to a group of theirs or to everybody. */
export function workflowsOf(
  config: HoldfastConfig,
  stated: readonly string[] | null | undefined,
  groups: readonly string[],
): readonly string[] {
  if (stated !== null && stated !== undefined) return stated
  return config.workflows
    .filter(({ audience }) => audience === undefined || audience.some((id) => groups.includes(id)))
    .map(({ id }) => id)
}

type TimedAttestation = Pick<AttestationRecord, 'date'> & {
  readonly expiresAt?: string | null | undefined
}

/** The next instant at which an attestation begins or ends to count; null: none. */
export function changeOfAttestation(
  attestation: TimedAttestation | null | undefined,
  at: string,
): string | null {
  if (attestation === null || attestation === undefined) return null
  // The day is known, not the hour: it may have begun at UTC+14.
  const begins = Date.parse(`${attestation.date}T00:00:00Z`) - 14 * 3_600_000
  const ends = Date.parse(attestation.expiresAt ?? '')
  const next = Math.min(...[begins, ends].filter((ms) => ms > Date.parse(at)))
  return Number.isFinite(next) ? new Date(next).toISOString() : null
}

const granting: ReadonlySet<EligibilityClass> = new Set([
  'not-foreign-person',
  'foreign-person-authorised',
])

/** Whether somebody may do more under the class `after` than under the one before. */
export function isRelief(before: EligibilityClass, after: EligibilityClass): boolean {
  return before !== after && granting.has(after)
}

/** Said wherever a class is used until somebody answers for classifying people at all; null: somebody does. */
export function eligibilityWarning({ eligibility }: HoldfastConfig): string | null {
  if (eligibility?.reviewedBy !== undefined && eligibility.legalBasis !== undefined) return null
  return '`eligibility` of holdfast.yaml names no reviewer and legal basis for classifying people'
}

/** A caller of the store as policy sees it; null: the store has none of this id. */
export async function findStoredPrincipal(
  store: LazyStore,
  config: HoldfastConfig,
  id: string,
  at: string,
): Promise<Principal | null> {
  const opened = await store.ifThere()
  const record = (await opened?.principals.find(id)) ?? null
  if (opened === null || record === null) return null
  const attestations = await opened.attestations.list(id)
  return principalOfRecord(
    config,
    record,
    standingAttestation(attestations, definitionOf(config)),
    at,
  )
}

/** Said wherever one id stands in both places: neither may call, since nobody can tell which one is meant. */
export function twinText(id: string): string {
  return `principal \`${id}\` stands in holdfast.yaml and in the store: neither may call; give one of them another id`
}

/** First instant at which a key counts no more, whether it expires or was taken back. */
export function endOfKey({ expiresAt, revokedAt }: PrincipalKey): string | null {
  const ends = [expiresAt, revokedAt].filter((one) => one !== null)
  return ends.toSorted()[0] ?? null
}
