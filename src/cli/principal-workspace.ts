import { dirname } from 'node:path'
import { suggestNames } from '../catalogue/index.ts'
import { durationMs } from '../base/duration.ts'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import { Duration, type HoldfastConfig } from '../schema/holdfast-config.ts'
import type { PrincipalKey } from '../schema/principal-key.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import type { Store } from '../store/index.ts'
import { instantOfFlag } from './instant-flag.ts'
import { loadConfig } from './load-config.ts'
import { endOfKey } from './principal-standing.ts'
import { recordConfiguration } from './record-configuration.ts'
import { type RecordKeeper, recordKeeper } from './record-keeper.ts'

export interface PrincipalFlags {
  readonly config?: string | undefined
  readonly format: 'text' | 'json'
}

export interface PrincipalWorkspace {
  readonly config: HoldfastConfig
  readonly configPath: string
  readonly folder: string
  readonly keeper: RecordKeeper
  readonly now: string
}

/** Reads holdfast.yaml and runs a command on principals; what ledger and store have to say comes last. */
export async function withPrincipals<T>(
  flags: Pick<PrincipalFlags, 'config'>,
  work: (workspace: PrincipalWorkspace) => Promise<T>,
): Promise<T> {
  const configPath = flags.config ?? 'holdfast.yaml'
  const config = await loadConfig(configPath, flags.config !== undefined)
  if (config === null)
    throw new Fault('HF_CONFIG_MISSING', `there is no \`${configPath}\``, {
      expected: 'the holdfast.yaml of the organisation whose principals these are',
      advice: '`holdfast init` writes a first one from an audit; --config names another place',
    })
  const keeper = recordKeeper({ config, configPath })
  const now = new Date().toISOString()
  try {
    return await work({ config, configPath, folder: dirname(configPath), keeper, now })
  } finally {
    for (const text of keeper.warnings()) note(`warning: ${text}`)
    await keeper.close()
  }
}

/** For commands that change something: the configuration under which they do is on record first. */
export async function noteConfiguration({ keeper, configPath }: PrincipalWorkspace): Promise<void> {
  await recordConfiguration(keeper, configPath)
}

/** A line on stderr: what is printed on stdout may be piped on. */
export function note(text: string): void {
  process.stderr.write(`${visibleText(text)}\n`)
}

export interface StoredPrincipal {
  readonly store: Store
  readonly record: PrincipalRecord
}

/** A principal that the store keeps; those of holdfast.yaml are changed there. */
export async function storedPrincipal(
  { config, keeper }: PrincipalWorkspace,
  id: string,
): Promise<StoredPrincipal> {
  const store = await keeper.store.ifThere()
  const record = (await store?.principals.find(id)) ?? null
  if (store !== null && record !== null) return { store, record }
  if (config.principals.some((one) => one.id === id))
    throw new Fault('HF_USAGE', `principal \`${id}\` stands in holdfast.yaml`, {
      expected: 'a principal that the store keeps',
      advice: 'change it in holdfast.yaml, or take it out there and add it here',
    })
  const known = (await store?.principals.list())?.map((one) => one.id) ?? []
  const near = suggestNames(id, known)
  throw new Fault('HF_STORE_MISSING', `the store knows no principal \`${id}\``, {
    expected: 'a principal that `holdfast principal add` entered',
    advice:
      near.length > 0
        ? `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`
        : '`holdfast principal list` shows every principal',
  })
}

/** What stands in both places may not call, so it is not changed here either. */
export function refuseTwin({ config }: PrincipalWorkspace, id: string): void {
  if (!config.principals.some((one) => one.id === id)) return
  throw new Fault('HF_USAGE', `principal \`${id}\` stands in holdfast.yaml already`, {
    expected: 'an id that holdfast.yaml does not use',
    advice: 'one that stands in both places may not call; take it out there first',
  })
}

/** Keys that count at an instant, or will still count after it. */
export function liveKeys(keys: readonly PrincipalKey[], at: string): readonly PrincipalKey[] {
  return keys.filter((key) => {
    const end = endOfKey(key)
    return end === null || end > at
  })
}

/** An instant that was given as such, or as a duration from now on; `null` for `never`. */
export function endOfFlag(text: string, now: string, flag: string): string | null {
  if (text === 'never') return null
  const end = Duration.safeParse(text).success
    ? new Date(Date.parse(now) + Math.min(durationMs(text), lastMs - Date.parse(now))).toISOString()
    : instantOfFlag(text, flag)
  if (end > now) return end
  throw new Fault('HF_USAGE', `${flag} \`${text}\` has passed already`, {
    expected: 'an instant to come, a duration such as `90d`, or `never`',
  })
}

/** Instants are compared as texts, and those of later years have more digits. */
const lastMs = Date.parse('9999-12-31T23:59:59.999Z')
