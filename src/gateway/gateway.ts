import { createServer, type Server, type ServerResponse } from 'node:http'
import { messageOf } from '../base/fault.ts'
import { uuidv7 } from '../base/uuidv7.ts'
import type { ProtocolCodec } from '../protocols/index.ts'
import { type Circuit, Circuits } from './circuits.ts'
import type { GatewayClock } from './clock.ts'
import type { Evidence } from './evidence.ts'
import type { GatewayState } from './gateway-state.ts'
import { handleRequest } from './handle-request.ts'
import { gatewayLimits } from './limits.ts'
import type { CallRun } from './run-call.ts'
import { Upstreams } from './upstream.ts'

export interface GatewaySettings {
  readonly state: GatewayState
  readonly codecs: Readonly<Record<string, ProtocolCodec>>
  readonly clock: GatewayClock
  readonly evidence: Evidence | null
  readonly randomBytes: (count: number) => Buffer
  /** A share between 0 and 1. */
  readonly random: () => number
  /** What an operator must hear; never a prompt, a key or a class. */
  readonly warn: (message: string) => void
  readonly onCircuit: (circuit: Circuit) => void
}

/** Carries model traffic: every hop of every call is asked of policy, and recorded. */
export class Gateway {
  readonly circuits: Circuits
  readonly server: Server
  readonly #settings: GatewaySettings
  readonly #runs = new Set<CallRun>()
  readonly #upstreams: Upstreams
  #state: GatewayState
  #isDraining = false

  constructor(settings: GatewaySettings) {
    this.#settings = settings
    this.#state = settings.state
    this.circuits = new Circuits(settings.clock, settings.onCircuit)
    this.#upstreams = new Upstreams(settings.state.timeouts.connectMs)
    this.server = this.#createServer()
  }

  get state(): GatewayState {
    return this.#state
  }

  /** Calls under way. */
  get underWay(): number {
    return this.#runs.size
  }

  /** A change of anything: in force for every hop from now on, those under way among them. */
  swap(state: GatewayState): void {
    this.#state = state
    for (const run of this.#runs) run.reconsider()
  }

  /** The snapshot in force no longer tells what the directives say: asked at the instants at which it changes. */
  reconsider(): void {
    for (const run of this.#runs) run.reconsider()
  }

  /** Takes no more, lets what is under way end, at most so long. */
  async close(drainMs: number): Promise<void> {
    this.#isDraining = true
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    this.server.closeIdleConnections()
    const { clock } = this.#settings
    const timer = clock.after(drainMs, () => this.server.closeAllConnections())
    await closed
    timer.cancel()
    await this.#upstreams.close()
  }

  #createServer(): Server {
    const { codecs, clock, evidence, random, randomBytes, warn } = this.#settings
    const tools = {
      codecs,
      clock,
      evidence,
      random,
      warn,
      state: () => this.#state,
      circuits: this.circuits,
      upstreams: this.#upstreams,
      runs: this.#runs,
      newId: () => uuidv7(clock.now(), randomBytes(10)),
    }
    const server = createServer(
      {
        maxHeaderSize: gatewayLimits.headerBytesMax,
        headersTimeout: gatewayLimits.headerMs,
        requestTimeout: gatewayLimits.bodyMs,
        noDelay: true,
        keepAliveTimeout: 65_000,
        // Two of a line that must stand once are refused, not joined or chosen from.
        joinDuplicateHeaders: false,
        requireHostHeader: true,
      },
      (request, response) => {
        if (request.method === 'GET' && (request.url === '/healthz' || request.url === '/readyz'))
          return this.#tellHealth(request.url === '/readyz', response)
        if (this.#isDraining) response.setHeader('connection', 'close')
        handleRequest(tools, request, response).catch((error: unknown) => {
          warn(`a request failed inside the gateway: ${messageOf(error)}`)
          if (!response.headersSent)
            response.writeHead(500, { 'content-type': 'application/json' }).end(internalError)
          else response.destroy()
        })
      },
    )
    return server
  }

  #tellHealth(isReadiness: boolean, response: ServerResponse): void {
    const isReady = !this.#isDraining
    const status = isReadiness && !isReady ? 503 : 200
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ status: isReady ? 'ready' : 'draining' }))
  }
}

const internalError = JSON.stringify({
  error: { type: 'internal_error', message: 'the gateway failed; its log says why' },
})
