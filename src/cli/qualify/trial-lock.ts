import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { nodeFiles } from '../../ledger/index.ts'

/** Only one process asks for the trials of a folder: else calls of the other one would look as if they were lost. */
export async function lockTrials(folder: string): Promise<() => Promise<void>> {
  const own = join(folder, '.holdfast')
  await mkdir(own, { recursive: true })
  const unlock = await nodeFiles.lock(join(own, 'qualify.lock'))
  if (unlock !== null) return unlock
  throw new Fault('HF_TRIAL_CONFLICT', 'another process runs trials of this folder', {
    expected: 'one `holdfast qualify run` or `freeze` at a time',
  })
}
