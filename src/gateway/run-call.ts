import { instantText } from '../base/instant-text.ts'
import { type ProtocolCodec, ProtocolError } from '../protocols/index.ts'
import { decide } from '../policy/index.ts'
import { Attempt, type AttemptHead, type Failure, isFailure, transportFailure } from './attempt.ts'
import type { Call } from './call.ts'
import type { CallerAnswer } from './caller-answer.ts'
import { Delivered } from './delivered.ts'
import { type HopFacts, recordBegun, recordHop } from './hop-evidence.ts'
import { HopQueue, isOfRequest, type QueueTools } from './hop-queue.ts'
import { byteLane, continuedLane, type Lane, translatedLane } from './lane.ts'
import { gatewayLimits } from './limits.ts'
import type { AttemptPlace } from './limits/attempt-place.ts'
import { CallPlaces, type PlaceTools } from './limits/call-places.ts'
import { limitHeaders } from './limits/limit-error.ts'
import { bytesOfTexts } from './limits/bytes-of-texts.ts'
import { movedTo } from './moved-to.ts'
import type { Outcome } from './outcome.ts'
import type { Hop, JudgedHop } from './plan-hops.ts'
import { failedError, refusal } from './refuse-call.ts'
import { hasRemoteEffects, retryWait } from './retry-wait.ts'
import { forwardedRequest, returnedHeaders } from './route-request.ts'
import { servedModel } from './served-model.ts'
import { signedRequest } from './signed-request.ts'
import { isTranslated, translateCall } from './translate-call.ts'
import { SentBytes } from './sent-bytes.ts'
import { spliceCall } from './splice-call.ts'
import { noEvidence, relayStream } from './stream-relay.ts'
import { isStream, readAnswer, readFailure, writtenText } from './upstream-answer.ts'
import type { UpstreamRequest, Upstreams } from './upstream.ts'
import { toldReason } from './told-reason.ts'

/** What every call works with. */
export interface CallTools extends QueueTools, PlaceTools {
  readonly upstreams: Upstreams
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
  readonly place: AttemptPlace
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
  readonly #queue: HopQueue
  readonly #places: CallPlaces
  #hopNumber = -1
  #current: Current | null = null
  #failure: Failure | null = null
  #continuations = 0
  #hasLeft = false
  /** Ends a sleep before a second attempt. */
  #wake: () => void = () => undefined

  constructor(call: Call, answer: CallerAnswer, tools: CallTools) {
    this.#call = call
    this.#answer = answer
    this.#tools = tools
    this.#places = new CallPlaces(call, tools)
    this.#queue = new HopQueue(call, tools, (judged) =>
      this.#record(judged, { outcome: 'denied', startedAt: tools.clock.now() }),
    )
  }

  async run(): Promise<void> {
    for (let next = await this.#next(); next !== null; next = await this.#next()) {
      const end = await this.#tryHop(next)
      if (end.kind === 'served' || this.#hasLeft) return
      if (end.failure.code === triedByAnother) {
        this.#hopNumber -= 1
        this.#queue.takeBack(next.hop)
        continue
      }
      // The first failure is that of the model that was asked for: what fallbacks say of it explains less.
      this.#failure ??= end.failure
      if (!this.#mayGoOn(next.hop, end.failure)) return this.#giveUp(this.#failure)
      if (end.failure.code === directiveCut) this.#queue.passLate(next.hop)
    }
    this.#exhausted()
  }

  /** The caller has gone: nobody is asked any more. */
  left(): void {
    this.#hasLeft = true
    this.#places.giveUp()
    this.#wake()
    const current = this.#current
    if (current === null) return
    this.#tools.circuits.released(current.judged.hop.model, current.judged.hop.route.id)
    current.attempt.fail(callerGone)
  }

  /** Policy has changed: a hop that it no longer permits ends now. */
  reconsider(): void {
    const { waitingFor } = this.#places
    if (waitingFor !== null && this.#cutByPolicy(waitingFor) !== null) this.#places.giveUp()
    const current = this.#current
    if (current === null) return
    const cut = this.#cutByPolicy(current.judged.hop)
    if (cut !== null) current.attempt.fail(cut)
  }

  /** What policy, as it now is, does to a hop under way; null: it is still permitted. */
  #cutByPolicy(hop: Hop): Failure | null {
    const decision = this.#decide(hop)
    if (decision.verdict === 'allow') return null
    const why = toldReason(decision)?.text ?? 'policy denies it'
    return { ...transportFailure(`no longer permitted: ${why}`, true), code: directiveCut }
  }

  async #next(): Promise<JudgedHop | null> {
    await this.#places.look(() => this.#queue.left)
    if (this.#hasLeft || this.#answer.isOver) return null
    return this.#queue.next((hop) => this.#places.isWorthAWait(hop))
  }

  // --- one hop

  async #tryHop(judged: JudgedHop): Promise<AttemptEnd> {
    this.#hopNumber += 1
    if (judged.notice !== null) this.#call.notices.add(judged.notice)
    let before: AttemptEnd | null = null
    for (let attempt = 1; ; attempt += 1) {
      const end = await this.#tryOnce(judged)
      if (end.kind === 'served' || this.#hasLeft) return end
      if (end.failure.code === triedByAnother) return before ?? end
      before = end
      const wait = attempt < gatewayLimits.attemptsPerRoute ? this.#waitFor(end.failure) : null
      if (wait === null) return end
      await this.#sleep(wait)
      if (this.#hasLeft) return end
    }
  }

  /** Milliseconds until the same route is asked again; null: it is not. */
  #waitFor(failure: Failure): number | null {
    if (this.#isContinuing && !this.#mayContinue(failure)) return null
    return retryWait(failure, this.#call, {
      hasMore: () => this.#queue.hasMore(),
      random: this.#tools.random(),
    })
  }

  async #tryOnce(judged: JudgedHop): Promise<AttemptEnd> {
    const place = await this.#places.enter(judged.hop)
    if (isFailure(place)) return { kind: 'failed', failure: this.#cutByPolicy(judged.hop) ?? place }
    try {
      return await this.#ask(judged, place)
    } finally {
      place.release()
    }
  }

  async #ask(judged: JudgedHop, place: AttemptPlace): Promise<AttemptEnd> {
    const { hop } = judged
    const { circuits, clock, upstreams } = this.#tools
    const startedAt = clock.now()
    const unsigned = this.#requestFor(hop)
    if (isFailure(unsigned)) return { kind: 'failed', failure: unsigned }
    const request =
      hop.route.protocol === 'bedrock-converse'
        ? await signedRequest(hop.route, unsigned, startedAt)
        : unsigned
    // It may have changed while a place was waited for or a signature was made, or between two attempts.
    const cut = this.#hasLeft ? callerGone : this.#cutByPolicy(hop)
    if (cut !== null) return { kind: 'failed', failure: cut }
    const begun = circuits.began(hop.model, hop.route.id, judged.passed !== null)
    if (!(typeof begun === 'boolean' ? begun : await begun))
      return { kind: 'failed', failure: anotherTries }
    if (this.#hasLeft) {
      circuits.released(hop.model, hop.route.id)
      return { kind: 'failed', failure: callerGone }
    }
    const { timeouts } = this.#tools.state()
    const attempt = new Attempt({ upstreams, clock, request, timeouts })
    this.#current = { judged, attempt, place }
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
    const codec = this.#codecOf(judged.hop.route.protocol)
    if (head.status >= 300)
      return failed(await readFailure(codec, head, attempt, this.#tools.clock.now()))
    return this.#call.isStream
      ? await this.#stream(judged, head, attempt, startedAt, failed)
      : await this.#whole(judged, head, attempt, startedAt, failed)
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
    const read = readAnswer(target, bytes)
    if (isFailure(read)) return failed(read)
    const { usage, parts } = read
    const textBytes = () => bytesOfTexts(parts)
    this.#current?.place.used(() => ({ usage, textBytes, isWhole: true }))
    const names = [read.model, ...parts.map(movedTo)].filter((name) => name !== null)
    const mismatch = names
      .map((name) => this.#served(judged.hop, name))
      .find((failure) => failure !== null)
    if (mismatch !== undefined) return failed(mismatch)
    const isSame = target.protocol === this.#call.codec.protocol
    const text = isSame ? bytes : writtenText(() => this.#writeAnswer(read))
    if (!Buffer.isBuffer(text) && typeof text !== 'string') return failed(text)
    this.#factsOf(judged)
    const isRecorded = await this.#recordBegun(judged, {
      outcome: this.#outcome(judged.hop),
      startedAt,
      endedAt: this.#tools.clock.now(),
      usage: read.usage,
      answer: text,
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
    if (!isStream(target, head)) {
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
    const { failure, usage, textBytes } = await relayStream({
      attempt,
      lane: this.#lane(target),
      answer: this.#answer,
      delivered: this.#delivered,
      clock: this.#tools.clock,
      timeouts: this.#tools.state().timeouts,
      isHolding: () => this.#queue.hasMore(),
      served: (model) => this.#served(hop, model),
      begin: () => this.#begin(judged, head, startedAt),
      closing: () => this.#closing(),
    })
    const isWhole = failure === null
    this.#current?.place.used(() => ({ usage, textBytes: () => textBytes, isWhole }))
    if (failure !== null) return failed(failure)
    const { servedModel } = this.#answer.facts
    const { sent } = this.#answer
    const end = { outcome: this.#outcome(hop), startedAt, servedModel, usage }
    this.#record(judged, sent === null ? end : { ...end, answer: sent })
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
      this.#answer.open(isSame ? returnedHeaders(head.headers) : {}, this.#sentBytes())
      return true
    }
    return typeof recorded === 'boolean' ? open(recorded) : recorded.then(open)
  }

  /** Null: nothing is recorded. */
  #sentBytes(): SentBytes | null {
    const { evidence } = this.#tools
    if (evidence === null) return null
    const { digestOf, digestParts } = evidence
    const isKept = this.#call.workflow?.keepsContents ?? false
    return new SentBytes({ digestOf, digestParts, isKept })
  }

  #factsOf({ hop, decision, snapshot }: JudgedHop): void {
    const { facts } = this.#answer
    facts.servedModel ??= hop.model
    facts.route = hop.route.id
    facts.outcome = this.#outcome(hop)
    facts.decision = `${snapshot}/${toldReason(decision)?.code ?? 'base-permit'}`
    for (const notice of this.#call.notices) facts.notices.add(notice)
  }

  #outcome(hop: Hop): Exclude<Outcome, 'denied'> {
    if (this.#continuations > 0) return 'resumed'
    return this.#hopNumber > 0 || this.#queue.passed.length > 0 || hop.isFallback
      ? 'failover'
      : 'direct'
  }

  #served(hop: Hop, written: string): Failure | null {
    const served = servedModel(this.#tools.state(), this.#call, hop, { written, at: this.#now() })
    this.#answer.facts.servedModel = typeof served === 'string' ? served : null
    return typeof served === 'string' ? null : served
  }

  // --- the end

  /** Whether another hop may be tried after this failure. */
  #mayGoOn(hop: Hop, failure: Failure): boolean {
    if (this.#isContinuing) return this.#mayContinue(failure)
    if (isOfRequest(failure, hop)) return false
    if (failure.class === 'context') this.#queue.wasTooLong(hop)
    return !(
      failure.class === 'transport' &&
      failure.code !== directiveCut &&
      hasRemoteEffects(this.#call)
    )
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
      // Of several answers only the first could be gone on with.
      return (this.#call.superset().n ?? 1) === 1
    } catch (error) {
      if (error instanceof ProtocolError) return false
      throw error
    }
  }

  #exhausted(): void {
    if (this.#hasLeft || this.#answer.isOver) return
    const failure = this.#failure
    if (failure !== null && (failure.code !== directiveCut || this.#answer.isBegun))
      return this.#giveUp(failure)
    const { facts } = this.#answer
    const { codec } = this.#call
    const judged = this.#queue.passed
    const state = this.#tools.state()
    const { error, isDenied } = refusal(state, this.#call, judged, this.#now())
    if (isDenied) {
      const [first] = judged
      const told = first === undefined ? undefined : toldReason(first.decision)
      const reason = told?.code ?? 'unknown-model'
      facts.outcome = 'denied'
      facts.decision = `${first?.snapshot ?? state.snapshot.version}/${reason}`
    }
    this.#answer.error(codec, error, error.status === 503 ? { 'retry-after': '5' } : {})
  }

  /** The last word to the caller: the provider's own where it speaks the same protocol, else ours; never a clean end. */
  #giveUp(failure: Failure): void {
    const { codec } = this.#call
    const error = failedError(failure)
    if (this.#answer.isBegun) {
      this.#answer.facts.isBroken = true
      this.#answer.send(this.#writerForFailure().fail(error), () => undefined)
      this.#answer.end()
      return
    }
    const { answer } = failure
    if (answer !== null && failure.class !== 'auth' && answer.protocol === codec.protocol)
      return this.#answer.whole(failure.status ?? 502, returnedHeaders(answer.headers), answer.body)
    this.#answer.error(
      codec,
      error,
      failure.limited === undefined ? {} : limitHeaders(failure.limited),
    )
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
    return instantText(this.#tools.clock.now())
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#tools.clock.after(ms, resolve)
      this.#wake = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}

/** Of a failure: policy has changed while the hop was under way. */
const directiveCut = 'directive'

/** Of a failure: the circuit is half open, and another request is the one that tries. */
const triedByAnother = 'tried-by-another'

const anotherTries: Failure = {
  ...transportFailure('another request finds out whether the route is back', true),
  code: triedByAnother,
}

const callerGone: Failure = transportFailure('the caller has gone', true)
