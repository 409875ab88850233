import type { FallbackGrade } from '../schema/vocabulary.ts'

/** A grade, or `none` when nothing at all can take over. */
export type GradeOrNone = FallbackGrade | 'none'

/** Words for a person, weakest first. */
export const gradeWords: Readonly<Record<GradeOrNone, string>> = {
  none: 'none',
  unknown: 'unknown',
  'same-model-other-route': 'same model, other route',
  'same-vendor': 'same vendor',
  'same-jurisdiction': 'same jurisdiction',
  independent: 'independent',
  'self-hosted': 'self-hosted',
}

const gradesWeakestFirst = Object.keys(gradeWords) as readonly GradeOrNone[]

/** The better of two; a grade nobody knows is worth more than none, and less than any known one. */
export function betterGrade(a: GradeOrNone, b: GradeOrNone): GradeOrNone {
  return gradesWeakestFirst.indexOf(a) >= gradesWeakestFirst.indexOf(b) ? a : b
}
