import type { Call } from '../call.ts'
import type { GatewayState } from '../gateway-state.ts'
import type { AskedCounters } from './asked-limits.ts'
import type { Claim, Grant, Refusal, Scope, UseLimits } from './counters.ts'

/** Whether caller and workflow may have one more request: all of their limits have room, or nothing is counted. */
export function admitCall(
  counters: AskedCounters,
  { limits }: GatewayState,
  { caller, workflow }: Pick<Call, 'caller' | 'workflow'>,
): Grant | Refusal | Promise<Grant | Refusal> {
  const ofCaller = limits.ofPrincipal(caller.id)
  const ofWorkflow = workflow === null ? null : limits.ofWorkflow(workflow.id)
  if (ofCaller === null && ofWorkflow === null) return unlimited
  return counters.acquire([
    ...claimOf('principal', caller.id, ofCaller),
    ...claimOf('workflow', workflow?.id ?? '', ofWorkflow),
  ])
}

function claimOf(scope: Scope, id: string, limits: UseLimits | null): readonly Claim[] {
  return limits === null ? [] : [{ scope, id, limits, tokens: 0 }]
}

/** Of who has no limits: nothing is counted. */
const unlimited: Grant = { kind: 'granted', settle: () => undefined, release: () => undefined }
