import { readFile } from 'node:fs/promises'
import { durationMs } from '../base/duration.ts'
import { Fault } from '../base/fault.ts'
import { type PolicySnapshot, serialiseSnapshot, verifySnapshot } from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import { Duration } from '../schema/holdfast-config.ts'
import {
  openPolicy,
  type PolicyFlags,
  type PolicyWorkspace,
  snapshotOf,
  warn,
  warnOnPolicy,
} from './policy-workspace.ts'
import { type KeyPlace, readKeyText } from './read-key.ts'
import { recordSnapshot } from './record-snapshot.ts'
import { instantOfFlag } from './instant-flag.ts'
import { printOut, writeFileWhole } from './write-output.ts'
import { whyNot } from './why-not.ts'

/** Where a key is read from, and what faults call it. */
type SnapshotKey = Pick<KeyPlace, 'reference' | 'folder' | 'name'>

export interface PolicySnapshotFlags extends PolicyFlags {
  readonly output: string
  readonly key: string
  readonly validFor: string
}

/** Instants are compared as texts, and those of later years have more digits. */
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z')
const daysMax = 3_650

/** A snapshot that never ends is a policy that nobody renews; one that has ended already decides nothing. */
function validityOf(text: string): number {
  const parsed = Duration.safeParse(text)
  const lastsMs = parsed.success ? durationMs(parsed.data) : Number.NaN
  if (lastsMs > 0 && lastsMs <= daysMax * 86_400_000) return lastsMs
  const problem = parsed.success ? 'is too short or too long' : 'is no duration'
  throw new Fault('HF_USAGE', `--valid-for \`${text}\` ${problem}`, {
    expected: `a duration such as \`24h\` or \`7d\`, ${daysMax} days at most`,
  })
}

/** `holdfast policy snapshot`: all that decides, in one signed file. */
export async function writeSnapshot(flags: PolicySnapshotFlags): Promise<void> {
  const { key, output } = flags
  const { text, snapshot, workspace } = await signSnapshot(flags, {
    reference: key,
    folder: '.',
    name: '--key',
  })
  await writeFileWhole(output, text)
  for (const warning of await recordSnapshot(workspace, snapshot)) warn(warning)
  process.stderr.write(
    `${output}: version ${snapshot.version}, ${snapshot.units.length} units, valid until ${snapshot.expiresAt}\n`,
  )
  warnOnPolicy(workspace)
}

/** All that decides, signed and neither kept nor recorded yet. */
export async function signSnapshot(
  flags: PolicyFlags & { readonly validFor: string },
  place: SnapshotKey,
): Promise<{
  readonly text: string
  readonly snapshot: PolicySnapshot
  readonly workspace: PolicyWorkspace
}> {
  const validForMs = validityOf(flags.validFor)
  const key = await readSnapshotKey(place, 'private')
  const workspace = await openPolicy(flags)
  const expiresMs = Math.min(Date.parse(workspace.at) + validForMs, lastInstantMs)
  const snapshot = snapshotOf(workspace, {
    expiresAt: new Date(expiresMs).toISOString(),
    // Grows by itself, also across machines whose clocks agree.
    version: Date.parse(workspace.now),
  })
  return { text: serialiseSnapshot(snapshot, key), snapshot, workspace }
}

export interface PolicyVerifyFlags {
  readonly key: string
  readonly at?: string | undefined
  readonly format: 'text' | 'json'
}

/** `holdfast policy verify`: whether a snapshot file is what was signed, and how it stands at an instant. */
export async function verifySnapshotFile(path: string, flags: PolicyVerifyFlags): Promise<void> {
  const key = await readSnapshotKey({ reference: flags.key, folder: '.', name: '--key' }, 'public')
  const found = verifiedSnapshot(await readSnapshot(path), { key, path, at: flags.at })
  const { state, at, version, directives, changesAt, expiresAt } = found
  const text = [
    `the signature holds; ${state} at ${found.askedAt}`,
    `version ${version}, from ${at} until ${expiresAt}; ${changesAt === null ? 'no change is known' : `changes at ${changesAt}`}`,
    ...directives.map(
      ({ id, isInForce, isValid, review, digest }) =>
        `  ${id}: ${isValid ? (isInForce ? 'in force' : 'not in force') : 'cannot be read, denies'}; review: ${review}; ${digest}`,
    ),
  ]
  const { askedAt: _askedAt, ...shown } = found
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, ...shown }, null, 2)}\n`
      : `${text.map(visibleText).join('\n')}\n`,
  )
  if (state !== 'valid') process.exitCode = 1
}

type SnapshotState = 'not yet valid' | 'expired' | 'overtaken by a change of a directive' | 'valid'

/** What a signed snapshot holds and how it stands at an instant; throws where the signature does not hold. */
export function verifiedSnapshot(
  text: string,
  {
    key,
    path,
    at: wanted,
  }: { readonly key: string; readonly path: string; readonly at?: string | undefined },
) {
  const at = wanted === undefined ? new Date().toISOString() : instantOfFlag(wanted)
  const content = verifySnapshot(text, { key, path })
  const state: SnapshotState =
    at < content.at
      ? 'not yet valid'
      : at >= content.expiresAt
        ? 'expired'
        : content.changesAt !== null && at >= content.changesAt
          ? 'overtaken by a change of a directive'
          : 'valid'
  const { version, expiresAt, changesAt, directives } = content
  return { path, state, version, at: content.at, expiresAt, changesAt, directives, askedAt: at }
}

function readSnapshotKey(place: SnapshotKey, half: 'private' | 'public'): Promise<string> {
  return readKeyText({
    ...place,
    wanted: `an Ed25519 ${half} key in PEM`,
    isSecret: half === 'private',
  })
}

async function readSnapshot(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Fault('HF_FILE_READ', `cannot read \`${path}\`: ${whyNot(error)}`, {
      expected: 'a file that `holdfast policy snapshot` wrote',
      cause: error,
    })
  }
}
