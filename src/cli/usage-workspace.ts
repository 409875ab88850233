import { dirname, join } from 'node:path'
import { Fault } from '../base/fault.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { loadConfig } from './load-config.ts'

export interface UsageFlags {
  readonly config?: string | undefined
  readonly format: 'text' | 'json'
}

export interface UsageWorkspace {
  readonly configPath: string
  readonly config: HoldfastConfig
  /** Of holdfast.yaml. */
  readonly folder: string
  /** Where the book lies: `.holdfast` beside holdfast.yaml. */
  readonly bookFolder: string
}

export async function usageWorkspace(flags: UsageFlags): Promise<UsageWorkspace> {
  const configPath = flags.config ?? 'holdfast.yaml'
  const config = await loadConfig(configPath, flags.config !== undefined)
  if (config === null)
    throw new Fault('HF_CONFIG_MISSING', `there is no \`${configPath}\``, {
      expected: 'a holdfast.yaml, beside which the register is kept',
      advice: '`holdfast init` writes a first one from an audit; --config names another place',
    })
  const folder = dirname(configPath)
  return { configPath, config, folder, bookFolder: join(folder, '.holdfast') }
}
