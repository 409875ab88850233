import type { Preregistration } from '../../schema/preregistration.ts'
import type { OutcomeKind, ScoredOutcome } from '../../schema/scored-outcome.ts'

/** A task of the registered set in the registered order; without a cluster of its own it is one. */
export interface TrialTask {
  readonly id: string
  readonly cluster: string
}

export interface TrialEvidence {
  readonly registration: Preregistration
  readonly registrationDigest: string | null
  readonly tasks: readonly TrialTask[]
  /** The incumbent's frozen outcomes. */
  readonly incumbent: readonly ScoredOutcome[]
  readonly candidate: readonly ScoredOutcome[]
  /** Outcomes of the negative control and of the incumbent asked again; null where there are none. */
  readonly negative: readonly ScoredOutcome[] | null
  readonly repeat: readonly ScoredOutcome[] | null
  /** No call will follow: tasks without an outcome of the candidate are `missing` then, which is a failure. */
  readonly isFinished: boolean
  /** Instant of the decision. */
  readonly decidedAt: string
}

/** One task with what both sides did. */
export interface TrialPair {
  readonly task: TrialTask
  readonly candidate: ScoredOutcome
  readonly incumbent: ScoredOutcome
  /** Null where a judge error, a rerouted or a missing answer of the incumbent leaves nothing to compare. */
  readonly scores: { readonly candidate: number; readonly incumbent: number } | null
}

/** Kinds that are nobody's answer. */
const unscoredKinds: ReadonlySet<OutcomeKind> = new Set(['judge-error', 'runner-error'])
/** Of the incumbent, these too: not its answer, and to count them as its failure would favour the candidate. */
const absentKinds: ReadonlySet<OutcomeKind> = new Set([
  'missing',
  'reroute',
  'provider-error',
  'judge-error',
  'runner-error',
])

/** The score of an outcome by intention to treat: what is no answer is a failure; null where nobody failed. */
export function candidateScore(outcome: ScoredOutcome): number | null {
  return unscoredKinds.has(outcome.kind) ? null : (outcome.score ?? 0)
}

export function incumbentScore(outcome: ScoredOutcome): number | null {
  return absentKinds.has(outcome.kind) ? null : (outcome.score ?? 0)
}

export function byTask(outcomes: readonly ScoredOutcome[]): ReadonlyMap<string, ScoredOutcome> {
  return new Map(outcomes.map((outcome) => [outcome.task, outcome]))
}

function missingOutcome(task: string): ScoredOutcome {
  return {
    task,
    kind: 'missing',
    score: null,
    servedModel: null,
    formatValid: null,
    toolCallsValid: null,
    contextTokens: null,
    latencyMs: null,
    cost: null,
    inputTokens: null,
    outputTokens: null,
  }
}

/** The pairs that can be looked at now, in the registered order; tasks the candidate was not asked are left out. */
export function pairsFrom(evidence: TrialEvidence): readonly TrialPair[] {
  const candidates = byTask(evidence.candidate)
  const incumbents = byTask(evidence.incumbent)
  return evidence.tasks.flatMap((task) => {
    const found = candidates.get(task.id)
    const candidate = found ?? (evidence.isFinished ? missingOutcome(task.id) : null)
    if (candidate === null) return []
    const incumbent = incumbents.get(task.id) ?? missingOutcome(task.id)
    const ofCandidate = candidateScore(candidate)
    const ofIncumbent = incumbentScore(incumbent)
    const scores =
      ofCandidate === null || ofIncumbent === null
        ? null
        : { candidate: ofCandidate, incumbent: ofIncumbent }
    return [{ task, candidate, incumbent, scores }]
  })
}
