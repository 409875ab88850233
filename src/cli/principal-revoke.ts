import { Fault } from '../base/fault.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import { keyMeant } from './principal-key.ts'
import {
  definitionOf,
  isRelief,
  principalOfRecord,
  standingAttestation,
} from './principal-standing.ts'
import { refusePersonalWords } from './principal-words.ts'
import {
  liveKeys,
  noteConfiguration,
  type PrincipalFlags,
  type PrincipalWorkspace,
  type StoredPrincipal,
  storedPrincipal,
  withPrincipals,
} from './principal-workspace.ts'
import { actorOf } from './record-actor.ts'
import { principalEntries } from './record-principal.ts'
import { printOut } from './write-output.ts'

/** What ends: one key, what is attested, or, with neither, all that the caller may do. */
export interface Ending {
  readonly key?: string | undefined
  readonly attestation: boolean
}

export interface PrincipalRevokeFlags extends PrincipalFlags, Ending {
  readonly by?: string | undefined
}

/** `holdfast principal revoke`: a caller, one of its keys or its attestation counts no more, at once. */
export async function revokePrincipal(id: string, flags: PrincipalRevokeFlags): Promise<void> {
  const by = actorOf(flags.by)
  await withPrincipals(flags, async (workspace) => {
    const told = await endPrincipal(id, by, flags, workspace)
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, principal: id, revoked: told }, null, 2)}\n`
        : told.map((text) => `${text}\n`).join(''),
    )
  })
}

/** Ends what is meant, and says what counts no more. */
export async function endPrincipal(
  id: string,
  by: string,
  { key, attestation }: Ending,
  workspace: PrincipalWorkspace,
): Promise<readonly string[]> {
  if (attestation && key !== undefined)
    throw new Fault('HF_USAGE', '`--key` and `--attestation` together', {
      expected: 'one of them, or neither to end the principal',
    })
  refusePersonalWords([{ flag: '--by', text: by, isName: true }])
  const stored = await storedPrincipal(workspace, id)
  const told = attestation
    ? await revokeAttestation(stored, by, workspace)
    : await revokeKeys(stored, key, by, workspace)
  await noteConfiguration(workspace)
  return told
}

/** It is done first and recorded then: nothing that ends may wait for a ledger. */
async function revokeKeys(
  { store, record }: StoredPrincipal,
  reference: string | undefined,
  by: string,
  { keeper, now }: PrincipalWorkspace,
): Promise<readonly string[]> {
  const { id } = record
  const isWhole = reference === undefined
  const disabled = isWhole && record.disabledAt === null ? await disable(store, record, now) : null
  const live = liveKeys(await store.keys.list(id), now)
  const ended = isWhole ? live : [keyMeant(live, reference, id)]
  for (const key of ended) await store.keys.revoke(key.id, by)
  const entries = principalEntries(keeper)
  const after = disabled ?? record
  await keeper.deciding(async (recorder) => {
    if (disabled !== null)
      await recorder.recordAnyway(
        entries.changed({ id, by, change: 'revoked', before: record, after }),
      )
    for (const { prefix } of ended)
      await recorder.recordAnyway(
        entries.changed({ id, by, change: `key ${prefix} revoked`, before: after, after }),
      )
  })
  const whole = disabled === null ? 'was revoked before' : 'may call nothing any more'
  return [
    ...ended.map(({ prefix }) => `key ${prefix} counts no more`),
    ...(isWhole ? [`principal \`${id}\` ${whole}`] : []),
  ]
}

/** Whoever changes the record meanwhile does not keep it from ending. */
async function disable(
  store: StoredPrincipal['store'],
  record: PrincipalRecord,
  now: string,
): Promise<PrincipalRecord> {
  let current = record
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.principals.save({ ...current, disabledAt: now })
    } catch (error) {
      const isOvertaken = error instanceof Fault && error.code === 'HF_STORE_CONFLICT'
      if (!isOvertaken || attempt === disableAttempts) throw error
      current = (await store.principals.find(record.id)) ?? current
    }
  }
}

const disableAttempts = 10

async function revokeAttestation(
  { store, record }: StoredPrincipal,
  by: string,
  { config, keeper, now }: PrincipalWorkspace,
): Promise<readonly string[]> {
  const { id } = record
  const standing = standingAttestation(await store.attestations.list(id), definitionOf(config))
  if (standing === null)
    throw new Fault('HF_STORE_MISSING', `nothing is attested of \`${id}\` that stands`, {
      expected: 'an attestation that was not revoked',
      advice: `\`holdfast principal show ${id}\` shows what there was`,
    })
  const before = principalOfRecord(config, record, standing, now).class
  const after = principalOfRecord(config, record, null, now).class
  const entry = principalEntries(keeper).attested(standing, 'revoked', by)
  // A service falls back to the class of its groups, which may allow more than what is revoked.
  if (isRelief(before, after))
    await keeper.deciding(async (recorder) => {
      await recorder.record(entry)
      await store.attestations.revoke(standing.id, by)
    })
  else {
    await store.attestations.revoke(standing.id, by)
    await keeper.deciding((recorder) => recorder.recordAnyway(entry))
  }
  return [`what ${standing.attester} attested of \`${id}\` on ${standing.date} counts no more`]
}
