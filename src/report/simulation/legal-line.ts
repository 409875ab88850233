import { legalLine } from '../../base/legal-line.ts'
import type { Simulation } from '../../schema/simulation.ts'
import { shorten } from '../../base/visible-text.ts'

export type UsedDirective = Pick<
  Simulation['inputs']['directives'][number],
  'id' | 'review' | 'asOf'
>

/** One line a directive; for none, that none was applied. */
export function directiveLines(directives: readonly UsedDirective[]): readonly string[] {
  if (directives.length === 0) return ['No directive was applied.']
  return directives.map((one) => `${one.id}: ${legalLine(one.asOf ?? null, one.review)}`)
}

/** What nobody may overlook while counsel has not signed. */
export function unverifiedLine(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).map((id) => shorten(id, 80))
  const left = ids.length - shown.length
  return `Unverified: nobody has signed ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`
}
