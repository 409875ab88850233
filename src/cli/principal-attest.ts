import * as z from 'zod'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import type { AttestationBasis } from '../schema/attestation.ts'
import type { AttestationRecord } from '../schema/attestation-record.ts'
import type { EligibilityClass, HoldfastConfig } from '../schema/holdfast-config.ts'
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

/** What is vouched for. */
export interface NewVouching {
  readonly class: EligibilityClass
  readonly basis: AttestationBasis
  readonly attester: string
  readonly date?: string | undefined
  readonly expires: string
  readonly definition?: string | undefined
}

export interface PrincipalAttestFlags extends PrincipalFlags, NewVouching {
  readonly by?: string | undefined
}

/** `holdfast principal attest`: somebody vouches for the class of a caller, until an instant. */
export async function attestPrincipal(id: string, flags: PrincipalAttestFlags): Promise<void> {
  const by = actorOf(flags.by)
  await withPrincipals(flags, async (workspace) => {
    const { kept, notices } = await vouchFor(id, by, flags, workspace)
    const { attester, basis, date, definition, expiresAt } = kept
    const until = expiresAt === null ? 'without an end' : `until ${expiresAt}`
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, attestation: kept }, null, 2)}\n`
        : `${visibleText(`${attester} vouches for the class of \`${id}\` under ${definition}, by ${basis}, from ${date} ${until}`)}\n`,
    )
    for (const notice of notices) note(notice)
  })
}

/** Records that somebody vouches for a class, and gives back what is to be said about it. */
export async function vouchFor(
  id: string,
  by: string,
  flags: NewVouching,
  workspace: PrincipalWorkspace,
): Promise<{ readonly kept: AttestationRecord; readonly notices: readonly string[] }> {
  const { config, keeper, now } = workspace
  const attester = attesterOf(flags.attester)
  refusePersonalWords([
    { flag: '--attester', text: attester, isName: true },
    { flag: '--by', text: by, isName: true },
    { flag: '--definition', text: flags.definition, isName: true },
  ])
  const { store, record } = await storedPrincipal(workspace, id)
  const definition = flags.definition ?? definitionOf(config)
  const attestation = {
    principal: id,
    class: flags.class,
    definition,
    basis: flags.basis,
    attester,
    date: dayOf(flags.date, now),
    expiresAt: endOfFlag(flags.expires, now, '--expires'),
    recordedBy: by,
  }
  await noteConfiguration(workspace)
  const kept = await keeper.deciding(async (recorder) => {
    const standing = standingAttestation(await store.attestations.list(id), definition)
    const isRenewal = standing?.class === flags.class
    const entry = principalEntries(keeper).attested(
      attestation,
      isRenewal ? 'renewed' : 'attested',
      by,
    )
    // A renewal allows for longer what was allowed before.
    if (isRelief('undetermined', flags.class)) await recorder.record(entry)
    else await recorder.recordAnyway(entry)
    return await store.attestations.add(attestation)
  })
  return { kept, notices: noticesOn(kept, record, config) }
}

function noticesOn(
  { principal, class: stated, definition }: AttestationRecord,
  { authorisations }: PrincipalRecord,
  config: HoldfastConfig,
): readonly string[] {
  const isOther = definition !== definitionOf(config)
  const isBare = stated === 'foreign-person-authorised' && authorisations.length === 0
  const doubt = eligibilityWarning(config)
  return [
    ...(isOther
      ? [
          `note: classes follow ${definitionOf(config)} here, so under ${definition} it counts for nothing`,
        ]
      : []),
    ...(isBare
      ? [
          `note: \`${principal}\` holds no authorisation of holdfast.yaml, so no directive lets it pass; \`holdfast principal add ${principal} --again --no-key --authorisation ID\``,
        ]
      : []),
    ...(doubt === null ? [] : [`warning: ${doubt}`]),
  ]
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
