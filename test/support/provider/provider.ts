import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { answerTurn, type Exchange } from './answer-turn.ts'
import { limits } from './limits.ts'
import { mentions, type OpenRecord, type ReceivedRequest } from './received-request.ts'
import type { ProviderOptions } from './provider-options.ts'
import { openRecord, readBody } from './receive.ts'
import { type ActiveScript, activeScript, type Script, type ScriptRule } from './script.ts'
import { createMemory } from './memory.ts'

/** A request that reached the other origin; there should be none. */
export interface StrangerRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

export interface Provider {
  /** Without a path: OpenAI clients add `/v1`, Gemini clients `/v1beta`. */
  readonly baseUrl: string
  readonly requests: readonly ReceivedRequest[]
  /** All ever received, also those no longer kept. */
  readonly received: () => number
  /** Requests in which the text stands, headers and path included. */
  readonly mentioning: (text: string) => readonly ReceivedRequest[]
  readonly strangerRequests: readonly StrangerRequest[]
  readonly openConnections: () => number
  script(rule: ScriptRule): Script
  /** Forgets requests, scripts, attempts and conversations. */
  reset(): void
  /** Ends everything; fails when a test asked for what does not exist. */
  close(): Promise<void>
}

/**
 * Starts a provider of models on loopback that speaks every upstream protocol and fails as it is told:
 * by the model's name (`fault-s08`, `fault-s08-x2` for two attempts), by cues in the prompt (`prompt-cues.ts`:
 * `[[words: 60]]`, `[[call: look {"at":1}]]`, `[[fault: h01 @NAME]]` …) or by `script`. The answer is a function of
 * the conversation alone, the same for every model and protocol, so that a fallback can go on where another was cut;
 * attempts are counted per model and `[[case: …]]`.
 */
export async function startProvider(options: ProviderOptions = {}): Promise<Provider> {
  const requests: ReceivedRequest[] = []
  const scripts: ActiveScript[] = []
  const mistakes: string[] = []
  const strangerRequests: StrangerRequest[] = []
  const memory = createMemory()
  const sockets = new Map<Socket, number>()
  const closing = new AbortController()
  let count = 0
  let connections = 0

  const stranger = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    strangerRequests.push({ method, url, headers })
    response.end('{}')
  })
  const server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
    void serve(request, response)
  })
  server.on('connection', (socket) => {
    connections += 1
    sockets.set(socket, connections)
    socket.once('close', () => sockets.delete(socket))
  })
  server.keepAliveTimeout = 60_000
  server.requestTimeout = 0
  await Promise.all([listening(server), listening(stranger)])
  const strangerUrl = originOf(stranger)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    count += 1
    const body = await readBody(request)
    const done = Promise.withResolvers<void>()
    const record = openRecord(request, {
      number: count,
      body: body ?? Buffer.alloc(0),
      connection: sockets.get(request.socket) ?? 0,
      done: done.promise,
    })
    keep(record)
    const exchange: Exchange = {
      record,
      response,
      socket: request.socket,
      isTooLarge: body === null,
      signal: signalOf(request, response, record),
      options,
      strangerUrl,
      scripts,
      memory,
    }
    await answerTurn(exchange).catch((problem: unknown) => {
      mistakes.push(String(problem))
      if (!response.headersSent) response.writeHead(500).end(String(problem))
      else request.socket.destroy()
    })
    record.progress = { ...record.progress, endedAtMs: Date.now() }
    done.resolve()
  }

  function signalOf(
    request: IncomingMessage,
    response: ServerResponse,
    record: OpenRecord,
  ): AbortSignal {
    const left = new AbortController()
    const leave = (): void => {
      if (record.progress.ending === 'answering' && !response.writableFinished) {
        record.progress = { ...record.progress, ending: 'abandoned' }
      }
      left.abort()
    }
    request.socket.once('close', leave)
    response.once('close', () => {
      request.socket.removeListener('close', leave)
      leave()
    })
    return AbortSignal.any([left.signal, closing.signal])
  }

  function keep(record: OpenRecord): void {
    requests.push(record)
    if (requests.length > (options.keepRequests ?? limits.requestsKeptMax)) requests.shift()
  }

  function script(rule: ScriptRule): Script {
    const active = activeScript(rule, () => scripts.splice(scripts.indexOf(active), 1))
    scripts.unshift(active)
    return active
  }

  function reset(): void {
    for (const one of scripts.splice(0)) one.release()
    requests.splice(0)
    strangerRequests.splice(0)
    memory.clear()
  }

  async function close(): Promise<void> {
    closing.abort()
    for (const one of scripts.splice(0)) one.release()
    await Promise.all([closed(server), closed(stranger)])
    if (mistakes.length > 0) throw new Error(`the provider was misused: ${mistakes.join('; ')}`)
  }

  return {
    baseUrl: originOf(server),
    requests,
    received: () => count,
    mentioning: (text) => requests.filter((one) => mentions(one, text)),
    strangerRequests,
    openConnections: () => sockets.size,
    script,
    reset,
    close,
  }
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
}

function originOf(server: Server): string {
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
