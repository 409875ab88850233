import { decideTogether, decideTrial, type TogetherResult } from '../../qualification/index.ts'
import type { TrialResult } from '../../schema/trial-result.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import type { CallPrices } from './call-account.ts'
import type { OpenTrial } from './open-trial.ts'
import { evidenceOf, type RanTrial } from './run-trial.ts'

/** A trial of a plan, all of whose calls are made. */
export interface FinishedTrial {
  readonly trial: OpenTrial
  readonly ran: RanTrial
  /** What it cost, as prices are now. */
  readonly prices: CallPrices
}

/** What a plan comes to: a function of what was registered and answered, and of nothing else. */
export function decidePlan(finished: readonly FinishedTrial[]): readonly TogetherResult[] {
  const [first] = finished
  if (first === undefined) return []
  const decidedAt =
    finished
      .map(({ ran }) => ran.lastAnswerAt)
      .toSorted()
      .at(-1) ?? ''
  const own = finished.map(({ trial, ran }) =>
    oneSnapshot(
      decideTrial({
        ...evidenceOf(trial, ran.graded),
        isFinished: ran.isFinished,
        decidedAt,
      }),
      ran.served,
    ),
  )
  // Trials of the plan that were abandoned still count among its comparisons.
  const absent = first.trial.parameters.plan.trials.length - finished.length
  const unasked = Array.from({ length: Math.max(0, absent) }, () =>
    decideTrial({
      ...evidenceOf(first.trial, []),
      isFinished: false,
      decidedAt: first.trial.record.createdAt,
    }),
  )
  const registrations = finished.map(({ trial }) => trial.registration)
  const isSequential = registrations.every(({ mode }) => mode === 'e-process')
  return decideTogether([...own, ...unasked], {
    alpha: Math.min(...registrations.map(({ alpha }) => alpha)),
    // The p of either mode is one under whatever dependence, which is all that Holm asks.
    mode: isSequential ? 'e-process' : 'fixed-n',
  }).slice(0, finished.length)
}

/** A model that became another while it was asked was not shown to do the work, whichever of them answers now. */
function oneSnapshot(result: TrialResult, served: readonly string[]): TrialResult {
  if (result.verdict !== 'QUALIFIED' || served.length < 2) return result
  const say = `the provider served ${served.join(' and ')} while it was asked: nothing shows which of them does the work`
  return {
    ...result,
    verdict: 'INCONCLUSIVE',
    reasons: [{ code: 'model-changed-during-trial', say }],
  }
}

export function verdictOf(
  { record, registration }: OpenTrial,
  { verdict, decidedAt, validUntil }: TrialResult,
  served: readonly string[],
): VerdictRecord {
  const { candidate, digests } = registration
  return {
    schemaVersion: 1,
    trial: record.id,
    key: {
      workflow: registration.workflow,
      model: candidate.model,
      route: candidate.route,
      servedModel: served.length === 0 ? candidate.servedModel : served.join(' | '),
      promptDigest: digests.prompt,
      toolsDigest: digests.tools,
      gradersDigest: digests.graders,
    },
    verdict,
    decidedAt,
    validUntil,
    invalidatedBy: null,
  }
}
