import {
  type JsonValue,
  type ModelRequest,
  planTranslation,
  type ProtocolCodec,
} from '../protocols/index.ts'
import type { Call } from './call.ts'
import { continuationRequest } from './continuation-request.ts'
import type { GatewayRoute, GatewayState } from './gateway-state.ts'
import { permittedLists } from './permitted-lists.ts'
import type { Hop } from './plan-hops.ts'
import { forwardedRequest, routeRequest } from './route-request.ts'
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
  {
    target,
    continued,
    at,
  }: {
    readonly target: ProtocolCodec
    readonly continued: string | null
    /** RFC 3339 in milliseconds. */
    readonly at: string
  },
): { readonly request: UpstreamRequest; readonly lost: readonly string[] } {
  const { route, model, wireModel } = hop
  const read = call.superset()
  const vertex = vertexOf(route)
  const isSame = route.protocol === call.codec.protocol
  // Between servers of one protocol that are not alike, nothing goes back as it came.
  const isForeign = isSame && vertex === null && isTranslated(state, call, hop)
  const { protocol: _own, ...foreign } = read
  const { lists, lost: takenOut } = permittedLists(state, call, route.id, at)
  const own = { ...read, unknown: withLists(read.unknown, lists) }
  const asked = isForeign ? foreign : isSame ? own : read
  const { lost } = planTranslation(asked, target, route.provider, wireModel)
  const written = target.writeRequest(
    continued === null ? asked : continuationRequest(asked, continued),
    {
      model: wireModel,
      maxOutputTokens: state.factsOf(model).outputTokens,
      provider: route.provider,
      ...(vertex === null ? {} : { vertex }),
    },
  )
  if (asked !== own) return { request: routeRequest(route, written), lost }
  const body = Buffer.from(JSON.stringify(written.body))
  return {
    // What goes back into its own protocol may hang on header lines of the caller (`anthropic-beta`).
    request:
      vertex === null
        ? forwardedRequest(call, route, body, written.path)
        : routeRequest(route, written),
    lost: [...lost, ...takenOut],
  }
}

/** The lists of models of a request that goes into its own protocol again stand among what has no word here. */
function withLists(
  unknown: ModelRequest['unknown'],
  lists: ReadonlyMap<string, JsonValue>,
): ModelRequest['unknown'] {
  if (lists.size === 0) return unknown
  const rest = Object.entries(unknown).filter(([path]) => !lists.has(path))
  const kept = [...lists].filter(([, list]) => list !== null)
  return Object.fromEntries([...rest, ...kept])
}

export function vertexOf({ provider, project, region }: GatewayRoute): {
  readonly project: string
  readonly location: string
} | null {
  if (provider !== 'google-vertex' || project === null) return null
  return { project, location: region ?? 'global' }
}
