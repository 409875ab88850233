import { messageOf } from '../base/fault.ts'
import type { DecisionEntry } from '../schema/ledger-entry.ts'
import type { Call } from './call.ts'
import type { GatewayClock } from './clock.ts'
import { decisionEntry, type Evidence } from './evidence.ts'
import type { GatewayState } from './gateway-state.ts'
import type { HopFacts } from './hop-facts.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { JudgedHop } from './plan-hops.ts'

export interface EvidenceTools {
  readonly state: () => GatewayState
  readonly clock: GatewayClock
  readonly evidence: Evidence | null
  /** Absent: nothing is counted. */
  readonly metrics?: GatewayMetrics | undefined
  readonly warn: (message: string) => void
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
  const { evidence, metrics, warn } = tools
  metrics?.hop(call.id, judged, facts)
  if (evidence === null) return
  try {
    evidence.record(entryOf(call, judged, facts))
  } catch (error) {
    warn(`a decision could not be recorded: ${messageOf(error)}`)
  }
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
  const { evidence, metrics, warn } = tools
  metrics?.hop(call.id, judged, facts)
  if (evidence === null) return true
  const entry = entryOf(call, judged, facts)
  const lost = (error: unknown): boolean => {
    warn(`a decision could not be recorded: ${messageOf(error)}`)
    return !isWithoutEvidence(tools, judged.hop.model)
  }
  if (evidence.mode === 'strict') return evidence.recordDurable(entry).then(() => true, lost)
  try {
    evidence.record(entry)
    return true
  } catch (error) {
    return lost(error)
  }
}

function entryOf(
  call: Call,
  { hop, decision, snapshot }: JudgedHop,
  facts: HopFacts,
): DecisionEntry {
  return decisionEntry(
    call,
    { number: Math.max(0, facts.hop), target: hop },
    {
      decision,
      snapshot,
      outcome: facts.outcome,
      servedModel: facts.servedModel ?? null,
      usage: facts.usage ?? null,
      startedAt: facts.startedAt,
      endedAt: facts.endedAt,
      answerDigest: facts.answerDigest ?? null,
    },
  )
}
