import { cedarSchema, type PolicySnapshot } from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import {
  openPolicy,
  type PolicyFlags,
  type PolicyWorkspace,
  snapshotOf,
  warnOnPolicy,
} from './policy-workspace.ts'
import { printOut } from './write-output.ts'

export interface PolicyCheckFlags extends PolicyFlags {
  readonly format: 'text' | 'json'
}

/** `holdfast policy check`: everything that decides is valid; what is in tables, and what is asked per request. */
export async function checkPolicy(flags: PolicyCheckFlags): Promise<void> {
  const workspace = await openPolicy(flags)
  const startedAt = performance.now()
  const snapshot = snapshotOf(workspace, { expiresAt: '9999-12-31T23:59:59.999Z', version: 0 })
  const buildMs = Math.round(performance.now() - startedAt)
  const found = { ...checkOf(workspace, snapshot), buildMs }
  await printOut(
    flags.format === 'json' ? `${JSON.stringify(found, null, 2)}\n` : `${textOf(found)}\n`,
  )
  warnOnPolicy(workspace)
  if (found.problems.length > 0) process.exitCode = 1
}

interface PolicyCheck {
  readonly schemaVersion: 1
  readonly at: string
  readonly engine: string
  readonly digest: string
  readonly changesAt: string | null
  readonly units: readonly {
    readonly id: string
    readonly policies: number
    readonly isTabulated: boolean
    /** Why it is asked per request; empty when it is in a table. */
    readonly because: readonly string[]
    /** Combinations that Cedar has answered. */
    readonly cells: number
  }[]
  readonly world: Readonly<Record<'models' | 'routes' | 'workflows', number>>
  readonly classes: PolicySnapshot['table']['size']
  readonly warnings: readonly string[]
  /** Enforced directives that cannot be read, or contradict themselves. */
  readonly problems: readonly string[]
  readonly buildMs: number
}

function checkOf(
  workspace: PolicyWorkspace,
  snapshot: PolicySnapshot,
): Omit<PolicyCheck, 'buildMs'> {
  const { table, world } = snapshot
  const units = [...table.units, ...table.liveUnits].map((one) => ({
    id: one.unit.id,
    policies: one.unit.rules.length,
    isTabulated: one.live.length === 0,
    because: one.live,
    cells: one.live.length === 0 ? one.cells() : 0,
  }))
  return {
    schemaVersion: 1,
    at: snapshot.at,
    engine: `Cedar ${workspace.engine.version}`,
    digest: snapshot.digest,
    changesAt: snapshot.changesAt,
    units,
    world: {
      models: world.models.length,
      routes: world.routes.length,
      workflows: world.workflows.length,
    },
    classes: table.size,
    problems: [
      ...workspace.enforced.invalid.map(({ text }) => text),
      ...(workspace.enforced.contradictions ?? []),
    ],
    warnings: workspace.ownPolicies.flatMap(({ name, text }) =>
      workspace.engine
        .validate(cedarSchema, text)
        .warnings.map(({ message }) => `${name}: ${message}`),
    ),
  }
}

function textOf(found: PolicyCheck): string {
  const live = found.units.filter(({ isTabulated }) => !isTabulated)
  const policies = found.units.reduce((sum, unit) => sum + unit.policies, 0)
  const cells = found.units.reduce((sum, unit) => sum + unit.cells, 0)
  const { world, classes } = found
  return [
    `${policies} policies in ${found.units.length} units are valid (${found.engine}, strict)`,
    `tabulated: ${found.units.length - live.length} units, ${cells} combinations answered in ${found.buildMs} ms`,
    `told apart: ${classes.models} of ${world.models} models, ${classes.routes} of ${world.routes} routes, ${classes.workflows} of ${world.workflows + 1} workflows (one for none), ${classes.purposes} kinds of purposes`,
    live.length === 0 ? 'asked per request: none' : `asked per request: ${live.length} units`,
    ...live.map(({ id, because }) => `  ${id} tests ${because.join(' and ')}`),
    `next change: ${found.changesAt ?? 'none is known'}`,
    `digest: ${found.digest}`,
    ...found.warnings.map((warning) => `note: ${warning}`),
    ...found.problems.map((problem) => `problem: ${problem}`),
  ]
    .map(visibleText)
    .join('\n')
}
