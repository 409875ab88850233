import { EligibilityClass } from '../../schema/holdfast-config.ts'
import { Outcome } from '../../schema/simulation.ts'

/** The five words as numbers, best first, and the classes as bits: what the inner loops count with. */
const words: readonly Outcome[] = Outcome.options
export const unaffected = 0
export const failsOver = 1
export const degraded = 2
export const atRisk = 3
export const stops = 4

export const classes: readonly EligibilityClass[] = EligibilityClass.options
export const classCount = classes.length
/** One bit a class. */
export const everyClass = (1 << classCount) - 1

export function wordOf(number: number): Outcome {
  return words[number] ?? 'stops'
}
