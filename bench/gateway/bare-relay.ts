import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { Agent, request } from 'undici'

/**
 * A bare relay as undici's documentation shows its parts: a request in by `node:http`, out by `request`, and the answer
 * piped back. No body is parsed, nobody is asked for a key, nothing is written down.
 *
 *   node bench/gateway/bare-relay.ts PORT UPSTREAM
 */

const [port, origin = ''] = process.argv.slice(2)
const dispatcher = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connections: 256 })
const ownOfConnection = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
])

function without(lines: Readonly<Record<string, string | string[] | undefined>>) {
  const kept: Record<string, string | string[]> = {}
  for (const name in lines) {
    const value = lines[name]
    if (value !== undefined && !ownOfConnection.has(name)) kept[name] = value
  }
  return kept
}

async function relay(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const answer = await request(`${origin}${incoming.url ?? '/'}`, {
    dispatcher,
    method: 'POST',
    headers: without(incoming.headers),
    body: incoming,
  })
  const length = answer.headers['content-length']
  const kept = without(answer.headers)
  outgoing.writeHead(
    answer.statusCode,
    length === undefined ? kept : { ...kept, 'content-length': length },
  )
  pipeline(answer.body, outgoing, () => undefined)
}

createServer({ noDelay: true }, (incoming, outgoing) => {
  relay(incoming, outgoing).catch(() => void outgoing.destroy())
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
