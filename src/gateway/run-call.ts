import {
  type Answer,
  isObject,
  type JsonObject,
  type JsonValue,
  type ProtocolCodec,
  ProtocolError,
} from '../protocols/index.ts'
import { decide } from '../policy/index.ts'
import {
  Attempt,
  type AttemptHead,
  errorBody,
  type Failure,
  isFailure,
  retryAfterMs,
  transportFailure,
} from './attempt.ts'
import type { Call } from './call.ts'
import type { CallerAnswer } from './caller-answer.ts'
import type { Circuits } from './circuits.ts'
import { Delivered } from './delivered.ts'
import {
  type EvidenceTools,
  type HopFacts,
  isWithoutEvidence,
  recordBegun,
  recordHop,
} from './hop-evidence.ts'
import { unfitFor } from './fit-of.ts'
import type { GatewayState } from './gateway-state.ts'
import { byteLane, continuedLane, type Lane, translatedLane } from './lane.ts'
import { gatewayLimits } from './limits.ts'
import type { Outcome } from './outcome.ts'
import { type Hop, type JudgedHop, judgeHop, planHops } from './plan-hops.ts'
import { deniedError, failedError, unavailableError } from './refuse-call.ts'
import { forwardedRequest, returnedHeaders } from './route-request.ts'
import { signedRequest } from './signed-request.ts'
import { isTranslated, translateCall } from './translate-call.ts'
import { spliceCall } from './splice-call.ts'
import { noEvidence, relayStream } from './stream-relay.ts'
import type { UpstreamRequest, Upstreams } from './upstream.ts'

/** What every call works with. */
export interface CallTools extends EvidenceTools {
  readonly codecs: Readonly<Record<string, ProtocolCodec>>
  readonly upstreams: Upstreams
  readonly circuits: Circuits
  /** A share between 0 and 1, for waits that should not fall together. */
  readonly random: () => number
}

/** What came of one attempt. */
type AttemptEnd =
  | { readonly kind: 'served' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** The hop that is being tried. */
interface Current {
  readonly judged: JudgedHop
  readonly attempt: Attempt
}

/**
 * One call on its way: hop after hop until one serves it, policy asked before each, and again whenever it changes
 * while a hop is under way.
 */
export class CallRun {
  readonly #call: Call
  readonly #answer: CallerAnswer
  readonly #tools: CallTools
  readonly #delivered = new Delivered()
  readonly #tried = new Set<string>()
  readonly #passed = new Map<string, JudgedHop>()
  #hopNumber = -1
  #current: Current | null = null
  #failure: Failure | null = null
  #continuations = 0
  #hasLeft = false
  /** Context of a model that was too small; only a larger one is tried after it. */
  #tooSmall: number | null = null

  constructor(call: Call, answer: CallerAnswer, tools: CallTools) {
    this.#call = call
    this.#answer = answer
    this.#tools = tools
  }

  async run(): Promise<void> {
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const end = await this.#tryHop(next)
      if (end.kind === 'served' || this.#hasLeft) return
      // The first failure is that of the model that was asked for: what fallbacks say of it explains less.
      this.#failure ??= end.failure
      if (!this.#mayGoOn(next.hop, end.failure)) return this.#giveUp(this.#failure)
    }
    this.#exhausted()
  }

  /** The caller has gone: nobody is asked any more. */
  left(): void {
    this.#hasLeft = true
    const current = this.#current
    if (current === null) return
    this.#tools.circuits.released(current.judged.hop.model, current.judged.hop.route.id)
    current.attempt.fail(transportFailure('the caller has gone', true))
  }

  /** Policy has changed: a hop that it no longer permits ends now. */
  reconsider(): void {
    const current = this.#current
    if (current === null) return
    const cut = this.#cutByPolicy(current.judged.hop)
    if (cut !== null) current.attempt.fail(cut)
  }

  /** What policy, as it now is, does to a hop under way; null: it is still permitted. */
  #cutByPolicy(hop: Hop): Failure | null {
    const { verdict, reasons } = this.#decide(hop)
    if (verdict === 'allow') return null
    const why = reasons[0]?.text ?? 'policy denies it'
    return { ...transportFailure(`no longer permitted: ${why}`, true), code: directiveCut }
  }

  // --- which hop

  #next(): JudgedHop | null {
    if (this.#hasLeft || this.#answer.isOver) return null
    const state = this.#tools.state()
    const hops = planHops(state, this.#call).filter((hop) => !this.#tried.has(idOf(hop)))
    const judged = hops.map((hop) => this.#judge(state, hop))
    const found = judged.find(({ passed }) => passed === null) ?? this.#leastBad(judged)
    const before = found === undefined ? judged : judged.slice(0, judged.indexOf(found))
    for (const one of before) this.#passOver(one)
    return found ?? null
  }

  #judge(state: GatewayState, hop: Hop): JudgedHop {
    const { circuits, codecs } = this.#tools
    return judgeHop(state, this.#call, hop, {
      circuits,
      at: this.#now(),
      unfit: () => this.#tooSmallFor(state, hop) ?? unfitFor(state, this.#call, hop, codecs),
      isWithoutEvidence: (model) => isWithoutEvidence(this.#tools, model),
    })
  }

  /** When every route failed just now and none is better, one that failed is still better than none. */
  #leastBad(judged: readonly JudgedHop[]): JudgedHop | undefined {
    if (this.#tried.size > 0) return undefined
    return judged.find(({ passed }) => passed === 'outage')
  }

  #tooSmallFor(state: GatewayState, { model }: Hop): string | null {
    const { contextTokens } = state.factsOf(model)
    if (this.#tooSmall === null || contextTokens === null) return null
    return contextTokens > this.#tooSmall
      ? null
      : `the request did not fit a model of ${this.#tooSmall} tokens, and this one has no more`
  }

  #passOver(judged: JudgedHop): void {
    const id = idOf(judged.hop)
    this.#tried.add(id)
    this.#passed.set(id, judged)
    if (judged.passed !== 'denied') return
    this.#record(judged, { outcome: 'denied', startedAt: this.#tools.clock.now() })
  }

  /** Whether another hop could take over if this one fails. */
  #hasOthers(current: Hop): boolean {
    const state = this.#tools.state()
    return planHops(state, this.#call).some(
      (hop) =>
        idOf(hop) !== idOf(current) &&
        !this.#tried.has(idOf(hop)) &&
        this.#judge(state, hop).passed === null,
    )
  }

  // --- one hop

  async #tryHop(judged: JudgedHop): Promise<AttemptEnd> {
    const { hop } = judged
    this.#tried.add(idOf(hop))
    this.#hopNumber += 1
    if (judged.notice !== null) this.#call.notices.add(judged.notice)
    for (let attempt = 1; ; attempt += 1) {
      const end = await this.#tryOnce(judged)
      if (end.kind === 'served' || this.#hasLeft) return end
      const wait = attempt < gatewayLimits.attemptsPerRoute ? this.#waitFor(end.failure, hop) : null
      if (wait === null) return end
      await this.#sleep(wait)
      if (this.#hasLeft) return end
    }
  }

  /** Milliseconds until the same route is asked again; null: it is not. */
  #waitFor(failure: Failure, hop: Hop): number | null {
    if (this.#isContinuing && this.#continuations >= gatewayLimits.continuationsMax) return null
    const backoff = gatewayLimits.backoffMs * (0.5 + this.#tools.random())
    switch (failure.class) {
      case 'transport':
        return failure.isSilence || hasRemoteEffects(this.#call) ? null : backoff / 4
      case 'overload':
        return failure.status === 500 || !this.#hasOthers(hop) ? backoff : null
      case 'quota': {
        const { retryAfterMs: asked } = failure
        if (asked !== null) return asked <= gatewayLimits.retryAfterMsMax ? asked : null
        return this.#hasOthers(hop) ? null : backoff
      }
      case 'auth':
      case 'client':
      case 'content-policy':
      case 'context':
      case 'withdrawn':
        return null
    }
  }

  async #tryOnce(judged: JudgedHop): Promise<AttemptEnd> {
    const { hop } = judged
    const { circuits, clock, upstreams } = this.#tools
    const startedAt = clock.now()
    const unsigned = this.#requestFor(hop)
    if (isFailure(unsigned)) return { kind: 'failed', failure: unsigned }
    const request =
      hop.route.protocol === 'bedrock-converse'
        ? await signedRequest(hop.route, unsigned, startedAt)
        : unsigned
    // It may have changed while a signature was made, or between two attempts.
    const cut = this.#cutByPolicy(hop)
    if (cut !== null) return { kind: 'failed', failure: cut }
    circuits.began(hop.model, hop.route.id)
    const { timeouts } = this.#tools.state()
    const attempt = new Attempt({ upstreams, clock, request, timeouts })
    this.#current = { judged, attempt }
    try {
      const end = await this.#readAnswer(judged, attempt, startedAt)
      this.#judgeRoute(hop, end)
      return end
    } finally {
      this.#current = null
    }
  }

  async #readAnswer(judged: JudgedHop, attempt: Attempt, startedAt: number): Promise<AttemptEnd> {
    const head = await attempt.head
    const failed = (failure: Failure): AttemptEnd => {
      this.#record(judged, { outcome: this.#isContinuing ? 'cut' : 'failed', startedAt })
      return { kind: 'failed', failure }
    }
    if (isFailure(head)) return failed(head)
    if (head.status >= 300) return failed(await this.#errorOf(judged.hop, head, attempt))
    return this.#call.isStream
      ? await this.#stream(judged, head, attempt, startedAt, failed)
      : await this.#whole(judged, head, attempt, startedAt, failed)
  }

  async #errorOf(
    { route }: Hop,
    { status, headers }: AttemptHead,
    attempt: Attempt,
  ): Promise<Failure> {
    const body = await errorBody(attempt)
    const error = this.#codecOf(route.protocol).readError(status, body.toString('utf8'))
    return {
      class: error.class,
      status,
      code: error.code,
      message: error.message,
      retryAfterMs: retryAfterMs(headers, this.#tools.clock.now()),
      answer: { protocol: route.protocol, headers, body },
      isSilence: false,
    }
  }

  /** What the way of this attempt says about the route, for later calls. */
  #judgeRoute({ model, route }: Hop, end: AttemptEnd): void {
    const { circuits } = this.#tools
    if (end.kind === 'served') circuits.succeeded(model, route.id)
    else if (this.#hasLeft || end.failure.code === directiveCut) circuits.released(model, route.id)
    else circuits.failed(model, route.id, end.failure)
  }

  // --- the request

  get #isContinuing(): boolean {
    return this.#answer.isBegun
  }

  #requestFor(hop: Hop): UpstreamRequest | Failure {
    try {
      return this.#isContinuing || isTranslated(this.#tools.state(), this.#call, hop)
        ? this.#translated(hop)
        : this.#forwarded(hop)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return { ...transportFailure(error.message, true), class: 'client', status: 400 }
    }
  }

  #forwarded(hop: Hop): UpstreamRequest {
    const { body, lost } = spliceCall(this.#tools.state(), this.#call, hop, this.#now())
    for (const field of lost) this.#answer.facts.lost.add(field)
    return forwardedRequest(this.#call, hop.route, body)
  }

  #translated(hop: Hop): UpstreamRequest {
    const state = this.#tools.state()
    const { request, lost } = translateCall(state, this.#call, hop, {
      target: this.#codecOf(hop.route.protocol),
      continued: this.#isContinuing ? this.#delivered.text : null,
    })
    for (const field of lost) this.#answer.facts.lost.add(field)
    return request
  }

  // --- the answer

  async #whole(
    judged: JudgedHop,
    head: AttemptHead,
    attempt: Attempt,
    startedAt: number,
    failed: (failure: Failure) => AttemptEnd,
  ): Promise<AttemptEnd> {
    const bytes = await attempt.whole(gatewayLimits.answerBytesMax)
    if (!Buffer.isBuffer(bytes)) return failed(bytes)
    const target = this.#codecOf(judged.hop.route.protocol)
    const read = readWhole(target, bytes)
    if (isFailure(read)) return failed(read)
    const mismatch = this.#served(judged.hop, read.model)
    if (mismatch !== null) return failed(mismatch)
    const isSame = target.protocol === this.#call.codec.protocol
    const text = isSame ? bytes : JSON.stringify(this.#writeAnswer(read))
    this.#factsOf(judged)
    const isRecorded = await this.#recordBegun(judged, {
      outcome: this.#outcome(judged.hop),
      startedAt,
      endedAt: this.#tools.clock.now(),
      usage: read.usage,
      answerDigest: this.#tools.evidence?.digestOf?.(text) ?? null,
    })
    if (!isRecorded)
      return failed({ ...transportFailure('no evidence could be kept', true), code: noEvidence })
    const cut = this.#cutByPolicy(judged.hop)
    if (cut !== null) return failed(cut)
    const headers = isSame ? returnedHeaders(head.headers) : { 'content-type': 'application/json' }
    this.#answer.whole(200, headers, text)
    return { kind: 'served' }
  }

  #writeAnswer(answer: ReturnType<ProtocolCodec['readAnswer']>) {
    return this.#call.codec.writeAnswer(answer, this.#answerContext(answer.id))
  }

  #answerContext(id: string) {
    return {
      id,
      model: this.#answer.facts.servedModel ?? this.#call.requested,
      created: Math.floor(this.#tools.clock.now() / 1000),
      request: this.#call.superset(),
    }
  }

  async #stream(
    judged: JudgedHop,
    head: AttemptHead,
    attempt: Attempt,
    startedAt: number,
    failed: (failure: Failure) => AttemptEnd,
  ): Promise<AttemptEnd> {
    const { hop } = judged
    const target = this.#codecOf(hop.route.protocol)
    if (!isStreamType(target, head)) {
      attempt.abort()
      return failed(transportFailure('the provider answered without a stream', false))
    }
    this.#answer.facts.servedModel = hop.model
    if (this.#isContinuing) {
      this.#resumed(judged)
      const record = { outcome: 'resumed', startedAt, endedAt: null } as const
      if (!(await this.#recordBegun(judged, record)))
        return failed({ ...transportFailure('no evidence could be kept', true), code: noEvidence })
    }
    const { failure, usage } = await relayStream({
      attempt,
      lane: this.#lane(target),
      answer: this.#answer,
      delivered: this.#delivered,
      clock: this.#tools.clock,
      timeouts: this.#tools.state().timeouts,
      isHolding: this.#hasOthers(hop),
      served: (model) => this.#served(hop, model),
      begin: () => this.#begin(judged, head, startedAt),
      closing: () => this.#closing(),
    })
    if (failure !== null) return failed(failure)
    const { servedModel } = this.#answer.facts
    this.#record(judged, { outcome: this.#outcome(hop), startedAt, servedModel, usage })
    this.#answer.end()
    return { kind: 'served' }
  }

  #lane(target: ProtocolCodec): Lane {
    const { codec } = this.#call
    if (this.#isContinuing)
      return continuedLane(target.createReader(), this.#writer(), this.#delivered)
    return target.protocol === codec.protocol
      ? byteLane(target.createReader())
      : translatedLane(target.createReader(), this.#writer())
  }

  #writer() {
    return this.#call.codec.createWriter(this.#answerContext(this.#call.id))
  }

  /** The last word that a provider left out, as the caller's protocol has it. */
  #closing(): string {
    const writer = this.#writer()
    for (const event of this.#delivered.events) writer.write(event)
    return writer.write({ kind: 'end' })
  }

  /** Another provider takes the open answer over. */
  #resumed({ hop }: JudgedHop): void {
    this.#continuations += 1
    this.#answer.facts.outcome = 'resumed'
    this.#answer.facts.servedModel = hop.model
    this.#answer.send(
      this.#writer().comment(`holdfast resumed model=${hop.model} route=${hop.route.id}`),
      () => undefined,
    )
  }

  #begin(judged: JudgedHop, head: AttemptHead, startedAt: number): Promise<boolean> | boolean {
    this.#factsOf(judged)
    const recorded = this.#recordBegun(judged, {
      outcome: this.#outcome(judged.hop),
      startedAt,
      endedAt: null,
    })
    const open = (isRecorded: boolean): boolean => {
      if (!isRecorded) return false
      const isSame = judged.hop.route.protocol === this.#call.codec.protocol
      this.#answer.open(isSame ? returnedHeaders(head.headers) : {})
      return true
    }
    return typeof recorded === 'boolean' ? open(recorded) : recorded.then(open)
  }

  #factsOf({ hop, decision, snapshot }: JudgedHop): void {
    const { facts } = this.#answer
    facts.servedModel ??= hop.model
    facts.route = hop.route.id
    facts.outcome = this.#outcome(hop)
    facts.decision = `${snapshot}/${decision.reasons[0]?.code ?? 'base-permit'}`
    for (const notice of this.#call.notices) facts.notices.add(notice)
  }

  #outcome(hop: Hop): Exclude<Outcome, 'denied'> {
    if (this.#continuations > 0) return 'resumed'
    return this.#hopNumber > 0 || this.#passed.size > 0 || hop.isFallback ? 'failover' : 'direct'
  }

  /**
   * Holds what the provider says it serves against what was asked for: another model is cut off where a directive or
   * a trial could be concerned, and named where neither is.
   */
  #served(hop: Hop, written: string): Failure | null {
    const state = this.#tools.state()
    const { facts } = this.#answer
    // Some protocols do not say who answers.
    const isNamed = written !== '' && written !== hop.wireModel
    const served = isNamed ? state.modelOf(written) : hop.model
    facts.servedModel = served ?? written
    if (served === null || served === hop.model) return null
    const { restricted } = state.snapshot.table
    const isTouched =
      restricted.has(served) ||
      restricted.has(hop.model) ||
      this.#call.workflow?.requireQualified === true ||
      this.#decide({ ...hop, model: served }).verdict === 'deny'
    if (!isTouched) return null
    facts.servedModel = null
    return {
      ...transportFailure(`\`${served}\` answered instead of \`${hop.model}\``, true),
      code: 'model-mismatch',
    }
  }

  // --- the end

  /** Whether another hop may be tried after this failure. */
  #mayGoOn(hop: Hop, failure: Failure): boolean {
    if (this.#isContinuing) return this.#mayContinue(failure)
    if (failure.code === noEvidence) return true
    if (failure.class === 'content-policy') return false
    if (failure.class === 'client') return hop.isFallback
    if (failure.class === 'context') {
      const { contextTokens } = this.#tools.state().factsOf(hop.model)
      this.#tooSmall = Math.max(contextTokens ?? 0, this.#tooSmall ?? 0)
    }
    return !(failure.class === 'transport' && hasRemoteEffects(this.#call))
  }

  #mayContinue(failure: Failure): boolean {
    const isOrdered = failure.code === directiveCut || failure.class === 'withdrawn'
    if (isOrdered && this.#tools.state().inFlight !== 'continue') return false
    if (this.#continuations >= gatewayLimits.continuationsMax) return false
    if (this.#delivered.characters > gatewayLimits.continuedBytesMax) return false
    return this.#delivered.canContinue && this.#canTranslate()
  }

  #canTranslate(): boolean {
    try {
      this.#call.superset()
      return true
    } catch (error) {
      if (error instanceof ProtocolError) return false
      throw error
    }
  }

  #exhausted(): void {
    if (this.#hasLeft || this.#answer.isOver) return
    if (this.#failure !== null) return this.#giveUp(this.#failure)
    const judged = [...this.#passed.values()]
    const state = this.#tools.state()
    const { facts } = this.#answer
    const isDenied = judged.every(({ passed, hop }) => passed === 'denied' || hop.isFallback)
    if (
      judged.length === 0 &&
      this.#call.model !== null &&
      state.routesOf(this.#call.model).length === 0 &&
      this.#isKnown(this.#call.model)
    )
      return this.#answer.error(this.#call.codec, unavailableError(this.#call, judged))
    if (isDenied) {
      facts.outcome = 'denied'
      facts.decision = `${state.snapshot.version}/${judged[0]?.decision.reasons[0]?.code ?? 'unknown-model'}`
      return this.#answer.error(
        this.#call.codec,
        deniedError(state, this.#call, judged, this.#now()),
      )
    }
    this.#answer.error(this.#call.codec, unavailableError(this.#call, judged), {
      'retry-after': '5',
    })
  }

  #isKnown(model: string): boolean {
    return this.#tools.state().snapshot.table.models.has(model)
  }

  /** The last word to the caller: the provider's own where it speaks the same protocol, else ours; never a clean end. */
  #giveUp(failure: Failure): void {
    const { codec } = this.#call
    const error = failedError(failure)
    if (this.#answer.isBegun) {
      this.#answer.send(this.#writerForFailure().fail(error), () => undefined)
      this.#answer.end()
      return
    }
    const { answer } = failure
    if (answer !== null && failure.class !== 'auth' && answer.protocol === codec.protocol)
      return this.#answer.whole(failure.status ?? 502, returnedHeaders(answer.headers), answer.body)
    this.#answer.error(codec, error)
  }

  #writerForFailure() {
    const writer = this.#writer()
    for (const event of this.#delivered.events) writer.write(event)
    return writer
  }

  // --- evidence

  #record(judged: JudgedHop, facts: Omit<HopFacts, 'hop' | 'endedAt'>): void {
    const endedAt = this.#tools.clock.now()
    recordHop(this.#tools, this.#call, judged, { hop: this.#hopNumber, endedAt, ...facts })
  }

  #recordBegun(judged: JudgedHop, facts: Omit<HopFacts, 'hop'>): Promise<boolean> | boolean {
    const { servedModel } = this.#answer.facts
    return recordBegun(this.#tools, this.#call, judged, {
      hop: this.#hopNumber,
      servedModel,
      ...facts,
    })
  }

  // --- small things

  #decide(hop: Hop) {
    return decide(this.#tools.state().snapshot, {
      principal: this.#call.caller.principal,
      model: hop.model,
      route: hop.route.id,
      workflow: this.#call.workflow?.id ?? null,
      purpose: this.#call.purpose,
      at: this.#now(),
    })
  }

  #codecOf(protocol: string): ProtocolCodec {
    const codec = this.#tools.codecs[protocol]
    if (codec === undefined) throw new TypeError(`no codec for ${protocol}`)
    return codec
  }

  #now(): string {
    return new Date(this.#tools.clock.now()).toISOString()
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#tools.clock.after(ms, resolve))
  }
}

/** Of a failure: policy has changed while the hop was under way. */
const directiveCut = 'directive'

function idOf({ model, route }: Hop): string {
  return `${model}@${route.id}`
}

function isStreamType(target: ProtocolCodec, { headers }: AttemptHead): boolean {
  const type = String(headers['content-type'] ?? '')
  return target.protocol === 'bedrock-converse'
    ? type.includes('eventstream')
    : type.includes('event-stream')
}

function readWhole(target: ProtocolCodec, bytes: Buffer): Answer | Failure {
  const text = bytes.toString('utf8')
  try {
    return target.readAnswer(JSON.parse(text) as JsonObject)
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof SyntaxError)) throw error
    // An error with status 200, or something that is no answer of a model at all.
    const { class: kind, code, message } = target.readError(200, text)
    return { ...transportFailure(message.slice(0, 500), false), class: kind, code }
  }
}

/** The provider does things elsewhere on behalf of the request: asked twice, it would do them twice. */
function hasRemoteEffects({ body }: Call): boolean {
  const { tools, mcp_servers: servers } = body
  if (Array.isArray(servers) && servers.length > 0) return true
  return (
    Array.isArray(tools) &&
    tools.some((tool: JsonValue) => {
      const type = isObject(tool) ? tool['type'] : undefined
      return typeof type === 'string' && type.startsWith('mcp')
    })
  )
}
