import { messageOf } from '../base/fault.ts'
import type { Usage } from '../protocols/index.ts'
import type { DecisionEntry } from '../schema/ledger-entry.ts'
import type { Call } from './call.ts'
import type { GatewayClock } from './clock.ts'
import type { EntryQueue } from './entry-queue.ts'
import { type Contents, decisionEntry, type Evidence } from './evidence.ts'
import type { GatewayState } from './gateway-state.ts'
import type { GatewayMetrics } from './metrics.ts'
import { gatewayLimits } from './limits.ts'
import type { JudgedHop } from './plan-hops.ts'
import { SentBytes } from './sent-bytes.ts'

export interface EvidenceTools {
  readonly state: () => GatewayState
  readonly clock: GatewayClock
  readonly evidence: Evidence | null
  readonly entries: EntryQueue
  /** Absent: nothing is counted. */
  readonly metrics?: GatewayMetrics | undefined
  readonly warn: (message: string) => void
}

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
  /** What went out, to be digested; absent: nothing whole. */
  readonly answer?: Buffer | string | SentBytes
}

/** While nothing can be recorded, models that a directive concerns are not served, or none at all. */
export function isWithoutEvidence({ evidence, state }: EvidenceTools, model: string): boolean {
  if (evidence === null || evidence.problem() === null) return false
  return evidence.onWriteFailure === 'stop-all' || state().snapshot.table.restricted.has(model)
}

/** What happened at a hop, told afterwards: it holds nothing up. */
export function recordHop(
  tools: EvidenceTools,
  call: Call,
  judged: JudgedHop,
  facts: HopFacts,
): void {
  const { evidence, entries, metrics } = tools
  metrics?.hop(call.measured, judged, facts)
  if (facts.outcome === 'denied') call.trace?.denied(judged)
  if (evidence === null) return
  const entry = entryOf(evidence, call, judged, facts)
  entries.add(() => evidence.record(entry()))
  if (!mayWait(evidence)) entries.flush()
}

/** Whether an entry may be made a little later: not where the disk is waited for, and not while it refuses. */
function mayWait({ mode, problem }: Evidence): boolean {
  return mode === 'prompt' && problem() === null
}

/**
 * The entry before whose answer nothing goes out. `false`: it could not be kept, and this model may not be served
 * without. In `strict` mode a promise, which waits for the disk.
 */
export function recordBegun(
  tools: EvidenceTools,
  call: Call,
  judged: JudgedHop,
  facts: HopFacts,
): Promise<boolean> | boolean {
  const { evidence, entries, metrics, warn } = tools
  metrics?.hop(call.measured, judged, facts)
  if (evidence === null) return true
  const entry = entryOf(evidence, call, judged, facts)
  if (mayWait(evidence)) {
    entries.add(() => evidence.record(entry()))
    return true
  }
  entries.flush()
  const lost = (error: unknown): boolean => {
    warn(`a decision could not be recorded: ${messageOf(error)}`)
    return !isWithoutEvidence(tools, judged.hop.model)
  }
  if (evidence.mode === 'strict') return evidence.recordDurable(entry()).then(() => true, lost)
  try {
    evidence.record(entry())
    return true
  } catch (error) {
    return lost(error)
  }
}

/** Makes the entry of what is known now, later. */
function entryOf(
  evidence: Evidence,
  call: Call,
  { hop, decision, snapshot, notice }: JudgedHop,
  facts: HopFacts,
): () => DecisionEntry {
  const { answer } = facts
  return () =>
    decisionEntry(
      call,
      { number: Math.max(0, facts.hop), target: hop },
      {
        decision,
        snapshot,
        outcome: facts.outcome,
        notices: notice === null ? [] : [notice],
        servedModel: facts.servedModel ?? null,
        usage: facts.usage ?? null,
        startedAt: facts.startedAt,
        endedAt: facts.endedAt,
        requestDigest: call.requestDigest(),
        answerDigest: answer === undefined ? null : digestOfAnswer(evidence, answer),
        content: answer === undefined ? null : sealedContent(evidence, call, answer),
      },
    )
}

type Answer = NonNullable<HopFacts['answer']>

function digestOfAnswer({ digestOf }: Evidence, answer: Answer): string | null {
  if (answer instanceof SentBytes) return answer.digest()
  return digestOf?.(answer) ?? null
}

function sealedContent(
  { seal }: Evidence,
  { workflow, bytes }: Call,
  answer: Answer,
): NonNullable<DecisionEntry['content']> | null {
  if (workflow?.keepsContents !== true || seal === null) return null
  const kept = keptAnswer(answer)
  return seal({
    request: bytes.subarray(0, gatewayLimits.keptBytesMax),
    requestBytes: bytes.length,
    ...kept,
  })
}

function keptAnswer(answer: Answer): Pick<Contents, 'answer' | 'answerBytes'> {
  if (answer instanceof SentBytes) return { answer: answer.kept(), answerBytes: answer.bytes }
  const bytes = typeof answer === 'string' ? Buffer.from(answer) : answer
  return { answer: bytes.subarray(0, gatewayLimits.keptBytesMax), answerBytes: bytes.length }
}
