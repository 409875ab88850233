import type { Decision } from '../schema/decision.ts'
import type { DecisionEntry } from '../schema/ledger-entry.ts'
import type { Usage } from '../protocols/index.ts'
import type { Call } from './call.ts'
import type { Hop } from './plan-hops.ts'

/** Where decisions are recorded. The gateway is handed it and knows no more of the ledger. */
export interface Evidence {
  /** `strict`: an entry is durable before the first byte of its answer goes out. */
  readonly mode: 'prompt' | 'strict'
  /** What is refused while nothing can be written. */
  readonly onWriteFailure: 'stop-restricted' | 'stop-all'
  /** Why nothing can be written now; null while all is well. */
  readonly problem: () => string | null
  /** Throws when no room is left to wait in. */
  readonly record: (entry: DecisionEntry) => void
  readonly recordDurable: (entry: DecisionEntry) => Promise<unknown>
  /** HMAC of what was asked or answered, `hmac:<hex>`; null: no key. */
  readonly digestOf: ((bytes: Buffer | string) => string) | null
}

/** What happened at one hop, beside what the call and the hop already say. */
export interface HopRecord {
  readonly decision: Decision
  readonly snapshot: string
  readonly outcome: DecisionEntry['outcome']
  readonly servedModel: string | null
  readonly usage: Usage | null
  readonly startedAt: number
  /** Null: the answer has begun; its end is a further entry of the same request and hop. */
  readonly endedAt: number | null
  readonly answerDigest: string | null
}

/** The ledger's entry of a hop. `hop` null: the request was denied before a route was chosen. */
export function decisionEntry(
  call: Call,
  hop: { readonly number: number; readonly target: Hop | null },
  record: HopRecord,
): DecisionEntry {
  const { caller, workflow } = call
  const { target } = hop
  const { reasons, verdict } = record.decision
  return {
    kind: 'decision',
    request: call.id,
    principal: caller.pseudonym,
    principalKind: caller.principal.kind,
    class: caller.sealedClass,
    workflow: workflow?.id ?? null,
    purpose: call.purpose,
    requestedModel: call.requested.slice(0, 500),
    servedModel: record.servedModel?.slice(0, 500) ?? null,
    model: target?.model ?? call.model,
    route: target?.route.id ?? null,
    provider: target?.route.provider ?? null,
    countries: [...(target?.route.countries ?? [])],
    hop: hop.number,
    snapshot: record.snapshot,
    verdict,
    reasons: [...new Set(reasons.map(({ code }) => code))],
    directives: [...new Set(reasons.flatMap(({ directive }) => directive ?? []))],
    outcome: record.outcome,
    ...(call.notices.size === 0 ? {} : { notices: [...call.notices] }),
    tokens: tokensOf(record.usage),
    startedAt: new Date(record.startedAt).toISOString(),
    endedAt: record.endedAt === null ? null : new Date(record.endedAt).toISOString(),
    requestDigest: call.requestDigest,
    answerDigest: record.answerDigest,
  }
}

function tokensOf(usage: Usage | null): DecisionEntry['tokens'] {
  return usage === null ? null : { ...usage }
}
