import { instantText } from '../base/instant-text.ts'
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
  /** The same of what comes in parts. */
  readonly digestParts: (() => PartsDigest) | null
  /** Encrypts what was asked and answered to counsel's key; null: there is none. */
  readonly seal: ((contents: Contents) => NonNullable<DecisionEntry['content']>) | null
}

export interface PartsDigest {
  update(bytes: Buffer): void
  /** `hmac:<hex>`. */
  text(): string
}

/** What is kept of a request and its answer, and how long they were. */
export interface Contents {
  readonly request: Buffer
  readonly answer: Buffer
  readonly requestBytes: number
  readonly answerBytes: number
}

/** What happened at one hop, beside what the call and the hop already say. */
export interface HopRecord {
  readonly decision: Decision
  readonly snapshot: string
  readonly outcome: DecisionEntry['outcome']
  readonly notices: readonly string[]
  readonly servedModel: string | null
  readonly usage: Usage | null
  readonly startedAt: number
  /** Null: the answer has begun; its end is a further entry of the same request and hop. */
  readonly endedAt: number | null
  readonly requestDigest: string | null
  readonly answerDigest: string | null
  /** Null: the workflow keeps none. */
  readonly content: NonNullable<DecisionEntry['content']> | null
}

/**
 * The ledger's entry of a hop. `hop` null: the request was denied before a route was chosen. Its members stand in the
 * order of canonical JSON, so that the ledger need not sort them.
 */
export function decisionEntry(
  call: Call,
  hop: { readonly number: number; readonly target: Hop | null },
  record: HopRecord,
): DecisionEntry {
  const { caller, workflow } = call
  const { target } = hop
  const { codes, directives } = namesIn(record.decision)
  return {
    answerDigest: record.answerDigest,
    class: caller.sealedClass,
    ...(record.content === null ? {} : { content: record.content }),
    countries: [...(target?.route.countries ?? [])],
    directives: [...directives],
    endedAt: record.endedAt === null ? null : instantText(record.endedAt),
    hop: hop.number,
    kind: 'decision',
    model: target?.model ?? call.model,
    ...(record.notices.length === 0 ? {} : { notices: [...record.notices] }),
    outcome: record.outcome,
    principal: caller.pseudonym,
    principalKind: caller.principal.kind,
    provider: target?.route.provider ?? null,
    purpose: call.purpose,
    reasons: [...codes],
    request: call.id,
    requestDigest: record.requestDigest,
    requestedModel: call.requested.slice(0, 500),
    route: target?.route.id ?? null,
    servedModel: record.servedModel?.slice(0, 500) ?? null,
    snapshot: record.snapshot,
    startedAt: instantText(record.startedAt),
    tokens: tokensOf(record.usage),
    verdict: record.decision.verdict,
    workflow: workflow?.id ?? null,
  }
}

interface DecisionNames {
  readonly codes: readonly DecisionEntry['reasons'][number][]
  readonly directives: readonly string[]
}

/** Decisions are frozen and shared: what they name is gathered once. */
const gathered = new WeakMap<Decision, DecisionNames>()

function namesIn(decision: Decision): DecisionNames {
  const found = gathered.get(decision)
  if (found !== undefined) return found
  const { reasons } = decision
  const names = {
    codes: [...new Set(reasons.map(({ code }) => code))],
    directives: [...new Set(reasons.flatMap(({ directive }) => directive ?? []))],
  }
  gathered.set(decision, names)
  return names
}

function tokensOf(usage: Usage | null): DecisionEntry['tokens'] {
  if (usage === null) return null
  const { cacheRead, cacheWrite, input, output, reasoning } = usage
  return { cacheRead, cacheWrite, input, output, reasoning }
}
