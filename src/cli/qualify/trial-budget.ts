import { Fault } from '../../base/fault.ts'
import type { TargetPlan } from './plan-target.ts'
import { commonCurrency, nano } from './trial-costs.ts'
import { isTool } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'

export interface TrialBudget {
  /** Billionths of the currency. */
  readonly nano: number
  readonly currency: string
}

/** The most that a trial may cost, by the flag or by holdfast.yaml; null: no limit. */
export function budgetOf(
  flag: string | undefined,
  plan: TargetPlan,
  workspace: TrialWorkspace,
): TrialBudget | null {
  const { candidate, incumbent } = plan.target
  const judge = plan.registration.judge === null ? undefined : workspace.config.qualification?.judge
  const asked = [
    ...(isTool(candidate) ? [] : [{ model: candidate.model, route: candidate.route.id }]),
    ...(plan.frozen === null ? [{ model: incumbent.model, route: incumbent.route.id }] : []),
    ...(judge === undefined ? [] : [judge]),
  ]
  return budgetFor(flag, plan.name, asked, workspace)
}

/** The same for whoever is asked; `name`: what it is for, in words. */
export function budgetFor(
  flag: string | undefined,
  name: string,
  asked: readonly { readonly model: string; readonly route: string }[],
  { config, priceOf }: TrialWorkspace,
): TrialBudget | null {
  const given = flag === undefined ? config.qualification?.budget : writtenBudget(flag)
  if (given === undefined) return null
  // Where nothing is paid, any budget is kept.
  if (asked.length === 0) return null
  const currency = commonCurrency(priceOf, asked)
  const wanted = given.currency ?? currency
  if (currency !== null && currency === wanted)
    return { nano: Math.round(given.amount * nano), currency }
  throw new Fault('HF_TRIAL_UNREADY', `the budget of \`${name}\` cannot be kept`, {
    expected: `prices in ${wanted ?? 'one currency'} of all that are asked: ${asked.map(({ model, route }) => `${model} over ${route}`).join(', ')}`,
    advice: '`priceOverride` of a route states a price, 0 where it costs nothing',
  })
}

/** `5` or `5 EUR`; without a currency that of the prices. */
function writtenBudget(text: string): { readonly amount: number; readonly currency?: string } {
  const { amount, currency } =
    /^(?<amount>\d+(?:\.\d+)?) ?(?<currency>[A-Z]{3})?$/.exec(text)?.groups ?? {}
  if (amount !== undefined)
    return { amount: Number(amount), ...(currency === undefined ? {} : { currency }) }
  throw new Fault('HF_USAGE', `--budget \`${text}\` is no amount`, {
    expected: 'a number, with a currency or without: `5` or `5 EUR`',
  })
}
