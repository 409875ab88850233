import type { Usage } from '../protocols/index.ts'
import type { DecisionEntry } from '../schema/ledger-entry.ts'

/** What happened at a hop. */
export interface HopFacts {
  readonly outcome: DecisionEntry['outcome']
  /** Number of the hop, from 0. */
  readonly hop: number
  readonly startedAt: number
  /** Null: the answer has begun. */
  readonly endedAt: number | null
  readonly servedModel?: string | null
  readonly usage?: Usage | null
  readonly answerDigest?: string | null
}
