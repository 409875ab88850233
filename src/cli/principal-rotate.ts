import { durationMs } from '../base/duration.ts'
import { Fault } from '../base/fault.ts'
import { Duration } from '../schema/holdfast-config.ts'
import type { IssuedKey } from '../store/index.ts'
import { keyMeant, printKey } from './principal-key.ts'
import { refusePersonalWords } from './principal-words.ts'
import {
  endOfFlag,
  liveKeys,
  note,
  noteConfiguration,
  type PrincipalFlags,
  type PrincipalWorkspace,
  storedPrincipal,
  withPrincipals,
} from './principal-workspace.ts'
import { actorOf } from './record-actor.ts'
import { principalEntries } from './record-principal.ts'

/** Which key is replaced, and how long both count. */
export interface Rotation {
  readonly key?: string | undefined
  readonly overlap: string
  readonly expires: string
}

export interface PrincipalRotateFlags extends PrincipalFlags, Rotation {
  readonly by?: string | undefined
}

const overlapDaysMax = 365

/** `holdfast principal rotate`: a new key; the old one goes on for a while, so that callers can change over. */
export async function rotatePrincipal(id: string, flags: PrincipalRotateFlags): Promise<void> {
  const by = actorOf(flags.by)
  await withPrincipals(flags, async (workspace) => {
    const { issued, replaces, until } = await replaceKey(id, by, flags, workspace)
    await printKey(issued, flags.format, { principal: id, replaces })
    note(`key ${replaces}: counts until ${until}`)
  })
}

/** Makes a new key for an old one. */
export async function replaceKey(
  id: string,
  by: string,
  flags: Rotation,
  workspace: PrincipalWorkspace,
): Promise<{ readonly issued: IssuedKey; readonly replaces: string; readonly until: string }> {
  refusePersonalWords([{ flag: '--by', text: by, isName: true }])
  const overlapMs = overlapOf(flags.overlap)
  const { keeper, now } = workspace
  const { store, record } = await storedPrincipal(workspace, id)
  if (record.disabledAt !== null)
    throw new Fault('HF_USAGE', `principal \`${id}\` was revoked`, {
      expected: 'a principal that may call',
      advice: '`holdfast principal add ID --again` brings it back with a new key',
    })
  const expiresAt = endOfFlag(flags.expires, now, '--expires')
  await noteConfiguration(workspace)
  const entries = principalEntries(keeper)
  return await keeper.deciding(async (recorder) => {
    const old = keyMeant(liveKeys(await store.keys.list(id), now), flags.key, id)
    const endsAt = new Date(Date.parse(now) + overlapMs).toISOString()
    const told = (change: string) =>
      entries.changed({ id, change, by, before: record, after: record })
    await recorder.record(told(`key ${old.prefix} rotated, ends at ${endsAt}`))
    const oldEndsAt = overlapMs === 0 ? null : endsAt
    const issued = await store.keys.rotate(old.id, { by, oldEndsAt, expiresAt })
    await recorder.recordAnyway(told(`key ${issued.key.prefix} issued for ${old.prefix}`))
    const ended = await store.keys.find(old.id)
    return { issued, replaces: old.prefix, until: ended?.revokedAt ?? now }
  })
}

function overlapOf(text: string): number {
  const parsed = Duration.safeParse(text)
  const ms = parsed.success ? durationMs(parsed.data) : Number.NaN
  if (ms >= 0 && ms <= overlapDaysMax * 86_400_000) return ms
  throw new Fault(
    'HF_USAGE',
    `--overlap \`${text}\` is ${parsed.success ? 'too long' : 'no duration'}`,
    {
      expected: `a duration such as \`24h\`, \`0s\` for none, ${overlapDaysMax} days at most`,
    },
  )
}
