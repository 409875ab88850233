import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import * as z from 'zod'
import { jsonOrNull } from '../../base/json-or-null.ts'
import type { FileLayer } from '../log/file-layer.ts'
import { LogFolder } from '../log/log-folder.ts'
import { openMessage, sealMessage } from './sealed-message.ts'
import { type PeriodKey, periodKeyBytes, type RandomBytes } from './sealed-value.ts'

/**
 * Keys of periods. The process that makes one holds it in memory and writes it down only for counsel, sealed: after
 * its end it cannot read back what it sealed. When the file is gone, and counsel has kept no copy, nobody can.
 */

const PeriodFile = z.strictObject({
  version: z.literal(1),
  period: z.string().min(1),
  /** Which key opens it. */
  recipient: z.string(),
  sealed: z.string(),
})

const folderName = 'periods'

function pathOf(root: string, period: string): string {
  return join(root, folderName, `${encodeURIComponent(period)}.json`)
}

/** Makes the key of a new period. The name must be one that was never used: a process adds what tells it apart. */
export async function beginPeriod(
  root: string,
  files: FileLayer,
  period: string,
  counsel: KeyObject,
  random: RandomBytes,
): Promise<PeriodKey> {
  const key = random(periodKeyBytes)
  const content: z.infer<typeof PeriodFile> = { version: 1, period, ...sealMessage(key, counsel) }
  const folder = new LogFolder(join(root, folderName), files)
  await files.makeFolder(folder.path)
  if ((await files.sizeOf(pathOf(root, period))) !== null)
    throw new Error(`the period \`${period}\` has a key already`)
  await folder.replace(pathOf(root, period), `${JSON.stringify(content, null, 2)}\n`)
  return { period, key }
}

/** For counsel. Null: the key was destroyed, or is sealed for another key. */
export async function openPeriod(
  root: string,
  files: FileLayer,
  period: string,
  counsel: KeyObject,
): Promise<PeriodKey | null> {
  const text = await files.read(pathOf(root, period))
  if (text === null) return null
  const parsed = PeriodFile.safeParse(jsonOrNull(text))
  if (!parsed.success || parsed.data.period !== period) return null
  const { recipient, sealed } = parsed.data
  const key = openMessage({ recipient, sealed }, counsel)
  return key === null ? null : { period, key }
}

export async function periodsKept(root: string, files: FileLayer): Promise<readonly string[]> {
  const names = await files.names(join(root, folderName))
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => decodeURIComponent(name.slice(0, -'.json'.length)))
    .toSorted()
}

/** The destruction must stand in the ledger, durable, before this. */
export async function destroyPeriod(root: string, files: FileLayer, period: string): Promise<void> {
  await files.remove(pathOf(root, period))
  await files.syncFolder(join(root, folderName))
}
