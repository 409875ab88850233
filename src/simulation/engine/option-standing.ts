import type { Load, Option, PortfolioWorkflow } from '../portfolio.ts'
import { atRisk, degraded, failsOver } from './outcome-words.ts'

export const measures = ['concurrent', 'requestsPerMinute', 'tokensPerMinute'] as const

/** What an option is worth when it takes over, apart from what is lost, denied or full. */
export type OptionStanding =
  | { readonly kind: 'counts'; readonly word: number }
  | {
      readonly kind: 'does-not-count'
      readonly code: 'requires-qualified' | 'mtpd-exceeded' | 'below-mbco'
    }

const standings = {
  failsOver: { kind: 'counts', word: failsOver },
  degraded: { kind: 'counts', word: degraded },
  atRisk: { kind: 'counts', word: atRisk },
  requiresQualified: { kind: 'does-not-count', code: 'requires-qualified' },
  mtpdExceeded: { kind: 'does-not-count', code: 'mtpd-exceeded' },
  belowMbco: { kind: 'does-not-count', code: 'below-mbco' },
} as const satisfies Record<string, OptionStanding>

export function optionStanding(workflow: PortfolioWorkflow, option: Option): OptionStanding {
  if (workflow.requireQualified && option.evidence === 'unqualified') {
    return standings.requiresQualified
  }
  const readyMs = readyAfterMs(option)
  if (readyMs !== null && workflow.mtpdMs !== null && readyMs > workflow.mtpdMs) {
    return standings.mtpdExceeded
  }
  const share = shareCarried(option.capacity, workflow.load)
  if (workflow.mbcoCapacity !== null && share < workflow.mbcoCapacity) {
    return standings.belowMbco
  }
  if (option.evidence === 'unqualified') return standings.atRisk
  const late = readyMs !== null && workflow.rtoMs !== null && readyMs > workflow.rtoMs
  return late || share < 1 ? standings.degraded : standings.failsOver
}

/** A model is there at once when nothing else is said; of tools and people nobody knows. */
export function readyAfterMs(option: Option): number | null {
  return option.rtoMs ?? (option.kind === 'model' ? 0 : null)
}

/** Least of capacity ÷ load over the measures that both state, at most 1. */
export function shareCarried(capacity: Load | null, load: Load): number {
  let share = 1
  if (capacity === null) return share
  for (const measure of measures) {
    const carried = capacity[measure]
    const asked = load[measure]
    if (carried !== null && asked !== null && asked > 0) share = Math.min(share, carried / asked)
  }
  return share
}
