import { isList, isObject } from '../protocols/index.ts'
import type { Failure } from './attempt.ts'
import type { Call } from './call.ts'
import { gatewayLimits } from './limits.ts'

/**
 * Milliseconds until a route is asked a second time; null: it is not. `hasMore`: another hop could take over. `random`
 * from 0 to 1, so that many callers do not come back at once.
 */
export function retryWait(
  failure: Failure,
  call: Call,
  { hasMore, random }: { readonly hasMore: () => boolean; readonly random: number },
): number | null {
  // It has waited as long as it may.
  if (failure.limited !== undefined) return null
  const backoff = gatewayLimits.backoffMs * (0.5 + random)
  switch (failure.class) {
    case 'transport':
      return failure.isSilence || hasRemoteEffects(call) ? null : backoff / 4
    case 'overload':
      return failure.status === 500 || !hasMore() ? backoff : null
    case 'quota': {
      const { retryAfterMs: asked } = failure
      if (asked !== null) return asked <= gatewayLimits.retryAfterMsMax ? asked : null
      return hasMore() ? null : backoff
    }
    case 'auth':
    case 'client':
    case 'content-policy':
    case 'context':
    case 'withdrawn':
      return null
  }
}

/** The provider does things elsewhere on behalf of the request: asked twice, it would do them twice. */
export function hasRemoteEffects({ body }: Call): boolean {
  const { tools, mcp_servers: servers, conversation, background } = body
  // What is said in a conversation that the provider keeps would stand there twice, and a job would run twice.
  if (isObject(conversation) || typeof conversation === 'string' || background === true) return true
  if (isList(servers) && servers.length > 0) return true
  if (!isList(tools)) return false
  return tools.some((tool) => {
    const type = isObject(tool) ? tool['type'] : undefined
    return typeof type === 'string' && type.startsWith('mcp')
  })
}
