import type { Outcome } from '../../schema/simulation.ts'
import type { Criticality } from '../../schema/vocabulary.ts'
import type { Tone } from '../text/paint.ts'

/** Outcomes from the best to the worst; the number is how bad. */
const ranks: Readonly<Record<Outcome, number>> = {
  unaffected: 0,
  'fails-over': 1,
  degraded: 2,
  'at-risk': 3,
  stops: 4,
}

export function outcomeRank(outcome: Outcome): number {
  return ranks[outcome]
}

/** Every outcome, the worst first. */
export const outcomesWorstFirst: readonly Outcome[] = [
  'stops',
  'at-risk',
  'degraded',
  'fails-over',
  'unaffected',
]

/** The outcome of one workflow, in words for people. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  unaffected: 'unaffected',
  'fails-over': 'fails over',
  degraded: 'degraded',
  'at-risk': 'at risk',
  stops: 'stops',
}

/** What each word means, for a legend. */
export const outcomeMeanings: Readonly<Record<Outcome, string>> = {
  unaffected: 'goes on as before',
  'fails-over': 'a fallback takes over that is shown to do the work',
  degraded: 'goes on below full service, not below the least that must be delivered',
  'at-risk': 'only fallbacks are left that nothing shows to be able to do the work',
  stops: 'nothing is left that counts',
}

export const outcomeTones: Readonly<Record<Outcome, Tone>> = {
  unaffected: 'faint',
  'fails-over': 'good',
  degraded: 'warning',
  'at-risk': 'warning',
  stops: 'bad',
}

/** `critical` first; work of which nobody said anything stands with `supporting`, after it. */
export function criticalityRank(criticality: Criticality | null): number {
  switch (criticality) {
    case 'critical':
      return 0
    case 'important':
      return 1
    case 'supporting':
      return 2
    case null:
      return 3
  }
}

export function criticalityWords(criticality: Criticality | null): string {
  return criticality ?? 'criticality not stated'
}
