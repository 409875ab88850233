import type { PriceOf } from '../../gateway/index.ts'
import type { PlannedCall } from '../../qualification/index.ts'
import type { ListPrice } from '../../schema/catalogue.ts'
import type { CallPrices } from './call-account.ts'
import type { OpenTrial } from './open-trial.ts'
import { costAtMost, costOfAnswer } from './trial-costs.ts'
import type { TrialTarget, TriedModel } from './trial-target.ts'

/** What the calls of a trial cost, by who is asked. */
export function trialPrices(
  priceOf: PriceOf,
  { tasks }: Pick<OpenTrial, 'tasks'>,
  { candidate, incumbent }: Pick<TrialTarget, 'candidate' | 'incumbent'>,
  judge: TriedModel | null,
): CallPrices {
  const price = (tried: TriedModel | null): ListPrice | null =>
    tried === null ? null : priceOf(tried.model, tried.route.id)
  const prices = { candidate: price(candidate), incumbent: price(incumbent), judge: price(judge) }
  const of = ({ arm }: PlannedCall): ListPrice | null =>
    arm === 'candidate' || arm === 'incumbent' ? prices[arm] : prices.judge
  return {
    costOf: (call, answer) => costOfAnswer(of(call), answer),
    atMost: (call) => {
      const task = tasks.get(call.item)
      return task === undefined ? null : costAtMost(of(call), task)
    },
  }
}
