import { readFile } from 'node:fs/promises'
import { Fault } from '../base/fault.ts'
import { regionCountries } from '../catalogue/index.ts'
import {
  buildSnapshot,
  type CedarEngine,
  type DirectiveState,
  directiveStateAt,
  type OwnPolicies,
  type PolicySnapshot,
  type PolicyWorld,
  policyWorldOf,
} from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import type { Directive } from '../schema/directive.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import { createCedarEngine } from './cedar-engine.ts'
import { danglingReferences, refuseTwins } from './config-references.ts'
import { type DirectiveWorkspace, findDirective, openDirectives } from './directive-workspace.ts'
import { type EnforcedDirectives, enforceDirectives } from './enforce-directives.ts'
import { readOwnPolicies } from './policy-files.ts'
import { eligibilityWarning } from './principal-standing.ts'
import { instantOfFlag } from './instant-flag.ts'
import { recordConfiguration } from './record-configuration.ts'
import { type RecordKeeper, recordKeeper, type RecordKeeperOptions } from './record-keeper.ts'

export interface PolicyFlags {
  readonly config?: string | undefined
  readonly at?: string | undefined
}

/** Everything that a policy snapshot is made from. */
export interface PolicyWorkspace {
  readonly directives: DirectiveWorkspace
  readonly config: HoldfastConfig
  /** RFC 3339, UTC. */
  readonly at: string
  readonly now: string
  readonly world: PolicyWorld
  readonly states: readonly DirectiveState[]
  /** Ids of directives that are asked about and not enforced. */
  readonly asked: ReadonlySet<string>
  readonly enforced: EnforcedDirectives
  readonly ownPolicies: readonly OwnPolicies[]
  readonly engine: CedarEngine
  /** Names in holdfast.yaml that lead nowhere. */
  readonly dangling: readonly string[]
}

/** Somebody without routes, workflows and authorisations, to read rules by. */
export const nobodysConfig = HoldfastConfig.parse({
  version: 1,
  organisation: { name: 'the organisation' },
})

export interface PolicyOptions {
  /** Directives to look at as if they were enforced, by id or file. */
  readonly also?: readonly string[] | undefined
  /** What to take where there is no holdfast.yaml; absent: that is a fault. */
  readonly otherwise?: HoldfastConfig | undefined
  /** Store and ledger that the process holds open; absent: those of holdfast.yaml, opened where they are needed. */
  readonly open?: Pick<RecordKeeperOptions, 'store' | 'recordDurable'> | undefined
}

/** Reads holdfast.yaml, directives and own policies. */
export async function openPolicy(
  flags: PolicyFlags,
  { also = [], otherwise, open = {} }: PolicyOptions = {},
): Promise<PolicyWorkspace> {
  const now = new Date().toISOString()
  const at = flags.at === undefined ? now : instantOfFlag(flags.at)
  const directives = await openDirectives(flags.config)
  const config = directives.config ?? otherwise
  if (config === undefined) {
    throw new Fault('HF_CONFIG_MISSING', `there is no \`${directives.configPath}\``, {
      expected: 'a holdfast.yaml with routes and workflows: policy decides about these',
      advice: '`holdfast init` writes a first one from an audit; --config names another place',
    })
  }
  const dangling = await danglingIn(directives)
  const keeper = recordKeeper({ ...open, config, configPath: directives.configPath })
  const enforced = await enforcedNow(directives, config, now, keeper)
  const asked = await directivesAsked(directives, enforced, also)
  const all = [...enforced.directives, ...asked]
  return {
    directives,
    config,
    at,
    now,
    world: policyWorldOf(config, directives.catalogue, regionCountries(directives.catalogue), {
      directives: all,
      models: enforced.invalid.flatMap(({ models }) => models),
    }),
    states: all.map((directive) => directiveStateAt(directive, at)),
    asked: new Set(asked.map(({ id }) => id)),
    enforced,
    ownPolicies: await readOwnPolicies(directives.folder),
    engine: createCedarEngine(),
    dangling,
  }
}

/** What is enforced, with everything that is new of it kept and recorded. */
async function enforcedNow(
  directives: DirectiveWorkspace,
  config: HoldfastConfig,
  now: string,
  keeper: RecordKeeper,
): Promise<EnforcedDirectives> {
  try {
    await recordConfiguration(keeper, directives.configPath)
    return await enforceDirectives({ ...directives, config, now, keep: true, keeper })
  } finally {
    await keeper.close()
  }
}

async function danglingIn({
  config,
  configPath,
  loaded,
}: DirectiveWorkspace): Promise<readonly string[]> {
  if (config === null) return []
  const text = await readFile(configPath, 'utf8')
  refuseTwins(config, text, configPath)
  const ids = [
    ...loaded.directives.map(({ directive }) => directive.id),
    ...loaded.problems.map(({ id }) => id),
  ]
  return danglingReferences(config, ids, text, configPath)
}

export function snapshotOf(
  workspace: PolicyWorkspace,
  parts: {
    readonly expiresAt: string
    readonly version: number
    /** Of before: what has not changed is not asked again. */
    readonly previous?: PolicySnapshot | undefined
  },
): PolicySnapshot {
  const { world, states, enforced, ownPolicies, at, engine, config } = workspace
  return buildSnapshot({
    world,
    directives: states,
    invalid: enforced.invalid,
    ownPolicies,
    at,
    engine,
    onExpiry: config.gateway?.onExpiry,
    ...parts,
  })
}

/** What a reader must know before relying on anything here. */
export function warnOnPolicy({ enforced, config, dangling }: PolicyWorkspace): void {
  for (const text of [...enforced.warnings, ...dangling]) warn(text)
  if (config === nobodysConfig) {
    warn('no holdfast.yaml here: shown for an organisation without authorisations')
    return
  }
  const doubt = eligibilityWarning(config)
  if (doubt !== null) warn(doubt)
}

export function warn(text: string): void {
  process.stderr.write(`warning: ${visibleText(text)}\n`)
}

async function directivesAsked(
  workspace: DirectiveWorkspace,
  enforced: EnforcedDirectives,
  also: readonly string[],
): Promise<readonly Directive[]> {
  const known = new Set(enforced.directives.map(({ id }) => id))
  const asked: Directive[] = []
  for (const reference of also) {
    const { directive } = await findDirective(workspace, reference)
    if (known.has(directive.id)) continue
    known.add(directive.id)
    asked.push(directive)
  }
  return asked
}
