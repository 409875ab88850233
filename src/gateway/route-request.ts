import type { JsonObject, Protocol } from '../protocols/index.ts'
import type { Call } from './call.ts'
import type { GatewayRoute } from './gateway-state.ts'
import type { HeaderLines } from './header-lines.ts'
import type { UpstreamRequest } from './upstream.ts'

/** Header lines of the caller that end at the gateway: they are about this connection, or a secret of the caller. */
const endsHere: ReadonlySet<string> = new Set([
  'accept-encoding',
  'api-key',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'origin',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-api-key',
  'x-goog-api-key',
  'x-real-ip',
])

/** Header lines of an upstream that are about its connection, its cookies or its compression. */
const staysThere: ReadonlySet<string> = new Set([
  'alt-svc',
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'location',
  'proxy-authenticate',
  'proxy-connection',
  'set-cookie',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What of the caller's header lines goes on when the upstream speaks the same protocol. */
function forwardedHeaders(headers: HeaderLines): Record<string, string> {
  return passedOn(
    headers,
    (name) => endsHere.has(name) || name.startsWith('x-forwarded-') || name.startsWith('holdfast-'),
  )
}

/** What of an upstream's header lines reaches the caller. */
export function returnedHeaders(headers: HeaderLines): Record<string, string> {
  return passedOn(headers, (name) => staysThere.has(name) || name.startsWith('holdfast-'))
}

/** Lines that `connection` names are for this connection alone. */
function passedOn(headers: HeaderLines, isOwn: (name: string) => boolean): Record<string, string> {
  const named = textOf(headers['connection']).toLowerCase()
  const ofConnection =
    named === '' || named === 'keep-alive' ? none : new Set(named.split(/\s*,\s*/))
  const passed: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !isOwn(name) && !ofConnection.has(name)) passed[name] = textOf(value)
  }
  return passed
}

const none: ReadonlySet<string> = new Set()

/** A request to a route: its address, its own credential, and nothing of the caller's. */
export function routeRequest(
  route: GatewayRoute,
  parts: {
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: Buffer | JsonObject
  },
): UpstreamRequest {
  const body = Buffer.isBuffer(parts.body) ? parts.body : JSON.stringify(parts.body)
  const headers = { ...parts.headers, ...credentialHeaders(route) }
  headers['content-type'] ??= 'application/json'
  headers['accept-encoding'] = 'identity'
  return { url: addressOf(route, parts.path), body, headers }
}

/** Addresses that were put together before: a route has few, and none of them is ever changed. */
const addresses = new WeakMap<GatewayRoute, Map<string, URL>>()
const addressesMax = 1_000

function addressOf(route: GatewayRoute, pathAndQuery: string): URL {
  const known = addresses.get(route) ?? new Map<string, URL>()
  const found = known.get(pathAndQuery)
  if (found !== undefined) return found
  const url = new URL(route.baseUrl)
  const [path = '', query] = pathAndQuery.split('?')
  url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value)
  if (known.size < addressesMax) addresses.set(route, known.set(pathAndQuery, url))
  return url
}

/** The caller's own bytes on their way to a route that speaks its protocol. */
export function forwardedRequest(
  { codec, headers: given }: Pick<Call, 'codec' | 'headers'>,
  route: GatewayRoute,
  body: Buffer,
  path: string = protocolPaths[codec.protocol as keyof typeof protocolPaths],
): UpstreamRequest {
  const headers = forwardedHeaders(given)
  if (route.protocol === 'anthropic-messages') headers['anthropic-version'] ??= '2023-06-01'
  return routeRequest(route, { path, headers, body })
}

/** Where each protocol takes a request, behind the base URL of a route. */
const protocolPaths = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'anthropic-messages': '/v1/messages',
} as const satisfies Partial<Record<Protocol, string>>

function credentialHeaders(route: GatewayRoute): Record<string, string> {
  const credential = route.credential()
  if (credential === null) return {}
  switch (route.protocol) {
    case 'anthropic-messages':
      if (route.provider === 'google-vertex') return { authorization: `Bearer ${credential}` }
      return route.provider === 'anthropic'
        ? { 'x-api-key': credential }
        : { 'x-api-key': credential, authorization: `Bearer ${credential}` }
    case 'gemini':
      return route.provider === 'google-vertex'
        ? { authorization: `Bearer ${credential}` }
        : { 'x-goog-api-key': credential }
    case 'openai-chat':
    case 'openai-responses':
      return route.provider === 'azure'
        ? { 'api-key': credential }
        : { authorization: `Bearer ${credential}` }
    case 'bedrock-converse':
      // What it proves itself with depends on the whole request: see `signedRequest`.
      return {}
  }
}

function textOf(value: string | readonly string[] | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : value.join(', ')
}
