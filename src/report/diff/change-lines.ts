import type { Dependency } from '../../schema/register.ts'
import type {
  DependencyChange,
  RegisterDiff,
  RegisterDiffSide,
} from '../../schema/register-diff.ts'
import { count } from '../count.ts'
import { placeOf } from '../next-steps.ts'

/** `3 dependencies added, 1 removed, 2 changed; 2 gaps new, 1 closed.` */
export function diffHeadline(diff: RegisterDiff): string {
  const { added, removed, changed, newGaps, closedGaps } = diff
  if ([added, removed, changed, newGaps, closedGaps].every((list) => list.length === 0)) {
    return 'Nothing changed.'
  }
  return (
    `${count(added.length, 'dependency', 'dependencies')} added, ${removed.length} removed, ` +
    `${changed.length} changed; ${count(newGaps.length, 'gap')} new, ${closedGaps.length} closed.`
  )
}

/** Why a difference may not be one of the tree; empty when it is. */
export function diffWarnings(diff: RegisterDiff): readonly string[] {
  return [
    ...(diff.rulesDiffer
      ? [
          'The two registers were made with different rules: a difference may come from the rules, not from the tree.',
        ]
      : []),
    ...(diff.before.partial ? ['The earlier register is partial: what looks new may not be.'] : []),
    ...(diff.after.partial ? ['The later register is partial: what looks gone may not be.'] : []),
  ]
}

export function sideLine(side: RegisterDiffSide): string {
  const names = side.repositories.map(({ id, commit }) =>
    commit === null ? id : `${id} at ${commit.slice(0, 12)}`,
  )
  return names.length === 0 ? `holdfast ${side.toolVersion}` : names.join(', ')
}

export function modelOf(dependency: Dependency): string {
  return dependency.model ?? dependency.modelAsWritten
}

export function firstPlace(dependency: Dependency): string {
  const [place] = dependency.occurrences
  return placeOf(place?.path ?? null, place?.line ?? null) ?? ''
}

export function changeWords(change: DependencyChange): readonly string[] {
  return change.fields.map(
    ({ field, before, after }) => `${field}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`,
  )
}
