import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { digest } from '../base/digest.ts'
import { actorOf } from './record-actor.ts'
import type { RecordKeeper } from './record-keeper.ts'

/**
 * Records that holdfast.yaml is another than the one last seen. Who changed it is not known: the entry names who ran
 * the command that noticed. Without a ledger, and without a file, nothing is done.
 */
export async function recordConfiguration(keeper: RecordKeeper, configPath: string): Promise<void> {
  if (!keeper.isKept) return
  const after = await readFile(configPath).then(digest, () => null)
  if (after === null) return
  const subject = basename(configPath)
  const seen = async () => (await (await keeper.store.ifThere())?.sightings.find(subject)) ?? null
  // A store that cannot be read is told of by whoever needs it for more than this.
  const before = await seen().catch(() => undefined)
  if (before === undefined || before?.digest === after) return
  await keeper.deciding(async (recorder) => {
    const last = await seen().catch(() => before)
    if (last?.digest === after) return
    await recorder.recordAnyway({
      kind: 'configuration',
      subject,
      change: last === null ? 'first seen' : 'changed',
      by: `noticed by ${actorOf(undefined)}`,
      before: last?.digest ?? null,
      after,
    })
    // Where it cannot be remembered it is told again.
    await keeper.store
      .open()
      .then(async ({ sightings }) => await sightings.note(subject, after))
      .catch(() => null)
  })
}
