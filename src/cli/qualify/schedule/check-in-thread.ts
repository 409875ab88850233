import { Worker } from 'node:worker_threads'
import type { CheckedVerdicts } from '../end-changed-verdicts.ts'

export interface VerdictCheck extends CheckedVerdicts {
  readonly warnings: readonly string[]
}

/** Longest that a check may take. */
const checkMsMax = 5 * 60_000

/** The check in a thread of its own. */
export async function checkInThread(configPath: string): Promise<VerdictCheck> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./verdict-check-worker.${extension}`, import.meta.url), {
    workerData: { configPath },
  })
  const timer = setTimeout(() => void worker.terminate(), checkMsMax)
  try {
    return await new Promise<VerdictCheck>((resolve, reject) => {
      let checked: VerdictCheck = { ended: [], unchecked: [], warnings: [] }
      worker.on('message', (message: VerdictCheck) => {
        checked = message
      })
      worker.once('error', reject)
      worker.once('exit', (code) =>
        code === 0 ? resolve(checked) : reject(new Error('it did not end in time')),
      )
    })
  } finally {
    clearTimeout(timer)
  }
}
