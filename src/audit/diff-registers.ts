import type { Dependency, Register } from '../schema/register.ts'
import type {
  DependencyChange,
  FieldChange,
  RegisterDiff,
  RegisterDiffSide,
} from '../schema/register-diff.ts'
import { gapKey } from './gate.ts'
import { isDependency } from './workflows.ts'

/** What changed between two registers in uses and declarations, by the ids that outlive moved lines. */
export function diffRegisters(before: Register, after: Register): RegisterDiff {
  const old = new Map(before.dependencies.filter(isDependency).map((one) => [one.id, one]))
  const now = new Map(after.dependencies.filter(isDependency).map((one) => [one.id, one]))
  const oldGaps = new Set(before.gaps.map(gapKey))
  const newGaps = new Set(after.gaps.map(gapKey))
  return {
    schemaVersion: 1,
    before: sideOf(before),
    after: sideOf(after),
    rulesDiffer: before.tool.rules !== after.tool.rules,
    added: [...now.values()].filter((one) => !old.has(one.id)),
    removed: [...old.values()].filter((one) => !now.has(one.id)),
    changed: [...now.values()].flatMap((one) => changeOf(old.get(one.id), one)),
    newGaps: after.gaps.filter((gap) => !oldGaps.has(gapKey(gap))),
    closedGaps: before.gaps.filter((gap) => !newGaps.has(gapKey(gap))),
  }
}

function sideOf(register: Register): RegisterDiffSide {
  return {
    toolVersion: register.tool.version,
    rules: register.tool.rules,
    partial: register.partial,
    repositories: register.repositories.map(({ id, commit }) => ({ id, commit })),
  }
}

/** The facts of a dependency that matter to a reader, each as words. Places are left out: lines move. */
const comparedFields: readonly {
  readonly field: string
  readonly read: (dependency: Dependency) => string | null
}[] = [
  { field: 'model', read: (one) => one.model },
  { field: 'modelAsWritten', read: (one) => one.modelAsWritten },
  { field: 'route.provider', read: (one) => one.route.provider },
  { field: 'route.baseUrl', read: (one) => one.route.baseUrl },
  { field: 'route.region', read: (one) => one.route.region },
  { field: 'role', read: (one) => one.role },
  { field: 'task', read: (one) => one.task },
  { field: 'workflow', read: (one) => one.workflow },
  { field: 'resolution', read: (one) => one.resolution },
  { field: 'overridableBy', read: (one) => list(one.overridableBy) },
  { field: 'features', read: (one) => list(one.features) },
  { field: 'migrationEffort', read: (one) => one.migrationEffort },
  {
    field: 'fallbacks',
    read: (one) =>
      list(
        one.fallbacks.map(
          (fallback) => `${fallback.model ?? fallback.modelAsWritten} (${fallback.grade})`,
        ),
      ),
  },
  { field: 'owners', read: (one) => list(one.owners) },
  { field: 'lifecycle', read: (one) => one.lifecycle },
]

function changeOf(before: Dependency | undefined, after: Dependency): readonly DependencyChange[] {
  if (before === undefined) return []
  const fields = comparedFields.flatMap(({ field, read }): readonly FieldChange[] => {
    const change = { field, before: read(before), after: read(after) }
    return change.before === change.after ? [] : [change]
  })
  return fields.length === 0 ? [] : [{ id: after.id, before, after, fields }]
}

function list(items: readonly string[]): string | null {
  return items.length === 0 ? null : items.join(', ')
}
