import type { Protocol } from '../protocols/index.ts'

/** What callers can ask for. */
export type Endpoint =
  | {
      readonly kind: 'generate'
      readonly protocol: 'openai-chat' | 'openai-responses' | 'anthropic-messages'
    }
  | { readonly kind: 'count-tokens'; readonly protocol: 'anthropic-messages' }
  | { readonly kind: 'embeddings'; readonly protocol: 'openai-chat' }
  /** `name`: of one model; null: the list. */
  | { readonly kind: 'models'; readonly protocol: Protocol; readonly name: string | null }
  /** The answer of a call that is kept. */
  | { readonly kind: 'kept-call'; readonly protocol: Protocol; readonly id: string }
  /** Asked for by clients of a protocol, and not offered here: told so with 501. */
  | { readonly kind: 'not-offered'; readonly protocol: Protocol; readonly what: string }
  | { readonly kind: 'wrong-method'; readonly protocol: Protocol; readonly allowed: string }

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/v1/chat/completions': { kind: 'generate', protocol: 'openai-chat' },
  '/v1/responses': { kind: 'generate', protocol: 'openai-responses' },
  '/v1/messages': { kind: 'generate', protocol: 'anthropic-messages' },
  '/v1/messages/count_tokens': { kind: 'count-tokens', protocol: 'anthropic-messages' },
  '/v1/embeddings': { kind: 'embeddings', protocol: 'openai-chat' },
}

const models = '/v1/models'

const keptCalls = '/holdfast/calls/'

const batches: readonly (readonly [string, Protocol])[] = [
  ['/v1/messages/batches', 'anthropic-messages'],
  ['/v1/batches', 'openai-chat'],
  ['/v1/responses/', 'openai-responses'],
  ['/v1/chat/completions/', 'openai-chat'],
  ['/v1/', 'openai-chat'],
]

/**
 * The endpoint behind a path, without its query; null: no path of a model API. `isAnthropic`: the caller sends
 * `anthropic-version`, which tells the two forms of `/v1/models` apart.
 */
export function endpointOf(method: string, path: string, isAnthropic: boolean): Endpoint | null {
  if (path === models || path.startsWith(`${models}/`)) {
    const protocol = isAnthropic ? 'anthropic-messages' : 'openai-chat'
    return method === 'GET'
      ? { kind: 'models', protocol, name: path === models ? null : nameIn(path) }
      : { kind: 'wrong-method', protocol, allowed: 'GET' }
  }
  const found = endpoints[path]
  if (found !== undefined)
    return method === 'POST'
      ? found
      : { kind: 'wrong-method', protocol: found.protocol, allowed: 'POST' }
  if (path.startsWith(keptCalls)) {
    const protocol = isAnthropic ? 'anthropic-messages' : 'openai-chat'
    return method === 'GET'
      ? { kind: 'kept-call', protocol, id: path.slice(keptCalls.length) }
      : { kind: 'wrong-method', protocol, allowed: 'GET' }
  }
  const other = batches.find(([prefix]) => path.startsWith(prefix))
  if (other === undefined) return null
  return {
    kind: 'not-offered',
    protocol: isAnthropic ? 'anthropic-messages' : other[1],
    what: path,
  }
}

/** Names have a slash, which some clients write as it is and others encode. */
function nameIn(path: string): string {
  const written = path.slice(models.length + 1)
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}
