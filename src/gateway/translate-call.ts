import { planTranslation, type ProtocolCodec } from '../protocols/index.ts'
import type { Call } from './call.ts'
import { continuationRequest } from './continuation-request.ts'
import type { GatewayRoute, GatewayState } from './gateway-state.ts'
import type { Hop } from './plan-hops.ts'
import { routeRequest } from './route-request.ts'
import type { UpstreamRequest } from './upstream.ts'

/**
 * Whether a call must be written anew for a hop: the route speaks another protocol, or the same one with fields that
 * the servers which the caller wrote for have and these have not.
 */
export function isTranslated(state: GatewayState, call: Call, { route }: Hop): boolean {
  const { codec } = call
  if (route.protocol !== codec.protocol) return true
  if (vertexOf(route) !== null) return true
  const [own] = call.model === null ? [] : state.routesOf(call.model)
  if (own === undefined || own.protocol !== codec.protocol) return false
  return codec.isAlike?.(own.provider, route.provider) === false
}

/** A call in the protocol of a hop's route, with what is lost on the way. `continued`: the text to go on from. */
export function translateCall(
  state: GatewayState,
  call: Call,
  hop: Hop,
  { target, continued }: { readonly target: ProtocolCodec; readonly continued: string | null },
): { readonly request: UpstreamRequest; readonly lost: readonly string[] } {
  const { route, model, wireModel } = hop
  const read = call.superset()
  // Between servers of one protocol that are not alike, nothing goes back as it came.
  const isForeign = route.protocol === call.codec.protocol && isTranslated(state, call, hop)
  const { protocol: _own, ...foreign } = read
  const asked = isForeign && vertexOf(route) === null ? foreign : read
  const { lost } = planTranslation(asked, target, route.provider, wireModel)
  const vertex = vertexOf(route)
  const written = target.writeRequest(
    continued === null ? asked : continuationRequest(asked, continued),
    {
      model: wireModel,
      maxOutputTokens: state.factsOf(model).outputTokens,
      provider: route.provider,
      ...(vertex === null ? {} : { vertex }),
    },
  )
  return { request: routeRequest(route, written), lost }
}

export function vertexOf({ provider, project, region }: GatewayRoute): {
  readonly project: string
  readonly location: string
} | null {
  if (provider !== 'google-vertex' || project === null) return null
  return { project, location: region ?? 'global' }
}
