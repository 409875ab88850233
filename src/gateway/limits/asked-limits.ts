import type { Criticality } from '../../schema/vocabulary.ts'
import type { GatewayRoute } from '../gateway-state.ts'
import type { Claim, Grant, Refusal, Scope } from './counters.ts'

/** What somebody wants of a route. */
export interface Want {
  readonly criticality: Criticality
  /** Tokens that it is expected to use, at least; asked only where they are limited. */
  readonly tokens: () => number
}

export interface Patience {
  /** Longest wait; 0: now or not at all. */
  readonly waitMs: number
  /** How many may wait for the route. */
  readonly waitingMax: number
}

/** A wait for a route. */
export interface Wait {
  readonly kind: 'waiting'
  /** Null: it was given up. A grant must be released, also by who does not want it any more. */
  readonly outcome: Promise<Grant | Refusal | null>
  giveUp(): void
}

/** Who is asked, and how much there is of it. */
export type LimitedRoute = Pick<GatewayRoute, 'id' | 'capacity'>

/**
 * What requests ask of the counters of callers and workflows. Memory answers at once; where several processes share
 * them, the one that has them answers with a promise.
 */
export interface AskedCounters {
  /** All claims of a request or none. */
  acquire(claims: readonly Claim[]): Grant | Refusal | Promise<Grant | Refusal>
  /** Adds to today's spend, in billionths of a currency unit. */
  spend(scope: Scope, id: string, currency: string, nano: number): void
}

/** What requests ask of routes, in the same two ways. */
export interface AskedCapacity {
  /** Whether somebody who came now would not have to wait. */
  hasRoom(route: LimitedRoute, want: Want): boolean | Promise<boolean>
  /** Null: the route has no limits. */
  enter(route: LimitedRoute, want: Want, patience: Patience): Grant | Refusal | Wait | null
}
