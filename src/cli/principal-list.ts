import { compareText } from '../base/compare.ts'
import { visibleText } from '../base/visible-text.ts'
import { eligibilityClasses, principalOf } from '../policy/index.ts'
import type { AttestationRecord } from '../schema/attestation-record.ts'
import type { EligibilityClass, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { PrincipalKey } from '../schema/principal-key.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import { shownCounts } from './principal-counts.ts'
import {
  definitionOf,
  eligibilityWarning,
  principalOfRecord,
  standingAttestation,
  twinText,
  workflowsOf,
} from './principal-standing.ts'
import {
  liveKeys,
  note,
  type PrincipalFlags,
  type PrincipalWorkspace,
  withPrincipals,
} from './principal-workspace.ts'
import { printOut } from './write-output.ts'

export interface PrincipalListFlags extends PrincipalFlags {
  readonly for?: 'counsel' | undefined
}

/** A caller as it is shown, wherever it stands. */
export interface PrincipalRow {
  readonly id: string
  readonly kind: 'person' | 'service'
  readonly from: 'holdfast.yaml' | 'store'
  /** `active`; `revoked`; `refused`: its id stands in both places. */
  readonly state: 'active' | 'revoked' | 'refused'
  readonly entity: string | null
  readonly employment: string | null
  readonly groups: readonly string[]
  readonly workflows: readonly string[]
  readonly authorisations: readonly string[]
  /** Visible parts of the keys that count; `env:NAME` or `file:PATH` for one of holdfast.yaml. */
  readonly keys: readonly string[]
  /** What its class rests on; null: nobody vouches for one. */
  readonly attestation: ShownAttestation | null
  /** Only for counsel. */
  readonly class?: EligibilityClass
}

interface ShownAttestation {
  readonly basis: string
  readonly attester: string
  readonly date: string | null
  readonly expiresAt: string | null
}

/** A row with the class that decides about it, which not everybody may see. */
export interface ClassedRow {
  readonly row: PrincipalRow
  readonly class: EligibilityClass
}

/** `holdfast principal list`: all callers of holdfast.yaml and of the store, and where each comes from. */
export async function listPrincipals(flags: PrincipalListFlags): Promise<void> {
  const isCounsel = flags.for === 'counsel'
  await withPrincipals(flags, async (workspace) => {
    const all = await allPrincipals(workspace)
    const rows = all.map((one) => shownRow(one, isCounsel))
    const counts = shownCounts(countsOf(all), isCounsel)
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, at: workspace.now, definition: definitionOf(workspace.config), principals: rows, people: counts }, null, 2)}\n`
        : listText(rows, counts, isCounsel),
    )
    const twins = new Set(rows.filter(({ state }) => state === 'refused').map(({ id }) => id))
    for (const id of twins) note(`error: ${twinText(id)}`)
    const doubt = all.length === 0 ? null : eligibilityWarning(workspace.config)
    if (doubt !== null) note(`warning: ${doubt}`)
  })
}

export function shownRow({ row, class: stated }: ClassedRow, isCounsel: boolean): PrincipalRow {
  return isCounsel ? { ...row, class: stated } : row
}

/** Everybody, by id; an id that stands in both places comes twice. */
export async function allPrincipals({
  config,
  keeper,
  now,
}: Pick<PrincipalWorkspace, 'config' | 'now'> & {
  readonly keeper: Pick<PrincipalWorkspace['keeper'], 'store'>
}): Promise<readonly ClassedRow[]> {
  const store = await keeper.store.ifThere()
  const records = (await store?.principals.list()) ?? []
  const keys = (await store?.keys.list()) ?? []
  const attestations = (await store?.attestations.list()) ?? []
  const inStore = new Set(records.map(({ id }) => id))
  const inFile = new Set(config.principals.map(({ id }) => id))
  const rows = [
    ...config.principals.map((one) => configuredRow(config, one, now, inStore.has(one.id))),
    ...records.map((record) =>
      storedRow(config, record, {
        keys: keys.filter(({ principal }) => principal === record.id),
        attestations: attestations.filter(({ principal }) => principal === record.id),
        isTwin: inFile.has(record.id),
        now,
      }),
    ),
  ]
  return rows.toSorted((one, other) => compareText(one.row.id, other.row.id))
}

function configuredRow(
  config: HoldfastConfig,
  one: HoldfastConfig['principals'][number],
  now: string,
  isTwin: boolean,
): ClassedRow {
  const principal = principalOf(config, one, now)
  const { attestation } = one
  const vouched: ShownAttestation = {
    basis: attestation?.basis ?? 'configuration',
    attester: attestation?.attester ?? 'the owner of holdfast.yaml',
    date: attestation?.date ?? null,
    expiresAt: attestation?.expiresAt ?? null,
  }
  return {
    class: principal.class,
    row: {
      id: one.id,
      kind: one.kind,
      from: 'holdfast.yaml',
      state: isTwin ? 'refused' : 'active',
      entity: one.entity ?? null,
      employment: one.employment ?? null,
      groups: principal.groups,
      workflows: workflowsOf(config, one.workflows, principal.groups),
      authorisations: principal.authorisations,
      keys: one.key === 'none' ? [] : [one.key],
      attestation: one.class === undefined ? null : vouched,
    },
  }
}

function storedRow(
  config: HoldfastConfig,
  record: PrincipalRecord,
  found: {
    readonly keys: readonly PrincipalKey[]
    readonly attestations: readonly AttestationRecord[]
    readonly isTwin: boolean
    readonly now: string
  },
): ClassedRow {
  const { kind, entity, employment, groups, authorisations } = record
  const standing = standingAttestation(found.attestations, definitionOf(config))
  const isRevoked = record.disabledAt !== null
  return {
    class: principalOfRecord(config, record, standing, found.now).class,
    row: {
      id: record.id,
      kind,
      from: 'store',
      state: found.isTwin ? 'refused' : isRevoked ? 'revoked' : 'active',
      entity,
      employment,
      groups,
      workflows: workflowsOf(config, record.workflows, groups),
      authorisations,
      keys: liveKeys(found.keys, found.now).map(({ prefix }) => prefix),
      attestation: standing === null ? null : shownAttestation(standing),
    },
  }
}

function shownAttestation({
  basis,
  attester,
  date,
  expiresAt,
}: AttestationRecord): ShownAttestation {
  return { basis, attester, date, expiresAt }
}

/** People who may call; a service is nobody. */
export function countsOf(all: readonly ClassedRow[]): Readonly<Record<EligibilityClass, number>> {
  const people = all.filter(({ row }) => row.kind === 'person' && row.state === 'active')
  return Object.fromEntries(
    eligibilityClasses.map((name) => [name, people.filter((one) => one.class === name).length]),
  ) as Record<EligibilityClass, number>
}

const columns = ['id', 'kind', 'from', 'state', 'keys', 'vouched for', 'groups'] as const

function listText(
  rows: readonly PrincipalRow[],
  counts: Readonly<Record<EligibilityClass, unknown>>,
  isCounsel: boolean,
): string {
  if (rows.length === 0) return 'no principals\n'
  const titles = isCounsel ? [...columns, 'class'] : columns
  const cells = rows.map((row) => [
    row.id,
    row.kind,
    row.from,
    row.state,
    row.keys.join(' ') || '-',
    row.attestation === null
      ? '-'
      : `${row.attestation.basis}, ${row.attestation.expiresAt?.slice(0, 10) ?? 'no end'}`,
    row.groups.join(' ') || '-',
    ...(isCounsel ? [row.class ?? '-'] : []),
  ])
  const shown = [titles, ...cells].map((row) => row.map((cell) => visibleText(cell)))
  const widths = titles.map((_, column) =>
    Math.max(...shown.map((row) => row[column]?.length ?? 0)),
  )
  const lines = shown.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const people = Object.entries(counts).map(([name, count]) => `${name} ${String(count)}`)
  return `${[...lines, '', `people by class: ${people.join(', ')}`].join('\n')}\n`
}
