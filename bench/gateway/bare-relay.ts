import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { Agent, request } from 'undici'
import { answerLines, requestLines } from './relayed-lines.ts'

/**
 * A bare relay as undici's documentation shows its parts: a request in by `node:http`, out by `request`, and the answer
 * piped back. No body is parsed, nobody is asked for a key, nothing is written down.
 *
 *   node bench/gateway/bare-relay.ts PORT UPSTREAM
 */

const [port, origin = ''] = process.argv.slice(2)
const dispatcher = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connections: 256 })

async function relay(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const answer = await request(`${origin}${incoming.url ?? '/'}`, {
    dispatcher,
    method: 'POST',
    headers: requestLines(incoming.headers),
    body: incoming,
  })
  outgoing.writeHead(answer.statusCode, answerLines(answer.headers))
  pipeline(answer.body, outgoing, () => undefined)
}

createServer({ noDelay: true }, (incoming, outgoing) => {
  relay(incoming, outgoing).catch(() => void outgoing.destroy())
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
