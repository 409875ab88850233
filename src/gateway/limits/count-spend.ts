import type { Call } from '../call.ts'
import type { GatewayState } from '../gateway-state.ts'
import type { AskedCounters } from './asked-limits.ts'
import { costOf } from './cost-of.ts'
import type { Scope, UseLimits } from './counters.ts'
import type { UsedTokens } from './used-tokens.ts'

export interface SpendTools {
  readonly counters: AskedCounters
  readonly state: () => GatewayState
  /** What a model costs over a route is not known in the currency of a limit. */
  readonly onUnpriced: (unpriced: Unpriced) => void
}

export interface Unpriced {
  readonly model: string
  readonly route: string
  /** Of the limit. */
  readonly currency: string
}

/** Whose spend of a day is limited. */
interface Spender {
  readonly scope: Scope
  readonly id: string
  readonly currency: string
}

/** Caller and workflow, as far as they have a limit. */
export function spendersOf(
  { limits }: GatewayState,
  { caller, workflow }: Pick<Call, 'caller' | 'workflow'>,
): readonly Spender[] {
  const spenders: Spender[] = []
  const add = (scope: Scope, id: string, of: UseLimits | null): void => {
    const currency = of?.spendPerDay?.currency
    if (currency !== undefined) spenders.push({ scope, id, currency })
  }
  add('principal', caller.id, limits.ofPrincipal(caller.id))
  if (workflow !== null) add('workflow', workflow.id, limits.ofWorkflow(workflow.id))
  return spenders
}

/** Adds what an attempt has cost to the day of its caller and of its workflow. */
export function countSpend(
  { counters, state, onUnpriced }: SpendTools,
  call: Pick<Call, 'caller' | 'workflow'>,
  { model, route }: { readonly model: string; readonly route: string },
  tokens: UsedTokens,
): void {
  const price = state().priceOf(model, route)
  for (const { scope, id, currency } of spendersOf(state(), call)) {
    const nano = price?.currency === currency ? costOf(tokens, price) : null
    if (nano === null) onUnpriced({ model, route, currency })
    else counters.spend(scope, id, currency, nano)
  }
}
