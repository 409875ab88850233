import type { ListPrice } from '../../schema/catalogue.ts'

export type LimitName = 'concurrent' | 'requestsPerMinute' | 'tokensPerMinute' | 'spendPerDay'

interface Money {
  readonly amount: number
  /** ISO 4217. */
  readonly currency: ListPrice['currency']
}

/** What one counter may hold. Null: no limit. */
export interface UseLimits {
  readonly concurrent: number | null
  readonly requestsPerMinute: number | null
  readonly tokensPerMinute: number | null
  /** Of a UTC day. */
  readonly spendPerDay: Money | null
}

/** Who or what is limited. */
export type Scope = 'principal' | 'workflow' | 'route'

/** One request's claim on one counter. */
export interface Claim {
  readonly scope: Scope
  /** Of the principal, workflow or route. */
  readonly id: string
  readonly limits: UseLimits
  /** What it is expected to use; corrected by `settle`. */
  readonly tokens: number
}

/** A claim that was refused; the others of the same request were not counted either. */
export interface Refusal {
  readonly kind: 'refused'
  readonly scope: Scope
  readonly limit: LimitName
  /** Until there is room, as far as clocks tell; null: when somebody else ends. */
  readonly waitMs: number | null
}

export interface Grant {
  readonly kind: 'granted'
  /** So many tokens were really used. */
  settle(tokens: number): void
  /** The request has ended, however; a second time does nothing. */
  release(): void
}

/**
 * Counters of what is used, in memory. Where several processes share them, one has them and the others ask it: see
 * `AskedCounters`. Who counts has the clock.
 */
export interface Counters {
  /** All claims of a request or none. */
  acquire(claims: readonly Claim[]): Grant | Refusal
  /** What stands in the way of `requests` such claims in a row; null: nothing. Counts nothing. */
  refusalOf(claim: Claim, requests: number): Refusal | null
  /** Adds to today's spend, in billionths of a currency unit. */
  spend(scope: Scope, id: string, currency: string, nano: number): void
  /** Is called whenever there may be more room for this counter than before. */
  onRoom(listener: (scope: Scope, id: string) => void): void
}
