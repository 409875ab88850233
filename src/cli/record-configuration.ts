import { readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { compareText } from '../base/compare.ts'
import { digest } from '../base/digest.ts'
import { overlayFolder } from './catalogue-files.ts'
import { dataPath } from './installation.ts'
import { actorOf } from './record-actor.ts'
import type { RecordKeeper } from './record-keeper.ts'

/** Something that decides and is changed by whoever can write to a file. */
interface Watched {
  readonly kind: 'configuration' | 'policy' | 'catalogue'
  readonly subject: string
  /** Null: there is none. */
  readonly digest: string | null
}

/**
 * Records that holdfast.yaml, the organisation's own policies or the catalogue are others than those last seen. Who
 * changed them is not known: the entry names who ran the command that noticed. Without a ledger nothing is done.
 */
export async function recordConfiguration(keeper: RecordKeeper, configPath: string): Promise<void> {
  if (!keeper.isKept) return
  for (const watched of await watchedNow(configPath)) await recordSeen(keeper, watched)
}

async function watchedNow(configPath: string): Promise<readonly Watched[]> {
  const folder = dirname(configPath)
  const configuration = await readFile(configPath).then(digest, () => null)
  const policies = await filesIn(join(folder, 'policies'), '.cedar')
  const overlays = await filesIn(overlayFolder(folder), '.json')
  return [
    { kind: 'configuration', subject: basename(configPath), digest: configuration },
    { kind: 'policy', subject: 'policies', digest: digestOfAll(policies) },
    {
      kind: 'catalogue',
      subject: 'catalogue',
      digest: digestOfAll([['shipped', shippedDigest()], ...overlays]),
    },
  ]
}

async function recordSeen(keeper: RecordKeeper, { kind, subject, digest: now }: Watched) {
  const seen = async () => (await (await keeper.store.ifThere())?.sightings.find(subject)) ?? null
  // A store that cannot be read is told of by whoever needs it for more than this.
  const before = await seen().catch(() => undefined)
  const after = now ?? (before === null ? null : nothing)
  if (after === null || before === undefined || before?.digest === after) return
  await keeper.deciding(async (recorder) => {
    const last = await seen().catch(() => before)
    if (last?.digest === after) return
    await recorder.recordAnyway({
      kind,
      subject,
      change: last === null ? 'first seen' : now === null ? 'gone' : 'changed',
      by: `noticed by ${actorOf(undefined)}`,
      before: last?.digest ?? null,
      after: now,
    })
    // Where it cannot be remembered it is told again.
    await keeper.store
      .open()
      .then(async ({ sightings }) => await sightings.note(subject, after))
      .catch(() => null)
  })
}

/** What is remembered of something that is gone. */
const nothing = digest('')

type NamedDigest = readonly [name: string, digest: string]

/** Names and digests of the files of a folder, in the order of their names; no folder, no files. */
async function filesIn(folder: string, ending: string): Promise<readonly NamedDigest[]> {
  const names = await readdir(folder).catch(() => [])
  const kept = names.filter((name) => name.endsWith(ending)).toSorted(compareText)
  return Promise.all(
    kept.map(async (name): Promise<NamedDigest> => {
      const content = await readFile(join(folder, name)).catch(() => null)
      return [name, content === null ? 'unreadable' : digest(content)]
    }),
  )
}

function digestOfAll(files: readonly NamedDigest[]): string | null {
  return files.length === 0 ? null : digest(JSON.stringify(files))
}

let shipped: string | null = null

/** Of the data that ships with this version; it stays the same while the program runs. */
function shippedDigest(): string {
  const folder = dataPath('catalogue')
  shipped ??= digest(
    JSON.stringify(
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json'))
        .toSorted(compareText)
        .map((name) => [name, digest(readFileSync(join(folder, name)))]),
    ),
  )
  return shipped
}
