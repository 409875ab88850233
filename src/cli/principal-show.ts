import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import { suggestNames } from '../catalogue/index.ts'
import type { AttestationRecord } from '../schema/attestation-record.ts'
import type { PrincipalKey } from '../schema/principal-key.ts'
import { shownKey } from './principal-key.ts'
import {
  allPrincipals,
  type ClassedRow,
  type PrincipalListFlags,
  type PrincipalRow,
  shownRow,
} from './principal-list.ts'
import { definitionOf, eligibilityWarning, twinText } from './principal-standing.ts'
import { note, type PrincipalWorkspace, withPrincipals } from './principal-workspace.ts'
import { printOut } from './write-output.ts'

interface Details {
  readonly row: PrincipalRow
  readonly keys: readonly PrincipalKey[]
  readonly attestations: readonly AttestationRecord[]
}

/** `holdfast principal show`: one caller with its keys and all that was ever attested of it. */
export async function showPrincipal(id: string, flags: PrincipalListFlags): Promise<void> {
  const isCounsel = flags.for === 'counsel'
  await withPrincipals(flags, async (workspace) => {
    const all = await allPrincipals(workspace)
    const found = all.filter(({ row }) => row.id === id)
    if (found.length === 0) throw unknownPrincipal(id, all)
    const details: Details[] = []
    for (const one of found) details.push(await detailsOf(one, isCounsel, workspace))
    const definition = definitionOf(workspace.config)
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, at: workspace.now, definition, principals: details.map((one) => detailsJson(one, isCounsel)) }, null, 2)}\n`
        : details.map((one) => detailsText(one, isCounsel, definition, workspace.now)).join('\n'),
    )
    if (found.length > 1) note(`error: ${twinText(id)}`)
    const doubt = eligibilityWarning(workspace.config)
    if (doubt !== null) note(`warning: ${doubt}`)
  })
}

function unknownPrincipal(id: string, all: readonly ClassedRow[]): Fault {
  const near = suggestNames(
    id,
    all.map(({ row }) => row.id),
  )
  return new Fault('HF_STORE_MISSING', `there is no principal \`${id}\``, {
    expected: 'a principal of holdfast.yaml or of the store',
    advice:
      near.length > 0
        ? `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`
        : '`holdfast principal list` shows every principal',
  })
}

async function detailsOf(
  one: ClassedRow,
  isCounsel: boolean,
  { keeper }: PrincipalWorkspace,
): Promise<Details> {
  const row = shownRow(one, isCounsel)
  const store = row.from === 'store' ? await keeper.store.ifThere() : null
  return {
    row,
    keys: (await store?.keys.list(row.id)) ?? [],
    attestations: (await store?.attestations.list(row.id)) ?? [],
  }
}

function detailsJson({ row, keys, attestations }: Details, isCounsel: boolean): object {
  return {
    ...row,
    keys: row.from === 'store' ? keys.map(shownKey) : row.keys,
    attestations: attestations.map(({ class: stated, principal: _principal, ...rest }) =>
      isCounsel ? { ...rest, class: stated } : rest,
    ),
  }
}

function detailsText(
  { row, keys, attestations }: Details,
  isCounsel: boolean,
  definition: string,
  now: string,
): string {
  const lines = [
    `${row.id}: ${row.kind}, from ${row.from}, ${row.state}`,
    '',
    `class           ${row.class ?? 'shown to counsel: --for counsel'}, under ${definition}`,
    `vouched for     ${row.attestation === null ? 'by nobody' : attestationText(row.attestation)}`,
    `entity          ${row.entity ?? 'the organisation'}`,
    `employment      ${row.employment ?? '-'}`,
    `groups          ${row.groups.join(', ') || '-'}`,
    `workflows       ${row.workflows.join(', ') || '-'}`,
    `authorisations  ${row.authorisations.join(', ') || '-'}`,
    '',
    'keys',
    ...(row.from === 'store'
      ? keys.map((key) => `  ${keyText(key, now)}`)
      : row.keys.map((key) => `  ${key}`)),
    ...(attestations.length === 0 ? [] : ['', 'attestations']),
    ...attestations.map(
      (one) =>
        `  ${one.recordedAt}  ${attestationText(one)}, under ${one.definition}${isCounsel ? `: ${one.class}` : ''}${one.revokedAt === null ? '' : `, revoked ${one.revokedAt} by ${one.revokedBy ?? 'nobody named'}`}`,
    ),
  ]
  return `${lines.map(visibleText).join('\n')}\n`
}

function attestationText({
  basis,
  attester,
  date,
  expiresAt,
}: {
  readonly basis: string
  readonly attester: string
  readonly date: string | null
  readonly expiresAt: string | null
}): string {
  return `by ${attester}, ${basis}${date === null ? '' : `, ${date}`}, ${expiresAt === null ? 'no end' : `until ${expiresAt}`}`
}

function keyText(key: PrincipalKey, now: string): string {
  const ended = key.revokedAt !== null && key.revokedAt <= now
  const state = ended
    ? `revoked ${key.revokedAt} by ${key.revokedBy ?? 'nobody named'}`
    : key.revokedAt !== null
      ? `counts until ${key.revokedAt}`
      : key.expiresAt === null
        ? 'counts'
        : key.expiresAt <= now
          ? `expired ${key.expiresAt}`
          : `counts until ${key.expiresAt}`
  const scope = key.workflows === null ? '' : `, for ${key.workflows.join(', ')} alone`
  return `${key.prefix}  issued ${key.createdAt} by ${key.createdBy}, ${state}${scope}`
}
