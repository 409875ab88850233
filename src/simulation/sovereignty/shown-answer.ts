import { sovereigntyLimits } from './limits.ts'

/** What facts show of one criterion. Answers count from 1, the weakest first. */
export interface ShownAnswer {
  /** Null: the facts do not decide it. */
  readonly answer: number | null
  /** The best answer that the facts leave room for; an attestation of a better one contradicts them. */
  readonly atMost: number
  /** Why, as sentences without a full stop. */
  readonly evidence: readonly string[]
  /** Why it is not decided; null when it is. */
  readonly gap: string | null
}

export function shown(answer: number, evidence: readonly string[]): ShownAnswer {
  return { answer, atMost: answer, evidence: few(evidence), gap: null }
}

export function undecided(
  gap: string,
  atMost: number,
  evidence: readonly string[] = [],
): ShownAnswer {
  return { answer: null, atMost, evidence: few(evidence), gap }
}

/** The first of a list of facts, and how many more there are. */
function few(facts: readonly string[]): readonly string[] {
  const unique = [...new Set(facts)]
  const { evidenceMax } = sovereigntyLimits
  if (unique.length <= evidenceMax) return unique
  return [
    ...unique.slice(0, evidenceMax),
    `and ${unique.length - evidenceMax} more facts of this kind`,
  ]
}
