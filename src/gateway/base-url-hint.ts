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
