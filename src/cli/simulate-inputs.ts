import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { digest } from '../base/digest.ts'
import { Fault } from '../base/fault.ts'
import {
  type CountryOfRegion,
  createResolver,
  regionCountries,
  type Resolver,
} from '../catalogue/index.ts'
import type { OwnPolicies } from '../policy/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { isToolCandidate } from '../schema/candidate-id.ts'
import { decidingVerdicts, doesQualify } from '../schema/deciding-verdicts.ts'
import { noRules, type Register } from '../schema/register.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import { buildPortfolio, type Portfolio } from '../simulation/index.ts'
import { instantOfFlag } from './instant-flag.ts'
import { readRegister } from './read-register.ts'
import { allVerdicts } from './read-verdicts.ts'
import { loadCatalogue } from './catalogue-files.ts'
import { type EnforcedDirectives, enforceDirectives } from './enforce-directives.ts'
import { loadConfig } from './load-config.ts'
import { loadDirectives, type LoadedDirectives } from './load-directives.ts'
import { readOwnPolicies } from './policy-files.ts'
import { isUsageThere } from './usage-place.ts'
import type { UsageContext } from './usage-register.ts'

/** The flags that say what is simulated: those of `holdfast simulate` and of `holdfast remedy`. */
export interface SimulationFlags {
  readonly config?: string | undefined
  readonly register?: string | undefined
  readonly verdicts?: readonly string[] | undefined
  readonly at?: string | undefined
}

/** Everything that a simulation is made from, read and put together. */
export interface SimulationInputs {
  readonly organisation: string
  /** RFC 3339, UTC. */
  readonly at: string
  readonly configPath: string
  /** The folder of holdfast.yaml. */
  readonly folder: string
  readonly config: HoldfastConfig | null
  readonly register: Register | null
  readonly catalogue: Catalogue
  readonly resolver: Resolver
  readonly countryOf: CountryOfRegion
  /** Every directive there is, enforced or not. */
  readonly loaded: LoadedDirectives
  /** Those that holdfast.yaml lists. */
  readonly enforced: EnforcedDirectives
  /** policies/*.cedar beside holdfast.yaml. */
  readonly ownPolicies: readonly OwnPolicies[]
  /** The limits of data are not applied yet: `permissionsOf` does, with policy. */
  readonly portfolio: Portfolio
  readonly notices: readonly string[]
  readonly digests: { readonly config: string | null; readonly register: string | null }
}

/** Reads what a simulation needs; only what cannot be done without stops the run. */
export async function readSimulationInputs(
  flags: SimulationFlags,
  now: string,
): Promise<SimulationInputs> {
  const at = flags.at === undefined ? now : instantOfFlag(flags.at)
  const configPath = flags.config ?? 'holdfast.yaml'
  const folder = dirname(configPath)
  const config = await loadConfig(configPath, flags.config !== undefined)
  const audited = await findRegister(flags.register, folder)
  const catalogue = await loadCatalogue({ folder })
  const resolver = createResolver(catalogue)
  const found =
    flags.register === undefined && isUsageThere(folder)
      ? await withUsage(audited, folder, { config, catalogue, resolver, at: now })
      : audited
  if (config === null && found.register === null) throw nothingToSimulate(configPath)
  const countryOf = regionCountries(catalogue)
  const loaded = await loadDirectives({ folder })
  const enforced = await enforcedBy(config, configPath, loaded, catalogue, now)
  const verdicts = await allVerdicts(config, configPath, flags.verdicts ?? [])
  const built = buildPortfolio({
    config,
    register: found.register,
    catalogue,
    resolver,
    verdicts: verdicts.records,
    regionJurisdiction: countryOf,
    at,
  })
  return {
    organisation: config?.organisation.name ?? nameOf(found.register),
    at,
    configPath,
    folder,
    config,
    register: found.register,
    catalogue,
    resolver,
    countryOf,
    loaded,
    enforced,
    ownPolicies: config === null ? [] : await readOwnPolicies(folder),
    portfolio: built.portfolio,
    notices: [
      ...enforced.warnings,
      ...found.notices,
      ...verdicts.notices,
      ...endedVerdicts(config, verdicts.records, at),
      ...built.notices,
    ],
    digests: {
      config: config === null ? null : await digestOf(configPath),
      register: found.path === null ? null : await digestOf(found.path),
    },
  }
}

/** Fallbacks that were qualified and are no longer, as long as holdfast.yaml names their work. */
function endedVerdicts(
  config: HoldfastConfig | null,
  verdicts: readonly VerdictRecord[],
  at: string,
): readonly string[] {
  const known = new Set(config?.workflows.map(({ id }) => id))
  return [...decidingVerdicts(verdicts).values()].flatMap((one) => {
    const { workflow, model, route } = one.key
    if (one.verdict !== 'QUALIFIED' || doesQualify(one, at) || !known.has(workflow)) return []
    const why = one.invalidatedBy ?? `its trial counted until ${one.validUntil.slice(0, 10)}`
    const over = isToolCandidate(model) ? '' : ` over ${route}`
    return [`${workflow}: ${model}${over} is no longer qualified: ${why}`]
  })
}

/** Without a holdfast.yaml: the audited repository, or the folder of several. */
function nameOf(register: Register | null): string {
  const [only, ...others] = register?.repositories ?? []
  return only !== undefined && others.length === 0
    ? only.id
    : basename(resolve(register?.root ?? '.'))
}

interface FoundRegister {
  readonly register: Register | null
  readonly path: string | null
  readonly notices: readonly string[]
}

async function findRegister(named: string | undefined, folder: string): Promise<FoundRegister> {
  const path = named ?? join(folder, '.holdfast', 'register.json')
  if (named === undefined && !existsSync(path)) {
    return {
      register: null,
      path: null,
      notices: [noAudit],
    }
  }
  const register = await readRegister(path)
  const isEmpty = register.dependencies.length === 0 && register.workflows.length === 0
  if (register.tool.rules === noRules) return { register, path, notices: [noAudit] }
  return {
    register,
    path,
    notices: [
      ...(register.partial
        ? [
            `the register ${path} is partial: its audit was stopped, and what it did not reach is missing`,
          ]
        : []),
      ...(isEmpty ? [`the register ${path} is empty: its audit found no model`] : []),
    ],
  }
}

/** What traffic showed since the register was written counts as well. */
async function withUsage(
  audited: FoundRegister,
  folder: string,
  context: UsageContext,
): Promise<FoundRegister> {
  // The room is loaded where there is something to add: other starts do without.
  const { registerWithUsage } = await import('./usage-register.ts')
  const { register, notices } = await registerWithUsage(folder, audited.register, context)
  return { ...audited, register, notices: [...audited.notices, ...notices] }
}

const noAudit =
  'no register: only holdfast.yaml is simulated, and what stands in code alone is missing; `holdfast audit` beside holdfast.yaml makes one'

function nothingToSimulate(configPath: string): Fault {
  return new Fault('HF_CONFIG_MISSING', 'there is nothing to simulate', {
    expected: `a register, or workflows in \`${configPath}\``,
    advice:
      '`holdfast audit . --format json --output register.json` makes a register, then `holdfast simulate --register register.json`',
  })
}

async function enforcedBy(
  config: HoldfastConfig | null,
  configPath: string,
  loaded: LoadedDirectives,
  catalogue: Catalogue,
  now: string,
): Promise<EnforcedDirectives> {
  if (config === null) return { directives: [], invalid: [], warnings: [] }
  const folder = dirname(configPath)
  return enforceDirectives({ config, configPath, folder, loaded, catalogue, now, keep: false })
}

async function digestOf(path: string): Promise<string> {
  return digest(await readFile(path))
}
