import { parentPort, workerData } from 'node:worker_threads'
import { dirname } from 'node:path'
import { loadCatalogue } from '../../catalogue-files.ts'
import { loadConfig } from '../../load-config.ts'
import { recordKeeper } from '../../record-keeper.ts'
import { checkVerdicts } from '../check-verdicts.ts'

/** A thread that holds verdicts against what there is now: task sets may be large, and traffic goes on meanwhile. */
const { configPath } = workerData as { readonly configPath: string }
const config = await loadConfig(configPath, true)
if (config !== null) {
  const catalogue = await loadCatalogue({ folder: dirname(configPath) })
  const keeper = recordKeeper({ config, configPath })
  try {
    const now = new Date().toISOString()
    const checked = await checkVerdicts({ config, configPath, catalogue, keeper, now })
    parentPort?.postMessage({ ...checked, warnings: keeper.warnings() })
  } finally {
    await keeper.close()
  }
}
