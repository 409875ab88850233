import type { Call } from './call.ts'
import { decideUse } from './decide-use.ts'
import type { GatewayState } from './gateway-state.ts'

/** Whether a model that a body names beside its own may work on this call over a route. */
export function mayName(
  state: GatewayState,
  call: Pick<Call, 'caller' | 'workflow' | 'purpose'>,
  named: { readonly written: string | null; readonly route: string; readonly at: string },
): boolean {
  const model = named.written === null ? null : state.modelOf(named.written)
  if (model === null) return false
  return decideUse(state, call, { model, route: named.route, at: named.at }).verdict === 'allow'
}
