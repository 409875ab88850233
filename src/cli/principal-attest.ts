import * as z from 'zod'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import type { AttestationBasis } from '../schema/attestation.ts'
import type { AttestationRecord } from '../schema/attestation-record.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import {
  definitionOf,
  eligibilityWarning,
  isRelief,
  standingAttestation,
} from './principal-standing.ts'
import { refusePersonalWords } from './principal-words.ts'
import {
  endOfFlag,
  note,
  noteConfiguration,
  type PrincipalFlags,
  type PrincipalWorkspace,
  storedPrincipal,
  withPrincipals,
} from './principal-workspace.ts'
import { actorOf } from './record-actor.ts'
import { principalEntries } from './record-principal.ts'
import { printOut } from './write-output.ts'

export interface PrincipalAttestFlags extends PrincipalFlags, AttestedParts {
  readonly by?: string | undefined
}

/** What somebody vouches for. */
export interface AttestedParts {
  readonly class: EligibilityClass
  readonly basis: AttestationBasis
  readonly attester: string
  readonly date?: string | undefined
  readonly expires: string
  readonly definition?: string | undefined
}

/** `holdfast principal attest`: somebody vouches for the class of a caller, until an instant. */
export async function attestPrincipal(id: string, flags: PrincipalAttestFlags): Promise<void> {
  const by = actorOf(flags.by)
  await withPrincipals(flags, async (workspace) => {
    const { config } = workspace
    const { kept, record } = await enterAttestation({ id, by, parts: flags }, workspace)
    const { attester, definition } = kept
    const until = kept.expiresAt === null ? 'without an end' : `until ${kept.expiresAt}`
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, attestation: kept }, null, 2)}\n`
        : `${visibleText(`${attester} vouches for the class of \`${id}\` under ${definition}, by ${kept.basis}, from ${kept.date} ${until}`)}\n`,
    )
    if (definition !== definitionOf(config))
      note(
        `note: classes follow ${definitionOf(config)} here, so under ${definition} it counts for nothing`,
      )
    if (flags.class === 'foreign-person-authorised' && record.authorisations.length === 0)
      note(
        `note: \`${id}\` holds no authorisation of holdfast.yaml, so no directive lets it pass; \`holdfast principal add ${id} --again --no-key --authorisation ID\``,
      )
    const doubt = eligibilityWarning(config)
    if (doubt !== null) note(`warning: ${doubt}`)
  })
}

/** What is vouched for, on record and in the store, and of whom. */
export async function enterAttestation(
  { id, by, parts }: { readonly id: string; readonly by: string; readonly parts: AttestedParts },
  workspace: PrincipalWorkspace,
): Promise<{ readonly kept: AttestationRecord; readonly record: PrincipalRecord }> {
  const attester = attesterOf(parts.attester)
  refusePersonalWords([
    { flag: '--attester', text: attester, isName: true },
    { flag: '--by', text: by, isName: true },
    { flag: '--definition', text: parts.definition, isName: true },
  ])
  const { config, keeper, now } = workspace
  const { store, record } = await storedPrincipal(workspace, id)
  const definition = parts.definition ?? definitionOf(config)
  const attestation = {
    principal: id,
    class: parts.class,
    definition,
    basis: parts.basis,
    attester,
    date: dayOf(parts.date, now),
    expiresAt: endOfFlag(parts.expires, now, '--expires'),
    recordedBy: by,
  }
  await noteConfiguration(workspace)
  const kept = await keeper.deciding(async (recorder) => {
    const standing = standingAttestation(await store.attestations.list(id), definition)
    const isRenewal = standing?.class === parts.class
    const entry = principalEntries(keeper).attested(
      attestation,
      isRenewal ? 'renewed' : 'attested',
      by,
    )
    // A renewal allows for longer what was allowed before.
    if (isRelief('undetermined', parts.class)) await recorder.record(entry)
    else await recorder.recordAnyway(entry)
    return await store.attestations.add(attestation)
  })
  return { kept, record }
}

function attesterOf(written: string): string {
  const attester = visibleText(written).trim()
  if (attester !== '' && attester.length <= 200) return attester
  throw new Fault('HF_USAGE', `\`--attester\` is ${attester === '' ? 'empty' : 'too long'}`, {
    expected: 'the name or role of whoever vouches, at most 200 characters',
  })
}

/** The day on which it was given; one to come is no attestation yet. */
function dayOf(text: string | undefined, now: string): string {
  const today = now.slice(0, 10)
  if (text === undefined) return today
  // Somewhere it may be tomorrow already.
  const latest = new Date(Date.parse(now) + 14 * 3_600_000).toISOString().slice(0, 10)
  if (z.iso.date().safeParse(text).success && text <= latest) return text
  throw new Fault('HF_USAGE', `--date \`${text}\` is no day up to today`, {
    expected: 'the day on which it was given, such as 2026-06-10',
  })
}
