import type { PlannedCall } from '../../qualification/index.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'

export interface CallPrices {
  /** Billionths of a currency that an answer has cost; null: nobody knows. */
  readonly costOf: (call: PlannedCall, answer: ModelAnswer) => number | null
  /** The most that a call may cost; null: nobody knows. */
  readonly atMost: (call: PlannedCall) => number | null
}

/** What the calls of a trial have cost, and what those under way may still cost. */
export class CallAccount {
  readonly #prices: CallPrices
  /** For all calls of the trial, those made before among them; null: no limit. */
  readonly #budget: number | null
  readonly #underWay = new Map<string, number>()
  #promised = 0
  answered = 0
  /** Billionths of a currency, as far as prices are known. */
  cost = 0
  /** Answers whose price nobody knows; the most that they may have cost counts. */
  unpriced = 0

  constructor(prices: CallPrices, budget: number | null) {
    this.#prices = prices
    this.#budget = budget
  }

  /** False: money is out. */
  mayBegin(call: PlannedCall): boolean {
    const most = this.#prices.atMost(call) ?? 0
    if (this.#budget !== null && this.cost + this.#promised + most > this.#budget) return false
    this.#underWay.set(nameOfCall(call), most)
    this.#promised += most
    return true
  }

  /** Of a call that was answered now or before. */
  count(call: PlannedCall, answer: ModelAnswer): void {
    this.#promised -= this.#underWay.get(nameOfCall(call)) ?? 0
    this.#underWay.delete(nameOfCall(call))
    this.answered += 1
    const cost = this.#prices.costOf(call, answer)
    if (cost === null) this.unpriced += 1
    this.cost += cost ?? (answer.outcome === 'failed' ? 0 : (this.#prices.atMost(call) ?? 0))
  }
}

/** Of one trial. */
export function nameOfCall({ item, arm, attempt }: PlannedCall): string {
  return `${arm} ${attempt} ${item}`
}
