import type { Hop, Place } from '../../schema/register.ts'

/** One thing that a value may turn out to be, with the way that led there. */
export interface Candidate {
  /** Null when the chain ends outside the tree. */
  readonly text: string | null
  /** Where the text is written, or where the chain ended. */
  readonly place: Place
  /** From the use to the place, nearest first. */
  readonly hops: readonly Hop[]
  /** What outside the tree may replace it. */
  readonly overridableBy: readonly string[]
  /** The deployment environment it holds for. */
  readonly environment: string | null
  /** True when the text is the name of a constant of an SDK. */
  readonly constant: boolean
  /** Why the chain ended, when it did. */
  readonly ending: string | null
}

export function written(text: string, place: Place): Candidate {
  return {
    text,
    place,
    hops: [],
    overridableBy: [],
    environment: null,
    constant: false,
    ending: null,
  }
}

export function endedAt(
  place: Place,
  ending: string,
  overridableBy: readonly string[] = [],
): Candidate {
  return { text: null, place, hops: [], overridableBy, environment: null, constant: false, ending }
}

export function behind(hop: Hop, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.map((candidate) => ({ ...candidate, hops: [hop, ...candidate.hops] }))
}
