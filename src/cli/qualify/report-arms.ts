import { compareText } from '../../base/compare.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { OutcomeKind, ScoredOutcome } from '../../schema/scored-outcome.ts'
import type { TrialArm, TrialJudge, TrialReport } from '../../schema/trial-report.ts'
import type { ReportParts } from './report-parts.ts'
import { outcomesOf } from './grade-look.ts'
import { nano } from './trial-costs.ts'
import { type TrialPrice, trialPrice } from './trial-prices.ts'
import type { KeptCall } from './trial-journal.ts'
import type { PlannedCall } from '../../qualification/index.ts'

type ArmName = TrialArm['arm']

/** Who answered, at what price and speed, gathered from answers one after the other. */
export class ArmBook {
  readonly #parts: ReportParts
  readonly #sums: Readonly<Record<'candidate' | 'incumbent' | 'repeat' | 'judge', ArmSums>>

  constructor(parts: ReportParts) {
    this.#parts = parts
    const sums = (): ArmSums => new ArmSums()
    this.#sums = { candidate: sums(), incumbent: sums(), repeat: sums(), judge: sums() }
  }

  add({ item, arm, attempt, answer }: KeptCall): void {
    if (answer === null) return
    const call = { item, arm, attempt } as PlannedCall
    const { attempts } = this.#parts.finished.trial.parameters
    const name = arm.startsWith('judge-')
      ? 'judge'
      : arm === 'candidate'
        ? 'candidate'
        : attempt > attempts
          ? 'repeat'
          : 'incumbent'
    this.#sums[name].add(answer, this.#parts.finished.prices.costOf(call, answer))
  }

  arms(): TrialReport['arms'] {
    const { trial, ran } = this.#parts.finished
    const { candidate, incumbent } = trial.registration
    const outcomes = outcomesOf(ran.graded)
    const asked = { kind: 'asked' as const, digest: null, trial: null, from: null, until: null }
    const { frozen } = trial.parameters
    const ofIncumbent =
      frozen === null
        ? asked
        : {
            kind: 'frozen' as const,
            digest: frozen.digest,
            trial: frozen.trial,
            from: frozen.from,
            until: frozen.until,
          }
    return [
      this.#arm('incumbent', incumbent, ofIncumbent, outcomes.incumbent),
      this.#arm('candidate', candidate, asked, outcomes.candidate),
      this.#arm('negative', incumbent, { ...asked, kind: 'rearranged' }, outcomes.negative),
      this.#arm('repeat', incumbent, ofIncumbent, outcomes.repeat),
    ].filter(({ answers }) => answers > 0)
  }

  judge(): TrialJudge | null {
    const { judge } = this.#parts.finished.trial.registration
    const route = this.#parts.workspace.config.qualification?.judge?.route
    if (judge === null || route === undefined) return null
    const sums = this.#sums.judge
    return {
      model: judge.model,
      route,
      asked: sums.count,
      errors: sums.failed,
      served: sums.served(),
      cost: sums.cost(this.#price(judge.model, route)),
      calibration: null,
    }
  }

  #price(model: string, route: string): TrialPrice | null {
    return trialPrice(this.#parts.workspace, model, route)
  }

  #arm(
    arm: ArmName,
    { model, route }: { readonly model: string; readonly route: string },
    source: TrialArm['source'],
    outcomes: readonly ScoredOutcome[],
  ): TrialArm {
    const sums = arm === 'negative' ? new ArmSums() : this.#sums[arm]
    return {
      arm,
      model,
      route,
      source,
      answers: outcomes.length,
      outcomes: kindsOf(outcomes),
      meanScore: meanOf(outcomes),
      cost: sums.cost(this.#price(model, route)),
      latency: sums.latency(),
      tokens: sums.tokens(),
      served: sums.served(),
    }
  }
}

function kindsOf(outcomes: readonly ScoredOutcome[]): TrialArm['outcomes'] {
  const counts: Partial<Record<OutcomeKind, number>> = {}
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => compareText(a, b)))
}

/** Failures count as 0. */
function meanOf(outcomes: readonly ScoredOutcome[]): number | null {
  const scored = outcomes.filter(({ kind }) => kind !== 'judge-error' && kind !== 'runner-error')
  if (scored.length === 0) return null
  return scored.reduce((sum, { score }) => sum + (score ?? 0), 0) / scored.length
}

class ArmSums {
  count = 0
  failed = 0
  readonly #ms: number[] = []
  readonly #served = new Map<string | null, number>()
  #cost = 0
  #priced = 0
  #tokens = { input: 0, output: 0, known: 0 }

  add({ outcome, ms, usage, providerModel }: ModelAnswer, cost: number | null): void {
    this.count += 1
    if (outcome !== 'answered') this.failed += 1
    if (outcome !== 'failed') this.#ms.push(ms)
    this.#served.set(providerModel, (this.#served.get(providerModel) ?? 0) + 1)
    if (cost !== null) {
      this.#cost += cost
      this.#priced += 1
    }
    if (usage === null || usage.input === null || usage.output === null) return
    const { input, output, known } = this.#tokens
    this.#tokens = { input: input + usage.input, output: output + usage.output, known: known + 1 }
  }

  cost(price: TrialPrice | null): TrialArm['cost'] {
    if (price === null || this.#priced === 0) return null
    const { currency, source: priceSource } = price
    const total = this.#cost / nano
    return { currency, total, perTask: total / this.#priced, known: this.#priced, priceSource }
  }

  latency(): TrialArm['latency'] {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    if (sorted.length === 0) return null
    const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
    return { known: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: sorted.at(-1) ?? 0 }
  }

  tokens(): TrialArm['tokens'] {
    return this.#tokens.known === 0 ? null : this.#tokens
  }

  served(): TrialArm['served'] {
    return [...this.#served]
      .map(([model, answers]) => ({ model, answers }))
      .toSorted((a, b) => b.answers - a.answers || compareText(a.model ?? '', b.model ?? ''))
  }
}
