import { isList, isObject } from '../protocols/index.ts'
import type { Call } from './call.ts'
import type { GatewayState } from './gateway-state.ts'

/**
 * After how long without content another hop is asked beside the first; null: never. A request that two providers work
 * on at once must leave nothing behind but two bills.
 */
export function hedgeMs(state: GatewayState, call: Call): number | null {
  const ms = call.workflow === null ? state.hedgeMs : call.workflow.hedgeMs
  return ms === null || leavesTraces(call) ? null : ms
}

/** The provider does more than answer: it runs tools, keeps a conversation, or works on when nobody listens. */
function leavesTraces({ body }: Call): boolean {
  const { tools, mcp_servers: servers, conversation, background } = body
  if (isList(servers) && servers.length > 0) return true
  if (isObject(conversation) || typeof conversation === 'string' || background === true) return true
  return isList(tools) && !tools.every((tool) => isObject(tool) && isOfCaller(tool['type']))
}

/** Tools that only the caller runs, when it has the whole answer. */
function isOfCaller(type: unknown): boolean {
  return type === undefined || type === null || type === 'function' || type === 'custom'
}
