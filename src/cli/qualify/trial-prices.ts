import type { PriceOf } from '../../gateway/index.ts'
import type { PlannedCall } from '../../qualification/index.ts'
import type { ListPrice } from '../../schema/catalogue.ts'
import type { CallPrices } from './call-account.ts'
import type { OpenTrial } from './open-trial.ts'
import { costAtMost, costOfAnswer } from './trial-costs.ts'
import { isTool, type TrialTarget, type TriedCandidate, type TriedModel } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'

/** What the calls of a trial cost, by who is asked. */
export function trialPrices(
  priceOf: PriceOf,
  { tasks }: Pick<OpenTrial, 'tasks'>,
  { candidate, incumbent }: Pick<TrialTarget, 'candidate' | 'incumbent'>,
  judge: TriedModel | null,
): CallPrices {
  const price = (tried: TriedCandidate | null): ListPrice | null =>
    tried === null ? null : priceOf(tried.model, tried.route.id)
  const prices = { candidate: price(candidate), incumbent: price(incumbent), judge: price(judge) }
  const of = ({ arm }: PlannedCall): ListPrice | null =>
    arm === 'candidate' || arm === 'incumbent' ? prices[arm] : prices.judge
  const isFree = ({ arm }: PlannedCall): boolean => arm === 'candidate' && isTool(candidate)
  return {
    costOf: (call, answer) => (isFree(call) ? 0 : costOfAnswer(of(call), answer)),
    atMost: (call) => {
      if (isFree(call)) return 0
      const task = tasks.get(call.item)
      return task === undefined ? null : costAtMost(of(call), task)
    },
  }
}

export interface TrialPrice {
  readonly currency: string
  /** Where it is from, and of which day. */
  readonly source: string
}

/** Whose price it is that a model over a route has; null: it has none. */
export function trialPrice(
  { config, priceOf, catalogue }: Pick<TrialWorkspace, 'config' | 'priceOf' | 'catalogue'>,
  model: string,
  id: string,
): TrialPrice | null {
  const price = priceOf(model, id)
  const route = config.routes.find((one) => one.id === id)
  if (price === null || route === undefined) return null
  const { currency } = price
  if (route.priceOverride?.[model] !== undefined)
    return { currency, source: `priceOverride of route \`${id}\`` }
  const provider = catalogue.providers.find((one) => one.id === route.provider)
  const fact =
    provider?.prices[model] ??
    catalogue.vendors.flatMap(({ models }) => models).find((one) => one.id === model)?.price
  return { currency, source: `catalogue, as of ${fact?.asOf ?? 'an unknown day'}` }
}
