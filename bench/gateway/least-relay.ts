import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent, type Dispatcher } from 'undici'
import { answerLines, requestLines } from './relayed-lines.ts'

/**
 * The least that passing on costs in Node: the body held whole, out by `dispatch` of undici with a handler of its own, which
 * spares the streams of `request`. Beside the bare relay; how far a gateway in Node could get.
 *
 *   node bench/gateway/least-relay.ts PORT UPSTREAM
 */

const [port, origin = ''] = process.argv.slice(2)
const agent = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connections: 256 })

function relay(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => undefined,
    onResponseStart: (_controller, status, headers) => {
      response.writeHead(status, answerLines(headers))
    },
    onResponseData: (_controller, chunk) => void response.write(chunk),
    onResponseEnd: () => void response.end(),
    onResponseError: () => void response.destroy(),
  }
  const headers = requestLines(request.headers)
  agent.dispatch({ origin, path: request.url ?? '/', method: 'POST', headers, body }, handler)
}

createServer({ noDelay: true }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => void chunks.push(chunk))
  request.on('end', () => relay(request, response, Buffer.concat(chunks)))
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
