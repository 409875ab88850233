import type { RemedyAction, RemedyPlan } from '../../schema/simulation.ts'
import { count } from '../count.ts'

export const remedyKindWords: Readonly<Record<RemedyAction['kind'], string>> = {
  qualify: 'qualify a fallback',
  route: 'add a route',
  'host-weights': 'host the weights',
  authorisation: 'obtain an authorisation',
  capacity: 'add capacity',
}

/** `EUR 4,000`, `12 actions` where nobody stated costs, `no cost stated`. */
export function costText(cost: number | null, currency: string | null): string {
  if (cost === null) return 'no cost stated'
  const [whole = '0', cents] = (Number.isInteger(cost) ? String(cost) : cost.toFixed(2)).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  const number = cents === undefined ? grouped : `${grouped}.${cents}`
  return currency === null ? `${number} (counted, no costs are stated)` : `${currency} ${number}`
}

const planStatusWords: Readonly<Record<RemedyPlan['status'], string>> = {
  optimal: 'optimal, certified: no plan can cost less',
  feasible: 'reaches the target; the gap to the best possible is stated',
  infeasible: 'no set of actions reaches the target for all work',
  'nothing-to-do': 'the target holds already',
}

/** What a plan costs, how near to the best it is, and whether it was proved. */
export function planLines(plan: RemedyPlan): readonly string[] {
  const { cost, bound, gap, greedyCost, proof } = plan
  const horizon = plan.horizonMonths === null ? '' : ` over ${count(plan.horizonMonths, 'month')}`
  return [
    `Status: ${planStatusWords[plan.status]}.`,
    ...(cost === null ? [] : [`Cost: ${costText(cost, plan.currency)}${horizon}.`]),
    ...(bound === null
      ? []
      : [
          `No plan can cost less than ${costText(bound, plan.currency)}${gap === null ? '' : `; gap ${percentText(gap)}`}.`,
        ]),
    ...(greedyCost === null
      ? []
      : [`The greedy plan costs ${costText(greedyCost, plan.currency)}.`]),
    proof === null
      ? 'No proof: nothing was simulated again.'
      : proof.stops.length === 0
        ? `Proof: ${count(proof.contingencies, 'contingency was', 'contingencies were')} simulated again with the plan applied, and the target holds.`
        : `Proof: ${count(proof.contingencies, 'contingency was', 'contingencies were')} simulated again with the plan applied; ${count(proof.stops.length, 'cut set is', 'cut sets are')} left.`,
  ]
}

/** `12.5 %`, with no more digits than say something. */
export function percentText(share: number): string {
  const percent = share * 100
  const digits = percent === 0 || percent >= 10 ? 1 : 2
  return `${percent.toFixed(digits).replace(/\.0+$/, '')} %`
}
