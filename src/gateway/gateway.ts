import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { messageOf } from '../base/fault.ts'
import { uuidv7OfHex } from '../base/uuidv7.ts'
import type { Principal } from '../policy/index.ts'
import type { ProtocolCodec } from '../protocols/index.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import type { CallCapture } from './call-capture.ts'
import { CallsUnderWay } from './calls-under-way.ts'
import { type Circuit, Circuits, type RouteCircuits } from './circuits.ts'
import type { GatewayClock, Timer } from './clock.ts'
import type { AskedConversations } from './conversations/asked-conversations.ts'
import { HeldConversations, type HoldingRules } from './conversations/held-conversations.ts'
import { EntryQueue } from './entry-queue.ts'
import type { Evidence } from './evidence.ts'
import type { GatewayState } from './gateway-state.ts'
import { handleRequest } from './handle-request.ts'
import { KeptCalls } from './kept/kept-calls.ts'
import { gatewayLimits } from './limits.ts'
import type { AskedCapacity, AskedCounters } from './limits/asked-limits.ts'
import { MemoryCounters } from './limits/memory-counters.ts'
import { RouteCapacity } from './limits/route-capacity.ts'
import { unpricedWarning } from './limits/unpriced-warning.ts'
import type { GatewayMetrics } from './metrics.ts'
import { probeModel, type ProbeResult } from './probe-model.ts'
import { unreadiness } from './readiness.ts'
import type { ObservedTraffic } from './observed-traffic.ts'
import { Traces, type TraceSink } from './traces/traces.ts'
import { Upstreams } from './upstream.ts'

/** What requests are counted by; processes of one machine share it. */
export interface GatewayLimits {
  readonly counters: AskedCounters
  readonly capacity: AskedCapacity
}

export interface GatewaySettings {
  /** Absent: counted in memory, by this process alone. */
  readonly limits?: GatewayLimits | undefined
  /** Circuits as requests ask them, where another process decides; absent: those of this one. */
  readonly circuits?: ((own: Circuits) => RouteCircuits) | undefined
  readonly state: GatewayState
  readonly codecs: Readonly<Record<string, ProtocolCodec>>
  readonly clock: GatewayClock
  readonly evidence: Evidence | null
  readonly randomBytes: (count: number) => Buffer
  /** Conversations as requests ask for them, where another process holds them; absent: this one does. */
  readonly conversations?: AskedConversations | undefined
  /** A share between 0 and 1. */
  readonly random: () => number
  /** What an operator must hear; never a prompt, a key or a class. */
  readonly warn: (message: string) => void
  readonly onCircuit: (circuit: Circuit) => void
  /** No other process answers at this address; absent: one may. */
  readonly isAlone?: boolean | undefined
  /** A provider serves a model under another name than when it was tried, which ends a verdict; absent: nobody is told. */
  readonly onVerdictEnded?: ((verdict: VerdictRecord, servedNow: string) => void) | undefined
  /** Absent: nothing is counted. */
  readonly metrics?: GatewayMetrics | undefined
  /** Where facts of calls go that are traced; absent: nothing is. */
  readonly traces?: TraceSink | undefined
  /** Adds up what was asked for and what answered; absent: nobody wants to know. */
  readonly observed?: ObservedTraffic
  /** Where calls go that become tasks; absent: none do. */
  readonly capture?: CallCapture | undefined
}

/** Carries model traffic: every hop of every call is asked of policy, and recorded. */
export class Gateway {
  readonly circuits: Circuits
  /** Empty where another process holds them. */
  readonly conversations: HeldConversations
  readonly server: Server
  readonly #settings: GatewaySettings
  readonly #runs = new CallsUnderWay()
  readonly #kept: KeptCalls
  /** Connections that have sent no request yet: an end does not wait for them. */
  readonly #silent = new Set<IncomingMessage['socket']>()
  readonly #upstreams: Upstreams
  readonly #vectorModels = new Set<string>()
  readonly #entries: EntryQueue
  #state: GatewayState
  #isDraining = false
  /** Runs while last words go out to callers; null: nobody is in a hurry. */
  #hurry: Timer | null = null
  #looking: Timer | null = null

  constructor(settings: GatewaySettings) {
    this.#settings = settings
    this.#state = settings.state
    const { metrics } = settings
    this.circuits = new Circuits(settings.clock, settings.onCircuit, (model, route, result) =>
      metrics?.attempt(model, route, result),
    )
    metrics?.watch({
      state: () => this.#state,
      circuits: () => this.circuits.list(),
      ledgerProblem: () => settings.evidence?.problem() ?? null,
      heldBytes: () => this.conversations.bytes,
    })
    this.#upstreams = new Upstreams(settings.state.timeouts.connectMs)
    this.#kept = new KeptCalls(settings.clock)
    this.conversations = new HeldConversations(settings.clock, this.#holdingRules)
    this.#entries = new EntryQueue(settings.clock, settings.warn)
    this.server = this.#createServer()
  }

  get state(): GatewayState {
    return this.#state
  }

  /** Calls under way. */
  get underWay(): number {
    return this.#runs.count
  }

  /** Why no traffic can be served now; empty: it can. */
  get unreadiness(): readonly string[] {
    const { clock, evidence } = this.#settings
    return unreadiness(this.#state, {
      at: new Date(clock.now()).toISOString(),
      isDraining: this.#isDraining,
      isWithoutEvidence: evidence?.onWriteFailure === 'stop-all' && evidence.problem() !== null,
    })
  }

  /** A real request of one token for a model over a route, in the name of a principal. */
  probe(model: string, routeId: string, principal: Principal): Promise<ProbeResult> {
    const { clock, codecs } = this.#settings
    const route = this.#state.routes.get(routeId)
    if (route === undefined) return Promise.resolve(goneRoute(routeId))
    const tools = { upstreams: this.#upstreams, clock, codecs }
    return probeModel(tools, this.#state, { model, route, principal })
  }

  /** A change of anything: in force for every hop from now on, those under way among them. */
  swap(state: GatewayState): void {
    this.#state = state
    this.conversations.follow(this.#holdingRules)
    this.#runs.reconsider()
  }

  /** The snapshot in force no longer tells what the directives say: asked at the instants at which it changes. */
  reconsider(): void {
    this.#runs.reconsider()
  }

  /** Takes no more, lets what is under way end, whether its caller is still there or its answer is kept, at most so long. */
  async close(drainMs: number): Promise<void> {
    this.#isDraining = true
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    // Those that are at work now close behind their answer: their callers would keep them open.
    this.server.keepAliveTimeout = 1
    this.server.keepAliveTimeoutBuffer = 0
    const { clock } = this.#settings
    const timer = clock.after(drainMs, () => this.hurry())
    this.#closeIdle()
    await Promise.all([closed, this.#kept.idle()])
    this.#looking?.cancel()
    timer.cancel()
    this.#hurry?.cancel()
    this.#kept.close()
    this.conversations.close()
    await this.#upstreams.close()
    this.#entries.flush()
  }

  /** Again and again: a connection may come to rest, or be accepted, just behind a look. */
  #closeIdle(): void {
    this.server.closeIdleConnections()
    for (const socket of this.#silent) socket.destroy()
    this.#looking = this.#settings.clock.after(gatewayLimits.closeIdleMs, () => this.#closeIdle())
  }

  /** While it closes: what is under way ends now, and each caller is told so. */
  hurry(): void {
    this.#hurry ??= this.#settings.clock.after(gatewayLimits.lastWordMs, () =>
      this.server.closeAllConnections(),
    )
    this.#kept.giveUp()
    this.#runs.stop()
  }

  /** Null: this process holds nothing. */
  get #holdingRules(): HoldingRules | null {
    return this.#settings.conversations === undefined ? this.#state.conversations : null
  }

  #createServer(): Server {
    const { codecs, clock, evidence, metrics, random, randomBytes, traces, warn } = this.#settings
    const tools = {
      ...(this.#settings.limits ?? memoryLimits(clock)),
      onUnpriced: unpricedWarning(warn),
      codecs,
      clock,
      evidence,
      metrics,
      random,
      warn,
      state: () => this.#state,
      circuits: this.#settings.circuits?.(this.circuits) ?? this.circuits,
      upstreams: this.#upstreams,
      vectorModels: this.#vectorModels,
      runs: this.#runs,
      kept: this.#kept,
      conversations: this.#settings.conversations ?? this.conversations,
      isAlone: this.#settings.isAlone ?? false,
      observed: this.#settings.observed ?? null,
      capture: this.#settings.capture ?? null,
      traces: traces === undefined ? null : new Traces(traces, { clock, random, randomBytes }),
      entries: this.#entries,
      verdictEnded: this.#settings.onVerdictEnded ?? (() => undefined),
      newId: idsFrom(clock, randomBytes),
    }
    const server = createServer(
      {
        maxHeaderSize: gatewayLimits.headerBytesMax,
        headersTimeout: gatewayLimits.headerMs,
        requestTimeout: gatewayLimits.bodyMs,
        // Else both limits are looked at every 30 s only.
        connectionsCheckingInterval: gatewayLimits.checkMs,
        noDelay: true,
        keepAliveTimeout: 65_000,
        // Of lines that stand there twice the first counts; of `authorization` none does, see `identifyCaller`.
        joinDuplicateHeaders: false,
        requireHostHeader: true,
      },
      (request, response) => {
        this.#silent.delete(request.socket)
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
    server.on('connection', (socket) => {
      this.#silent.add(socket)
      socket.once('close', () => this.#silent.delete(socket))
    })
    return server
  }

  #tellHealth(isReadiness: boolean, response: ServerResponse): void {
    const isReady = this.unreadiness.length === 0
    const word = this.#isDraining ? 'draining' : isReady ? 'ready' : 'not-ready'
    response
      .writeHead(isReadiness && !isReady ? 503 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ status: word }))
  }
}

function memoryLimits(clock: GatewayClock): GatewayLimits {
  const counters = new MemoryCounters(clock)
  return { counters, capacity: new RouteCapacity(counters, clock) }
}

/** Random bytes are drawn for so many ids at once: drawing costs the same for one. */
const idsAtOnce = 256
const digitsOfId = 20

function idsFrom(clock: GatewayClock, randomBytes: GatewaySettings['randomBytes']): () => string {
  let digits = ''
  return () => {
    if (digits === '') digits = randomBytes((idsAtOnce * digitsOfId) / 2).toString('hex')
    const own = digits.slice(0, digitsOfId)
    digits = digits.slice(digitsOfId)
    return uuidv7OfHex(clock.now(), own)
  }
}

function goneRoute(id: string): ProbeResult {
  return {
    outcome: 'disabled',
    message: `holdfast.yaml has no route \`${id}\` any more`,
    status: null,
    servedModel: null,
    directive: null,
    notice: null,
    ms: 0,
  }
}

const internalError = JSON.stringify({
  error: { type: 'internal_error', message: 'the gateway failed; its log says why' },
})
