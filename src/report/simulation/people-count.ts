import { count } from '../count.ts'

/** Below this a count could point at a person. */
const smallest = 5

export interface PeopleOptions {
  /** True shows counts below five as they are, for counsel; else they are `<5`. */
  readonly exactCounts?: boolean | undefined
}

/** `7 people`, `<5 people`, `nobody`, `people not stated`. */
export function peopleText(people: number | null, options: PeopleOptions): string {
  if (people === null) return 'people not stated'
  if (people === 0) return 'nobody'
  if (isSmall(people, options)) return `<${smallest} people`
  return count(people, 'person', 'people')
}

/** Whether a count could point at a person, for this reader. */
export function isSmall(people: number | null, options: PeopleOptions): boolean {
  return people !== null && people > 0 && people < smallest && options.exactCounts !== true
}

/** A sum that does not give away a small part of it: then it says only what the others come to. */
export function sumText(parts: readonly (number | null)[], options: PeopleOptions): string {
  const known = parts.filter((part) => part !== null)
  if (known.length === 0) return 'people not stated'
  const open = known.filter((part) => !isSmall(part, options)).reduce((sum, part) => sum + part, 0)
  const isWhole = known.length === parts.length && !known.some((part) => isSmall(part, options))
  if (isWhole) return peopleText(open, options)
  if (open === 0) return known.length === parts.length ? `a few people` : 'people not stated'
  return `at least ${peopleText(open, options)}`
}
