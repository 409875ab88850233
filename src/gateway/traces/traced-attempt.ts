import type { Stop, Usage } from '../../protocols/index.ts'
import type { Failure } from '../attempt.ts'
import type { GatewayRoute } from '../gateway-state.ts'
import type { Decision } from '../../schema/decision.ts'

/** Where a request goes and who permitted it, as a judged hop has it. */
export interface TracedHop {
  readonly hop: {
    /** `vendor/name`. */
    readonly model: string
    readonly wireModel: string
    readonly route: Pick<GatewayRoute, 'id' | 'provider' | 'protocol' | 'baseUrl'>
  }
  readonly decision: Decision
  readonly snapshot: string
}

/** How one request to a provider ended. */
type AttemptOutcome = 'served' | 'overtaken' | 'failed'

/** Facts of one request to a provider; nothing of what was asked or answered. */
export class TracedAttempt {
  /** 16 hex digits. */
  readonly span: string
  readonly judged: TracedHop
  /** Number of the hop, from 0. */
  readonly hop: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** When its first content came; null: none has. */
  producedAt: number | null = null
  /** Null: it was never sent, or has not ended. */
  endedAt: number | null = null
  outcome: AttemptOutcome | null = null
  /** Name of the model as its provider wrote it; null: it said nothing of it. */
  writtenModel: string | null = null
  usage: Usage | null = null
  stop: Stop | null = null
  failure: Pick<Failure, 'class' | 'code' | 'status'> | null = null

  constructor(facts: Pick<TracedAttempt, 'span' | 'judged' | 'hop' | 'startedAt'>) {
    this.span = facts.span
    this.judged = facts.judged
    this.hop = facts.hop
    this.startedAt = facts.startedAt
  }

  /** What the provider told of its answer. */
  told(usage: Usage | null, stop: Stop | null): void {
    this.usage = usage
    this.stop = stop
  }

  /** `failure` null: it was served. */
  ended(at: number, failure: Failure | null, isOvertaken = false): void {
    this.endedAt = at
    this.outcome = failure === null ? 'served' : isOvertaken ? 'overtaken' : 'failed'
    if (failure === null) return
    // The rest of it holds what a provider wrote.
    const { class: kind, code, status } = failure
    this.failure = { class: kind, code, status }
  }
}
