import type { EligibilityClass } from '../schema/holdfast-config.ts'

/** Below this a count could point at a person. */
const smallest = 5

export type ShownCount = number | '<5' | '5 or more'

/**
 * How many people are of each class, as a reader may know it. Nobody is `<5` like a few, and where only one class would
 * be hidden, the next smallest is told roughly: else the number of all people would give it away.
 */
export function shownCounts(
  counts: Readonly<Record<EligibilityClass, number>>,
  isCounsel: boolean,
): Readonly<Record<EligibilityClass, ShownCount>> {
  const classes = Object.entries(counts) as [EligibilityClass, number][]
  const hidden = classes.filter(([, count]) => count < smallest)
  const [next] = classes
    .filter(([, count]) => count >= smallest)
    .toSorted(([, one], [, other]) => one - other)
  const shown = classes.map(([name, count]): [EligibilityClass, ShownCount] => {
    if (isCounsel) return [name, count]
    if (count < smallest) return [name, '<5']
    return [name, hidden.length === 1 && name === next?.[0] ? '5 or more' : count]
  })
  return Object.fromEntries(shown) as Record<EligibilityClass, ShownCount>
}
