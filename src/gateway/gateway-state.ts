import type { PolicySnapshot, Principal } from '../policy/index.ts'
import type { Protocol } from '../protocols/index.ts'
import type { SealedValue } from '../schema/ledger-entry.ts'
import type { Criticality, Task } from '../schema/vocabulary.ts'
import type { HoldingRules } from './conversations/held-conversations.ts'
import type { UseLimits } from './limits/counters.ts'
import type { PriceOf } from './limits/list-prices.ts'
import type { VerdictBook } from './verdict-book.ts'

/** Who calls, as the gateway knows it after the key was checked. */
export interface Caller {
  /** Name in configuration or store; for limits, never in answers, headers, logs or labels. */
  readonly id: string
  /** Stands for the caller in the ledger; null: there is no ledger. */
  readonly pseudonym: string | null
  readonly principal: Principal
  /** Eligibility class for the ledger; null: there is no ledger, or no key to seal it with. */
  readonly sealedClass: SealedValue | null
  /** Workflows that the key may call for. */
  readonly workflows: readonly string[]
}

/** Answers from memory: no store and no wait on the way of a request. */
export interface Callers {
  /** `at`: RFC 3339 in milliseconds. Null: no key, a wrong one, or one that counts no more. */
  find(key: string, at: string): Caller | null
  /** Signed tokens instead of keys; absent: none counts. */
  readonly tokens?: TokenCallers
}

/** Who a signed token speaks of. */
export interface TokenCaller extends Caller {
  /** False: the issuer says nothing of groups, and the caller's are empty for that reason alone. */
  readonly areGroupsTold: boolean
}

/** Why a token is none; the message holds nothing of what stands in it. */
export interface TokenRefusal {
  readonly status: 401 | 503
  readonly message: string
}

/** Signed tokens that callers present instead of keys. A token that was seen before costs no wait. */
export interface TokenCallers {
  /** `at`: RFC 3339 in milliseconds. Null: the text has not the form of a token. */
  find(
    presented: string,
    at: string,
  ): TokenCaller | TokenRefusal | null | Promise<TokenCaller | TokenRefusal | null>
}

/** One way to reach models, ready for requests. */
export interface GatewayRoute {
  readonly id: string
  readonly provider: string
  readonly protocol: Protocol
  readonly baseUrl: URL
  readonly region: string | null
  /** Project of Google Cloud, for Vertex AI. */
  readonly project: string | null
  /** Jurisdictions of provider and region, for the ledger. */
  readonly countries: readonly string[]
  /** `vendor/name` → name on the wire. */
  readonly models: ReadonlyMap<string, string>
  /** What it can carry; null: nobody said. */
  readonly capacity: UseLimits | null
  /** Longest context that it serves, in tokens; null: as the catalogue says of the model. */
  readonly contextTokens: number | null
  readonly timeouts: Timeouts
  /** Read when a request goes out, so that a changed credential counts at once; null: none is needed. */
  readonly credential: () => string | null
  /** Why it takes no traffic; null: it does. */
  readonly disabled: string | null
}

export interface GatewayFallback {
  readonly model: string
  /** Null: every route that lists the model. */
  readonly route: string | null
}

export interface GatewayWorkflow {
  readonly id: string
  readonly task: Task
  readonly criticality: Criticality
  readonly model: string | null
  /** In order of preference; only models, for nothing else can be served. */
  readonly fallbacks: readonly GatewayFallback[]
  readonly requireQualified: boolean
  /** As `hedgeMs` of the state, for this work. */
  readonly hedgeMs: number | null
  /** Request and answer of each call are kept, readable for counsel alone. */
  readonly keepsContents: boolean
  /** Share of the calls that become tasks; 0: none. */
  readonly captureRate: number
}

export interface Timeouts {
  /** Until the connection stands. */
  readonly connectMs: number
  /** Until the header lines of a stream are complete. */
  readonly headersMs: number
  /** Until those of an answer in one piece are: providers send them when it is made. */
  readonly wholeMs: number
  /** Until the first event with content. */
  readonly firstTokenMs: number
  /** Without any event; in an answer that is not streamed, without any byte. */
  readonly idleMs: number
  /** Whole attempt. */
  readonly totalMs: number
}

/** What callers and workflows may use; null: no limit. */
export interface CallerLimits {
  readonly ofPrincipal: (id: string) => UseLimits | null
  readonly ofWorkflow: (id: string) => UseLimits | null
}

/** What happens to a request whose route is full. */
export interface WaitingRules {
  /** Longest time that one request waits for routes, all its waits together. */
  readonly waitMs: number
  /** Requests that may wait for one route. */
  readonly waitingMax: number
  /** `next`: another hop that has room is taken before any wait. */
  readonly whenFull: 'wait' | 'next'
}

/** What the catalogue knows that decides whether a request fits a model. Null: unknown. */
export interface ModelFacts {
  readonly contextTokens: number | null
  readonly outputTokens: number | null
  /** Of the catalogue's list: `tools`, `vision`, … */
  readonly capabilities: ReadonlySet<string> | null
}

/**
 * Everything that a request is decided and routed by. Immutable: a change of anything makes a new one. Only verdicts end
 * at once where an answer refutes them.
 */
export interface GatewayState {
  readonly snapshot: PolicySnapshot
  readonly callers: Callers
  readonly routes: ReadonlyMap<string, GatewayRoute>
  /** Routes that list a model, in the order of holdfast.yaml. */
  readonly routesOf: (model: string) => readonly GatewayRoute[]
  readonly workflows: ReadonlyMap<string, GatewayWorkflow>
  /** `vendor/name` of any spelling; null: nobody knows it. */
  readonly modelOf: (written: string) => string | null
  readonly factsOf: (model: string) => ModelFacts
  /** Which fallback can do which work, as trials say. */
  readonly verdicts: VerdictBook
  readonly unqualifiedFallbacks: 'deny' | 'allow-with-notice'
  readonly inFlight: 'continue' | 'restart' | 'end'
  readonly timeouts: Timeouts
  readonly limits: CallerLimits
  readonly waiting: WaitingRules
  /** After so long without content another hop is asked beside; null: none is. Of calls without a workflow. */
  readonly hedgeMs: number | null
  readonly priceOf: PriceOf
  /** How much of conversations is held for callers who send only what is new; null: nothing. */
  readonly conversations: HoldingRules | null
}
