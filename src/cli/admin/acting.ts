import { dirname, resolve } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { loadConfig } from '../load-config.ts'
import { type RecordKeeper, recordKeeper } from '../record-keeper.ts'
import type { AdminClient } from './admin-client.ts'

export interface ActingFlags {
  readonly config?: string | undefined
  readonly format: 'text' | 'json'
}

/** Where a command on a running gateway acts: through its admin API, else on the store. */
export type Acting =
  | { readonly kind: 'served'; readonly config: HoldfastConfig; readonly client: AdminClient }
  | { readonly kind: 'stored'; readonly config: HoldfastConfig; readonly keeper: RecordKeeper }

export async function withActing<T>(
  flags: Pick<ActingFlags, 'config'>,
  work: (acting: Acting) => Promise<T>,
): Promise<T> {
  const configPath = resolve(flags.config ?? 'holdfast.yaml')
  const config = await loadConfig(configPath, flags.config !== undefined)
  if (config === null)
    throw new Fault('HF_CONFIG_MISSING', `there is no \`${configPath}\``, {
      expected: 'the holdfast.yaml that `holdfast serve` runs with',
      advice: '--config names another place',
    })
  // A gateway that serves model traffic loads what it needs; a command without one does not need it.
  const { adminClient } = await import('./admin-client.ts')
  const client = await adminClient(config, configPath, dirname(configPath))
  if (client !== null) return await work({ kind: 'served', config, client })
  const keeper = recordKeeper({ config, configPath })
  try {
    return await work({ kind: 'stored', config, keeper })
  } finally {
    for (const text of keeper.warnings()) process.stderr.write(`warning: ${visibleText(text)}\n`)
    await keeper.close()
  }
}
