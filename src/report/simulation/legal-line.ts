import type { Simulation } from '../../schema/simulation.ts'

export type UsedDirective = Simulation['inputs']['directives'][number]

/** The line that stands under everything that rests on a directive. */
export function legalLine(asOf: string | null | undefined, review: string): string {
  return `Applies the rule as recorded (text as of ${asOf ?? 'a day that is not recorded'}, review: ${review}). Not legal advice; counsel decides.`
}

/** One line a directive; for none, that none was applied. */
export function directiveLines(directives: readonly UsedDirective[]): readonly string[] {
  if (directives.length === 0) return ['No directive was applied.']
  return directives.map((one) => `${one.id}: ${legalLine(one.asOf, one.review)}`)
}
