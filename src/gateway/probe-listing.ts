import { isList, isObject, type JsonValue } from '../protocols/index.ts'
import { Attempt, isFailure } from './attempt.ts'
import type { GatewayRoute } from './gateway-state.ts'
import { gatewayLimits } from './limits.ts'
import type { ProbeTools } from './probe-model.ts'
import { routeRequest } from './route-request.ts'

/** What a route says it serves. `none`: its protocol has no list. */
export type Listing =
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'names'; readonly names: ReadonlySet<string> }

/**
 * Asks a route for its list of models, where its protocol has one. The list lies both ways: a withdrawn model may
 * still stand in it, and one that serves may not. It counts only beside a real request.
 */
export async function probeListing(
  { upstreams, clock }: ProbeTools,
  route: GatewayRoute,
): Promise<Listing> {
  const path = pathOf(route)
  if (path === null || route.disabled !== null) return { kind: 'none' }
  const version =
    route.protocol === 'anthropic-messages' ? { 'anthropic-version': '2023-06-01' } : {}
  const asked = routeRequest(route, { path, headers: version, body: {} })
  const { 'content-type': _type, ...headers } = asked.headers
  const request = { ...asked, headers, method: 'GET' as const }
  const attempt = new Attempt({ upstreams, clock, request, timeouts: route.timeouts })
  const head = await attempt.head
  if (isFailure(head)) return { kind: 'failed', message: head.message }
  const bytes = await attempt.whole(gatewayLimits.answerBytesMax)
  if (!Buffer.isBuffer(bytes)) return { kind: 'failed', message: bytes.message }
  if (head.status >= 300) return { kind: 'failed', message: `status ${head.status}` }
  const names = namesIn(bytes)
  return names === null
    ? { kind: 'failed', message: 'what came is no list of models' }
    : { kind: 'names', names }
}

function pathOf({ protocol, provider }: GatewayRoute): string | null {
  if (provider === 'google-vertex') return null
  switch (protocol) {
    case 'openai-chat':
    case 'openai-responses':
      return '/models'
    case 'anthropic-messages':
      return '/v1/models?limit=1000'
    case 'gemini':
      return '/v1beta/models?pageSize=1000'
    case 'bedrock-converse':
      // Another service, on another host, tells what there is.
      return null
  }
}

/** `data[].id` of OpenAI and Anthropic; `models[].name` of Gemini, which begins with `models/`. */
function namesIn(bytes: Buffer): ReadonlySet<string> | null {
  const read = jsonOf(bytes)
  if (!isObject(read)) return null
  const listed = read['data'] ?? read['models']
  if (!isList(listed)) return null
  return new Set(
    listed.flatMap((one) => {
      const name = isObject(one) ? (one['id'] ?? one['name']) : null
      return typeof name === 'string' ? [name.replace(/^models\//, '')] : []
    }),
  )
}

function jsonOf(bytes: Buffer): JsonValue {
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonValue
  } catch {
    return null
  }
}
