import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setGatewayKeys } from '../../test/support/gateway-world.ts'
import { goodCandidate, trialWorld } from '../../test/support/trial-world.ts'
import { note } from '../benchmark.ts'
import { bundled } from './bundled.ts'
import { measuredProcess } from './measured-process.ts'
import { fillFolder } from './served-folder.ts'

export interface LargeTrial {
  readonly peakMiB: number
  readonly cpuSeconds: number
  /** Seconds and peak after each part, as `large-trial.ts` keeps them. */
  readonly detail: unknown
}

/** In memory where the system has room there: what is measured is not the disk. */
function scratch(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
}

/** A large trial in a process of its own, bundled as the program is shipped. */
export async function measureLargeTrial(tasks: number): Promise<LargeTrial> {
  setGatewayKeys()
  process.umask(0o077)
  const folder = mkdtempSync(path.join(scratch(), 'holdfast-bench-'))
  try {
    const { config, files } = trialWorld({
      upstream: 'http://127.0.0.1:1',
      tasks,
      workflow: { fallbacks: [goodCandidate] },
    })
    fillFolder(folder, config, files)
    const script = await bundled(path.join(import.meta.dirname, 'large-trial.ts'))
    const { peakMiB, cpuSeconds } = await measuredProcess([script, folder], folder)
    note(
      `${tasks} tasks: peak ${peakMiB.toFixed(0)} MiB, ${cpuSeconds.toFixed(1)} s of processor time`,
    )
    const detail: unknown = JSON.parse(readFileSync(path.join(folder, 'large-trial.json'), 'utf8'))
    return { peakMiB, cpuSeconds, detail }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
