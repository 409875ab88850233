const rule =
  'the base URL ends in `/v1` for clients of OpenAI, and has no path for clients of Anthropic'

const withoutVersion: ReadonlySet<string> = new Set([
  '/chat/completions',
  '/responses',
  '/embeddings',
  '/messages',
  '/messages/count_tokens',
  '/models',
])

/** What is wrong with the base URL of a client, as the path that it asks for shows; null: nothing that is known. */
export function baseUrlHint(path: string): string | null {
  if (path.startsWith('/v1/v1/')) return `\`/v1\` stands twice in the path: ${rule}`
  return withoutVersion.has(path) ? `\`/v1\` is missing in the path: ${rule}` : null
}

/** Behind the base URL of a route; the longer ones first. */
const addedByGateway = [
  '/v1/messages',
  '/messages',
  '/chat/completions',
  '/responses',
  '/embeddings',
  '/models',
] as const

/** What is wrong with the base URL of a route whose provider knows the path of no request; null: nothing that is known. */
export function routeUrlHint({
  baseUrl,
  protocol,
}: {
  readonly baseUrl: URL
  readonly protocol: string
}): string | null {
  const path = baseUrl.pathname.replace(/\/+$/, '')
  const ending = addedByGateway.find((one) => path.endsWith(one))
  if (ending !== undefined)
    return `the base URL of the route is wrong: it ends in \`${ending}\`, which is added to it; leave that out of \`baseUrl\``
  return protocol === 'anthropic-messages' && path.endsWith('/v1')
    ? 'the base URL of the route is wrong: it ends in `/v1`, which is added to it in this protocol; leave that out of `baseUrl`'
    : null
}
