import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { Fault } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import { nodeFiles } from '../../ledger/index.ts'
import { writeFileWhole } from '../write-output.ts'

/** Who holds the lock, beside it: for whoever is turned away. It decides nothing. */
const Holder = z.object({ pid: z.int().positive(), since: z.iso.datetime() })
type Holder = z.infer<typeof Holder>

/**
 * Only one process asks for the trials of a folder: else calls of the other one would look as if they were lost. The system
 * takes the lock back when its process ends, however it ends.
 */
export async function lockTrials(folder: string): Promise<() => Promise<void>> {
  const own = join(folder, '.holdfast')
  const holderPath = join(own, 'qualify.pid')
  await mkdir(own, { recursive: true })
  const unlock = await nodeFiles.lock(join(own, 'qualify.lock'))
  if (unlock === null) throw conflictFault(await livingHolder(holderPath))
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() }
  try {
    await writeFileWhole(holderPath, `${JSON.stringify(holder)}\n`)
  } catch (error) {
    await unlock()
    throw error
  }
  return async () => {
    await rm(holderPath, { force: true })
    await unlock()
  }
}

function conflictFault(holder: Holder | null): Fault {
  const who = holder === null ? 'another process' : `process ${holder.pid}`
  const since = holder === null ? '' : `, since ${holder.since}`
  return new Fault('HF_TRIAL_CONFLICT', `${who} runs trials of this folder${since}`, {
    expected: 'one `holdfast qualify run` or `freeze` at a time',
    advice: 'wait until it ends, or stop it with SIGINT: the next run goes on where it stopped',
  })
}

/** Null: it has not said yet who it is. What a killed process has left does not count. */
async function livingHolder(path: string): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const read = Holder.safeParse(jsonOrNull(text))
  return read.success && isAlive(read.data.pid) ? read.data : null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Of another user, it lives all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
