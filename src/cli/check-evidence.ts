import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { nodeFiles, verifyLedger } from '../ledger/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { type CheckFinding, finding } from './check-finding.ts'
import { ledgerPlace } from './open-ledger.ts'
import { storeSettings } from './open-store.ts'
import { segmentThreads } from './segment-threads.ts'

/** A longer ledger takes its time: `holdfast ledger verify` reads it. */
const readBytesMax = 256 * 2 ** 20

/** Whether evidence can be written, and what there is is whole. */
export async function checkLedger(
  config: HoldfastConfig,
  configPath: string,
): Promise<readonly CheckFinding[]> {
  if (config.ledger === undefined) return []
  const { root } = await ledgerPlace(configPath)
  const unwritable = await writeProblem(root)
  const found = unwritable === null ? [] : [finding('ledger', 'problem', unwritable)]
  const bytes = await bytesUnder(root)
  if (bytes === 0) return [...found, finding('ledger', 'note', 'nothing has been recorded yet')]
  if (bytes > readBytesMax)
    return [
      ...found,
      finding('ledger', 'note', `not read whole (${bytes} bytes): \`holdfast ledger verify\` does`),
    ]
  const reader = segmentThreads()
  const options = {
    root,
    files: nodeFiles,
    withSchema: false,
    trusted: [],
    witnessNotes: [],
    reader,
  }
  const { logs } = await verifyLedger(options).finally(() => reader.end())
  const problems = logs.flatMap(({ origin, problems: bad }) =>
    bad
      .slice(0, 20)
      .map(({ reason, file }) => finding('ledger', 'problem', `${origin}: ${reason} (${file})`)),
  )
  const entries = logs.reduce((sum, log) => sum + log.entries, 0)
  const whole = finding(
    'ledger',
    'note',
    `${entries} entries in ${logs.length === 1 ? '1 log' : `${logs.length} logs`}, whole`,
  )
  return [...found, ...(problems.length === 0 ? [whole] : problems)]
}

/** Whether the store can be reached and its tables are up to date. Makes and changes nothing. */
export async function checkStore(
  config: HoldfastConfig,
  configPath: string,
): Promise<readonly CheckFinding[]> {
  const { readStoreStatus } = await import('../store/index.ts')
  const settings = storeSettings(config, configPath, 'holdfast check')
  const { kind, place, applied, pending, movedTo } = await readStoreStatus(settings)
  if (movedTo !== null) return [finding('store', 'problem', `it was moved to ${movedTo}`)]
  if (kind === 'embedded') {
    const unwritable = await writeProblem(settings.folder)
    if (unwritable !== null) return [finding('store', 'problem', unwritable)]
  }
  if (applied.length === 0)
    return [finding('store', 'note', `${kind}: there is none yet; the first use makes it`)]
  const due =
    pending.length === 0 ? 'up to date' : `a start brings it up to date: ${pending.join(', ')}`
  return [finding('store', 'note', `${kind} at ${place}, ${due}`)]
}

/** Why a folder, or the nearest one above it that is there, cannot be written; null: it can. */
async function writeProblem(folder: string): Promise<string | null> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  if (!isThere && dirname(folder) !== folder) return await writeProblem(dirname(folder))
  return await access(folder, constants.W_OK | constants.X_OK).then(
    () => null,
    () => `\`${folder}\` cannot be written`,
  )
}

async function bytesUnder(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names
      .filter((name) => !name.startsWith('index.sqlite'))
      .map((name) =>
        stat(join(folder, name)).then(
          (found) => (found.isFile() ? found.size : 0),
          () => 0,
        ),
      ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
