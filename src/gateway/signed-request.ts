import { type BedrockCredential, signRequest } from '../protocols/index.ts'
import type { GatewayRoute } from './gateway-state.ts'
import type { UpstreamRequest } from './upstream.ts'

/** A request to Bedrock with its signature, or with the API key of the route. */
export async function signedRequest(
  route: GatewayRoute,
  request: UpstreamRequest,
  now: number,
): Promise<UpstreamRequest> {
  const credential = bedrockCredential(route.credential())
  if (credential === null) return request
  const { url, body, headers: unsigned } = request
  const headers = await signRequest(
    { method: 'POST', url, headers: unsigned, body },
    { credential, region: route.region ?? 'us-east-1', now: new Date(now) },
  )
  // It is written anew for the connection.
  const { host: _host, ...rest } = headers
  return { ...request, headers: rest }
}

/** `ID:SECRET` or `ID:SECRET:TOKEN` of an AWS access key; anything else is an API key of Bedrock. */
function bedrockCredential(text: string | null): BedrockCredential | null {
  if (text === null) return null
  const found = /^(?<id>A[A-Z0-9]{15,}):(?<secret>[^:\s]+)(?::(?<token>\S+))?$/.exec(text)?.groups
  const { id, secret, token } = found ?? {}
  if (id === undefined || secret === undefined) return { kind: 'api-key', key: text }
  return {
    kind: 'access-key',
    accessKeyId: id,
    secretAccessKey: secret,
    ...(token === undefined ? {} : { sessionToken: token }),
  }
}
