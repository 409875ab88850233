import type { EligibilityClass } from '../schema/holdfast-config.ts'

/** People of one group by class; null: nobody said. */
export type Headcount = Readonly<Partial<Record<EligibilityClass, number>>> | null

/**
 * The most restrictive first. `undetermined` and `foreign-person-not-authorised` are denied alike by every directive,
 * but a carve-out for employees of a certain kind spares only people whose class is known.
 */
const restrictiveOrder: readonly EligibilityClass[] = [
  'undetermined',
  'foreign-person-not-authorised',
  'foreign-person-authorised',
  'not-foreign-person',
]

/**
 * The class of a service that acts for whole groups: the most restrictive one among their people. A group of which
 * nobody said whom it holds, or no group at all, leaves it undetermined.
 */
export function classOfService(groups: readonly Headcount[]): EligibilityClass {
  if (groups.length === 0 || groups.some(isUnknown)) return 'undetermined'
  return (
    restrictiveOrder.find((one) => groups.some((group) => (group?.[one] ?? 0) > 0)) ??
    'undetermined'
  )
}

function isUnknown(group: Headcount): boolean {
  return group === null || Object.values(group).every((count) => count === 0)
}
