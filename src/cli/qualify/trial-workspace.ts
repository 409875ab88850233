import { dirname, resolve } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import { listPrices, type PriceOf } from '../../gateway/index.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import type { ConfigQualification, HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { Store } from '../../store/index.ts'
import { loadCatalogue } from '../catalogue-files.ts'
import { loadConfig } from '../load-config.ts'
import { recordConfiguration } from '../record-configuration.ts'
import { type RecordKeeper, recordKeeper } from '../record-keeper.ts'

/** What every command on trials works with. */
export interface TrialWorkspace {
  readonly config: HoldfastConfig
  readonly configPath: string
  /** Folder of holdfast.yaml. */
  readonly folder: string
  readonly catalogue: Catalogue
  readonly priceOf: PriceOf
  readonly keeper: RecordKeeper
  /** RFC 3339, when the command began. */
  readonly now: string
}

export interface TrialFlags {
  readonly config?: string | undefined
  readonly format: 'text' | 'json'
}

/** Reads holdfast.yaml and catalogue and runs a command; what ledger and store have to say comes last. */
export async function withTrials<T>(
  flags: Pick<TrialFlags, 'config'>,
  work: (workspace: TrialWorkspace) => Promise<T>,
): Promise<T> {
  const configPath = resolve(flags.config ?? 'holdfast.yaml')
  const config = await loadConfig(configPath, flags.config !== undefined)
  if (config === null)
    throw new Fault('HF_CONFIG_MISSING', `there is no \`${configPath}\``, {
      expected: 'the holdfast.yaml whose workflows are to be tried',
      advice: '`holdfast init` writes a first one from an audit; --config names another place',
    })
  const folder = dirname(configPath)
  const catalogue = await loadCatalogue({ folder })
  const keeper = recordKeeper({ config, configPath })
  try {
    return await work({
      config,
      configPath,
      folder,
      catalogue,
      priceOf: listPrices(config.routes, catalogue),
      keeper,
      now: new Date().toISOString(),
    })
  } finally {
    for (const text of keeper.warnings()) note(`warning: ${text}`)
    await keeper.close()
  }
}

/** For commands that begin something: the configuration under which they do is on record first. */
export async function noteConfiguration({ keeper, configPath }: TrialWorkspace): Promise<void> {
  await recordConfiguration(keeper, configPath)
}

export function qualificationOf({ config }: Pick<TrialWorkspace, 'config'>): ConfigQualification {
  if (config.qualification !== undefined) return config.qualification
  throw new Fault('HF_TRIAL_UNREADY', 'holdfast.yaml has no `qualification`', {
    expected: '`qualification: { key: env:NAME }`, the key of the principal that trials ask as',
    advice: 'docs/guide/qualification.md shows the whole way',
  })
}

/** The store, where there is one: whoever only looks makes none. */
export async function storeThere({ keeper }: TrialWorkspace): Promise<Store | null> {
  return await keeper.store.ifThere()
}

/** A line on stderr: what is printed on stdout may be piped on. */
export function note(text: string): void {
  process.stderr.write(`${visibleText(text)}\n`)
}
