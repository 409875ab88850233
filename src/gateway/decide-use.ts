import { decide } from '../policy/index.ts'
import type { Decision } from '../schema/decision.ts'
import type { Call } from './call.ts'
import type { GatewayState } from './gateway-state.ts'

/** What policy says of one model over one route, for whoever calls and for the work it is. */
export function decideUse(
  state: GatewayState,
  { caller, workflow, purpose }: Pick<Call, 'caller' | 'workflow' | 'purpose'>,
  { model, route, at }: { readonly model: string; readonly route: string; readonly at: string },
): Decision {
  return decide(state.snapshot, {
    principal: caller.principal,
    model,
    route,
    workflow: workflow?.id ?? null,
    purpose,
    at,
  })
}
