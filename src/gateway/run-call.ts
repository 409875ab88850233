import { instantText } from '../base/instant-text.ts'
import { type ProtocolCodec, ProtocolError, type UsedModel } from '../protocols/index.ts'
import {
  Attempt,
  type AttemptHead,
  evidenceFailure,
  type Failure,
  isFailure,
  noEvidence,
  transportFailure,
} from './attempt.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import type { Call } from './call.ts'
import type { Timer } from './clock.ts'
import {
  answerOfEvents,
  answerOfParts,
  type CallCapture,
  type CapturedAnswer,
  isCaptured,
} from './call-capture.ts'
import type { CallerAnswer } from './caller-answer.ts'
import { decideUse } from './decide-use.ts'
import { Delivered } from './delivered.ts'
import { hedgeMs } from './hedge-ms.ts'
import { type HopFacts, recordBegun, recordHop } from './hop-evidence.ts'
import { HopQueue, isOfRequest, type QueueTools } from './hop-queue.ts'
import { byteLane, continuedLane, type Lane, translatedLane } from './lane.ts'
import { gatewayLimits } from './limits.ts'
import type { AttemptPlace } from './limits/attempt-place.ts'
import { CallPlaces, type PlaceTools } from './limits/call-places.ts'
import { limitHeaders } from './limits/limit-error.ts'
import { bytesOfTexts } from './limits/bytes-of-texts.ts'
import type { AttemptUse } from './limits/used-tokens.ts'
import { movedTo } from './moved-to.ts'
import type { Outcome } from './outcome.ts'
import {
  decideHop,
  type Hop,
  type JudgedHop,
  mustBeQualified,
  unqualifiedNotice,
} from './plan-hops.ts'
import { failedError, refusal } from './refuse-call.ts'
import { hasRemoteEffects, retryWait } from './retry-wait.ts'
import { forwardedRequest, returnedHeaders } from './route-request.ts'
import { mismatch, modelMismatch, servedModel, servedSnapshot, untried } from './served-model.ts'
import { signedRequest } from './signed-request.ts'
import { isTranslated, translateCall } from './translate-call.ts'
import { SentBytes } from './sent-bytes.ts'
import { spliceCall } from './splice-call.ts'
import { relayStream } from './stream-relay.ts'
import type { TracedAttempt } from './traces/traced-attempt.ts'
import { tracedRequest } from './traces/traced-request.ts'
import { isStream, readAnswer, readFailure, writtenText } from './upstream-answer.ts'
import type { UpstreamRequest, Upstreams } from './upstream.ts'
import { toldReason } from './told-reason.ts'

/** What every call works with. */
export interface CallTools extends QueueTools, PlaceTools {
  readonly upstreams: Upstreams
  /** A share between 0 and 1, for waits that should not fall together. */
  readonly random: () => number
  /** Models that have made vectors, whatever the catalogue knows of them: no more than routes name. */
  readonly vectorModels: Set<string>
  /** A provider serves a model under another name than when it was tried. */
  readonly verdictEnded: (verdict: VerdictRecord, servedNow: string) => void
  /** Where calls go that become tasks; null: none do. */
  readonly capture: CallCapture | null
}

/** What came of one attempt. */
type AttemptEnd =
  | { readonly kind: 'served' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** A hop whose turn has come. */
interface Turn {
  judged: JudgedHop
  /** Of the hops of the call, from 0. */
  readonly number: number
  /** It is asked beside another one, which has said nothing yet. */
  readonly isBeside: boolean
  /** Fields that its provider does not get. */
  readonly lost: string[]
  /** What its provider says that it serves. */
  servedModel: string | null
  /** The same as it stands in its answer. */
  writtenModel: string | null
}

/** A request to a provider that is under way. */
interface Asked {
  readonly turn: Turn
  readonly attempt: Attempt
  readonly place: AttemptPlace
  readonly startedAt: number
  /** Null: the call is not traced. */
  readonly trace: TracedAttempt | null
}

/** A turn that is over. */
interface Tried {
  readonly turn: Turn
  readonly end: AttemptEnd
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
  /** It was drawn to become a task. */
  readonly #isCaptured: boolean
  #hopNumber = -1
  /** Two where one is asked beside another, else at most one. */
  #underWay: readonly Asked[] = []
  /** The turn that has produced something first; null: none has. */
  #answering: Turn | null = null
  #beside: Promise<Tried> | null = null
  #hasHedged = false
  #failure: Failure | null = null
  #continuations = 0
  #hasLeft = false
  /** Each ends a sleep before a second attempt. */
  #wakers: readonly (() => void)[] = []

  constructor(call: Call, answer: CallerAnswer, tools: CallTools) {
    this.#call = call
    this.#answer = answer
    this.#tools = tools
    this.#places = new CallPlaces(call, tools)
    this.#isCaptured = isCaptured(tools.capture, call)
    this.#queue = new HopQueue(call, tools, (judged) => this.#recordDenied(judged))
  }

  async run(): Promise<void> {
    for (;;) {
      const looked = this.#places.look(() => this.#queue.left)
      if (looked !== null) await looked
      const next = this.#next()
      if (next === null) return this.#exhausted()
      for (const { turn, end } of await this.#tryHops(next)) {
        if (end.kind === 'served' || this.#hasLeft) return
        const { hop } = turn.judged
        if (end.failure.code === triedByAnother) {
          this.#hopNumber -= 1
          this.#queue.takeBack(hop)
          continue
        }
        // The first failure is that of the model that was asked for: what fallbacks say of it explains less.
        this.#failure ??= end.failure
        if (!this.#mayGoOn(hop, end.failure)) return this.#giveUp(this.#failure)
        if (end.failure.code === directiveCut) this.#queue.passLate(hop)
      }
    }
  }

  /** The caller has gone: nobody is asked any more. */
  left(): void {
    this.#hasLeft = true
    this.#places.giveUp()
    for (const wake of this.#wakers) wake()
    for (const { attempt } of this.#underWay) attempt.fail(callerGone)
  }

  /** Policy has changed: a hop that it no longer permits ends now. */
  reconsider(): void {
    const { waitingFor } = this.#places
    if (waitingFor !== null && this.#cutByPolicy(waitingFor) !== null) this.#places.giveUp()
    for (const { turn, attempt } of this.#underWay) {
      const cut = this.#cutByPolicy(turn.judged.hop)
      if (cut !== null) attempt.fail(cut)
    }
  }

  /** What policy, as it now is, does to a hop under way; null: it is still permitted. */
  #cutByPolicy(hop: Hop): Failure | null {
    const decision = decideHop(this.#tools.state(), this.#call, hop, this.#now())
    if (decision.verdict === 'allow') return null
    const why = toldReason(decision)?.text ?? 'policy denies it'
    const denied = { decision, snapshot: String(this.#tools.state().snapshot.version) }
    return { ...transportFailure(`no longer permitted: ${why}`, true), code: directiveCut, denied }
  }

  #next(): JudgedHop | null {
    if (this.#hasLeft || this.#answer.isOver) return null
    return this.#queue.next((hop) => this.#places.isWorthAWait(hop))
  }

  // --- two hops side by side

  /** The hop whose turn it is, and one beside it if it says nothing for long; those that count, in this order. */
  async #tryHops(judged: JudgedHop): Promise<readonly Tried[]> {
    this.#answering = null
    const first = await this.#tryHop(this.#turnOf(judged, false))
    if (this.#beside === null) return [first]
    const { end, turn } = first
    // What the request itself is refused for, another one need not find out.
    if (this.#answering === null && end.kind === 'failed')
      if (!this.#mayGoOn(turn.judged.hop, end.failure)) this.#answers(turn)
    const second = await this.#beside
    this.#beside = null
    return [first, second].filter((tried) => !this.#isOvertaken(tried.turn))
  }

  /** Starts when `hedge` says that a hop has said nothing for too long; null: there is no reason to. */
  #hedgeLater(turn: Turn): Timer | null {
    if (turn.isBeside || this.#hasHedged || this.#isContinuing) return null
    const ms = hedgeMs(this.#tools.state(), this.#call)
    return ms === null ? null : this.#tools.clock.after(ms, () => void this.#hedge(turn))
  }

  async #hedge(turn: Turn): Promise<void> {
    await this.#places.lookForRoom(() => this.#queue.left)
    const isStillAsked = this.#underWay.some((asked) => asked.turn === turn)
    if (!isStillAsked || this.#answering !== null || this.#hasLeft || this.#answer.isOver) return
    const judged = this.#queue.beside((hop) => this.#places.hasRoom(hop))
    if (judged === null) return
    this.#hasHedged = true
    this.#beside = this.#tryHop(this.#turnOf(judged, true))
    // Whoever waits for both hears of it.
    this.#beside.catch(() => undefined)
  }

  /** Whoever produces something first answers; the other is asked no more. `false`: it is the other. */
  #answers(turn: Turn): boolean {
    this.#answering ??= turn
    if (this.#answering !== turn) return false
    if (this.#beside === null) return true
    this.#places.giveUp()
    for (const wake of this.#wakers) wake()
    for (const other of this.#underWay) {
      if (other.turn === turn) continue
      // It may still go on with an answer that breaks off.
      this.#queue.takeBack(other.turn.judged.hop)
      other.attempt.fail(overtaken)
    }
    return true
  }

  #isOvertaken(turn: Turn): boolean {
    return this.#answering !== null && this.#answering !== turn
  }

  // --- one hop

  #turnOf(judged: JudgedHop, isBeside: boolean): Turn {
    this.#hopNumber += 1
    const number = this.#hopNumber
    return { judged, number, isBeside, lost: [], servedModel: null, writtenModel: null }
  }

  async #tryHop(turn: Turn): Promise<Tried> {
    let before: AttemptEnd | null = null
    for (let attempt = 1; ; attempt += 1) {
      const end = await this.#tryOnce(turn)
      if (end.kind === 'served' || this.#hasLeft || turn.isBeside || this.#isOvertaken(turn))
        return { turn, end }
      if (end.failure.code === triedByAnother) return { turn, end: before ?? end }
      before = end
      const wait = attempt < gatewayLimits.attemptsPerRoute ? this.#waitFor(end.failure) : null
      if (wait === null) return { turn, end }
      await this.#sleep(wait)
      if (this.#hasLeft || this.#isOvertaken(turn)) return { turn, end }
    }
  }

  /** Milliseconds until the same route is asked again; null: it is not. */
  #waitFor(failure: Failure): number | null {
    if (this.#isContinuing && !this.#mayContinue(failure)) return null
    // The last continuation is rather somebody else's than of whom it broke off with.
    const isLast = this.#continuations + 1 >= gatewayLimits.continuationsMax
    if (this.#isContinuing && isLast && this.#queue.hasMore()) return null
    return retryWait(failure, this.#call, {
      hasMore: () => this.#queue.hasMore(),
      random: this.#tools.random(),
    })
  }

  async #tryOnce(turn: Turn): Promise<AttemptEnd> {
    const { hop } = turn.judged
    const entered = this.#places.enter(hop, !turn.isBeside)
    const place = entered instanceof Promise ? await entered : entered
    if (isFailure(place)) return { kind: 'failed', failure: this.#cutByPolicy(hop) ?? place }
    try {
      return await this.#ask(turn, place)
    } finally {
      place.release()
    }
  }

  async #ask(turn: Turn, place: AttemptPlace): Promise<AttemptEnd> {
    const { hop } = turn.judged
    const { circuits, clock, upstreams } = this.#tools
    const startedAt = clock.now()
    const made = this.#requestFor(turn)
    if (isFailure(made)) return { kind: 'failed', failure: made }
    const trace = this.#call.trace?.attempt(turn.judged, turn.number, startedAt) ?? null
    const unsigned = tracedRequest(made, this.#call.trace, trace)
    const request =
      hop.route.protocol === 'bedrock-converse'
        ? await signedRequest(hop.route, unsigned, startedAt)
        : unsigned
    const begun = circuits.began(hop.model, hop.route.id, turn.judged.passed !== null)
    if (!(typeof begun === 'boolean' ? begun : await begun))
      return { kind: 'failed', failure: anotherTries }
    // It may have changed while a place, a signature or another process was waited for, or between two attempts.
    const cut = this.#goneOrOvertaken(turn) ?? this.#cutByPolicy(hop)
    if (cut !== null) {
      circuits.released(hop.model, hop.route.id)
      return { kind: 'failed', failure: cut }
    }
    const attempt = new Attempt({ upstreams, clock, request, timeouts: hop.route.timeouts })
    const asked = { turn, attempt, place, startedAt, trace }
    this.#underWay = [...this.#underWay, asked]
    const hedge = this.#hedgeLater(turn)
    try {
      const head = await attempt.head
      const failure = isFailure(head) ? head : await this.#readAnswer(asked, head)
      if (this.#isOvertaken(turn)) place.used(() => overtakenUse)
      if (failure !== null) this.#recordFailed(asked, failure)
      if (trace !== null) trace.writtenModel = turn.writtenModel
      trace?.ended(clock.now(), failure, this.#isOvertaken(turn))
      this.#judgeRoute(turn, failure)
      return failure === null ? { kind: 'served' } : { kind: 'failed', failure }
    } finally {
      hedge?.cancel()
      this.#underWay = this.#underWay.filter((other) => other !== asked)
    }
  }

  #goneOrOvertaken(turn: Turn): Failure | null {
    if (this.#hasLeft) return callerGone
    return this.#isOvertaken(turn) ? overtaken : null
  }

  /** Null: the caller has its answer. */
  #readAnswer(asked: Asked, head: AttemptHead): Promise<Failure | null> {
    const { attempt, turn } = asked
    const codec = this.#codecOf(turn.judged.hop.route.protocol)
    if (head.status >= 300) return readFailure(codec, head, attempt, this.#tools.clock.now())
    return this.#call.isStream ? this.#stream(asked, head) : this.#whole(asked, head)
  }

  /** What the way of this attempt says about the route, for later calls. Null: it was served. */
  #judgeRoute(turn: Turn, failure: Failure | null): void {
    const { circuits } = this.#tools
    const { model, route } = turn.judged.hop
    if (failure === null) circuits.succeeded(model, route.id)
    // To be slower than another says nothing of a route.
    else if (this.#hasLeft || this.#isOvertaken(turn) || isOurs(failure))
      circuits.released(model, route.id)
    else circuits.failed(model, route.id, failure)
  }

  // --- the request

  get #isContinuing(): boolean {
    return this.#answer.isBegun
  }

  #requestFor(turn: Turn): UpstreamRequest | Failure {
    try {
      return this.#isContinuing || isTranslated(this.#tools.state(), this.#call, turn.judged.hop)
        ? this.#translated(turn)
        : this.#forwarded(turn)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return { ...transportFailure(error.message, true), class: 'client', status: 400 }
    }
  }

  #forwarded(turn: Turn): UpstreamRequest {
    const { hop } = turn.judged
    const { body, lost } = spliceCall(this.#tools.state(), this.#call, hop, this.#now())
    turn.lost.push(...lost)
    return forwardedRequest(this.#call, hop.route, body)
  }

  #translated(turn: Turn): UpstreamRequest {
    const { hop } = turn.judged
    const state = this.#tools.state()
    const { request, lost } = translateCall(state, this.#call, hop, {
      target: this.#codecOf(hop.route.protocol),
      continued: this.#isContinuing ? this.#delivered.text : null,
      at: this.#now(),
    })
    turn.lost.push(...lost)
    return request
  }

  // --- the answer

  async #whole(asked: Asked, head: AttemptHead): Promise<Failure | null> {
    const { attempt, turn, place } = asked
    const { hop } = turn.judged
    const bytes = await attempt.whole(gatewayLimits.answerBytesMax)
    if (!Buffer.isBuffer(bytes)) return bytes
    const target = this.#codecOf(hop.route.protocol)
    const read = readAnswer(target, bytes)
    if (isFailure(read)) return read
    const { usage, parts } = read
    const textBytes = () => bytesOfTexts(parts)
    place.used(() => ({ usage, textBytes, isWhole: true }))
    asked.trace?.told(usage, read.stop)
    const names = [read.model, ...parts.map(movedTo)].filter((name) => name !== null)
    const otherModel =
      firstOf(names, (name) => this.#served(turn, name)) ?? this.#used(turn, usage?.models ?? [])
    if (otherModel !== null) return otherModel
    const isSame = target.protocol === this.#call.codec.protocol
    const text = isSame
      ? bytes
      : writtenText(() =>
          this.#call.codec.writeAnswer(read, this.#answerContext(read.id, turn.servedModel)),
        )
    if (!Buffer.isBuffer(text) && typeof text !== 'string') return text
    if (!this.#answers(turn)) return overtaken
    this.#factsOf(turn)
    const isRecorded = await this.#recordBegun(asked, {
      outcome: this.#outcome(turn),
      endedAt: this.#tools.clock.now(),
      usage: read.usage,
      answer: text,
    })
    if (!isRecorded) return evidenceFailure()
    const cut = this.#cutByPolicy(hop)
    if (cut !== null) return cut
    const headers = isSame ? returnedHeaders(head.headers) : { 'content-type': 'application/json' }
    this.#answer.whole(200, headers, text)
    if (this.#isCaptured) this.#capture(turn, () => answerOfParts(read))
    return null
  }

  #answerContext(id: string, servedModel: string | null) {
    return {
      id,
      model: servedModel ?? this.#call.requested,
      created: Math.floor(this.#tools.clock.now() / 1000),
      request: this.#call.superset(),
    }
  }

  async #stream(asked: Asked, head: AttemptHead): Promise<Failure | null> {
    const { attempt, turn, place } = asked
    const { hop } = turn.judged
    const target = this.#codecOf(hop.route.protocol)
    if (!isStream(target, head)) {
      attempt.abort()
      return transportFailure('the provider answered without a stream', false)
    }
    turn.servedModel = hop.model
    if (this.#isContinuing) {
      this.#answers(turn)
      this.#resumed(hop)
      if (!(await this.#recordBegun(asked, { outcome: 'resumed', endedAt: null })))
        return evidenceFailure()
    }
    const { failure, usage, stop, textBytes } = await relayStream({
      attempt,
      lane: this.#lane(target, hop.model),
      answer: this.#answer,
      delivered: this.#delivered,
      clock: this.#tools.clock,
      timeouts: hop.route.timeouts,
      isHolding: () => this.#queue.hasMore(),
      served: (model) => this.#served(turn, model),
      used: (models) => this.#used(turn, models),
      produced: () => this.#produced(asked),
      begin: () => this.#begin(asked, head),
      closing: () => this.#closing(),
    })
    const isWhole = failure === null
    place.used(() => ({ usage, textBytes: () => textBytes, isWhole }))
    asked.trace?.told(usage, stop)
    if (failure !== null) return failure
    const { servedModel } = turn
    const { sent } = this.#answer
    const end = { outcome: this.#outcome(turn), servedModel, usage }
    this.#record(asked, sent === null ? end : { ...end, answer: sent })
    this.#answer.end()
    if (this.#isCaptured) this.#capture(turn, () => answerOfEvents(this.#delivered.events, stop))
    return null
  }

  #produced({ turn, trace }: Asked): void {
    this.#answers(turn)
    if (trace !== null) trace.producedAt = this.#tools.clock.now()
  }

  #lane(target: ProtocolCodec, model: string): Lane {
    const { codec } = this.#call
    if (this.#isContinuing)
      return continuedLane(target.createReader(), this.#writer(model), this.#delivered)
    return target.protocol === codec.protocol
      ? byteLane(target.createReader())
      : translatedLane(target.createReader(), this.#writer(model))
  }

  #writer(model: string | null) {
    return this.#call.codec.createWriter(this.#answerContext(this.#call.id, model))
  }

  /** The last word that a provider left out, as the caller's protocol has it. */
  #closing(): string {
    const writer = this.#writer(this.#answer.facts.servedModel)
    for (const event of this.#delivered.events) writer.write(event)
    return writer.write({ kind: 'end' })
  }

  /** Another provider takes the open answer over. */
  #resumed(hop: Hop): void {
    this.#continuations += 1
    this.#answer.facts.outcome = 'resumed'
    this.#answer.facts.servedModel = hop.model
    this.#answer.send(
      this.#writer(hop.model).comment(`holdfast resumed model=${hop.model} route=${hop.route.id}`),
      () => undefined,
    )
  }

  #begin(asked: Asked, head: AttemptHead): Promise<boolean> | boolean {
    const { turn } = asked
    this.#factsOf(turn)
    const outcome = this.#outcome(turn)
    const recorded = this.#recordBegun(asked, { outcome, endedAt: null })
    const open = (isRecorded: boolean): boolean => {
      if (!isRecorded) return false
      const isSame = turn.judged.hop.route.protocol === this.#call.codec.protocol
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

  #factsOf(turn: Turn): void {
    const { facts } = this.#answer
    const { hop, decision, snapshot, notice } = turn.judged
    facts.servedModel = turn.servedModel ?? hop.model
    facts.writtenModel = turn.writtenModel
    facts.route = hop.route.id
    facts.outcome = this.#outcome(turn)
    facts.decision = `${snapshot}/${toldReason(decision)?.code ?? 'base-permit'}`
    if (notice !== null) facts.notices.push(notice)
    facts.lost.push(...turn.lost)
  }

  #outcome({ number, judged: { hop } }: Turn): Exclude<Outcome, 'denied'> {
    if (this.#continuations > 0) return 'resumed'
    return number > 0 || this.#queue.passed.length > 0 || hop.isFallback ? 'failover' : 'direct'
  }

  #served(turn: Turn, written: string): Failure | null {
    const { hop } = turn.judged
    const served = servedModel(this.#tools.state(), this.#call, hop, { written, at: this.#now() })
    turn.servedModel = typeof served === 'string' ? served : null
    turn.writtenModel = written
    if (this.#answering === turn) this.#answer.facts.servedModel = turn.servedModel
    return typeof served === 'string' ? this.#snapshot(turn, written) : served
  }

  /** The verdict that opened this hop may be about another snapshot than the one that answers. */
  #snapshot(turn: Turn, written: string): Failure | null {
    const state = this.#tools.state()
    const { ended, refuted } = servedSnapshot(state, turn.judged, written)
    for (const verdict of ended) this.#tools.verdictEnded(verdict, written)
    if (!refuted) return null
    if (mustBeQualified(state, this.#call)) return untried(turn.judged.hop.model, written)
    turn.judged = { ...turn.judged, notice: unqualifiedNotice }
    return null
  }

  /** Whoever wrote the answer is held against what was asked for, all others only against policy. */
  #used(turn: Turn, models: readonly UsedModel[]): Failure | null {
    const { hop } = turn.judged
    const state = this.#tools.state()
    return firstOf(models, ({ name, isAuthor }) => {
      if (isAuthor) return this.#served(turn, name)
      const model = state.modelOf(name)
      if (model === null || model === hop.model) return null
      const use = { model, route: hop.route.id, at: this.#now() }
      return decideUse(state, this.#call, use).verdict === 'allow' ? null : usedBeside(model)
    })
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
    if (this.#delivered.characters > gatewayLimits.continuedBytesMax) return false
    if (this.#continuations >= gatewayLimits.continuationsMax) return false
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
    const writer = this.#writer(this.#answer.facts.servedModel)
    for (const event of this.#delivered.events) writer.write(event)
    return writer
  }

  // --- tasks

  /** The caller has its answer: nothing of this holds it up. */
  #capture(turn: Turn, answer: () => CapturedAnswer): void {
    const { capture, clock } = this.#tools
    const { id, codec, bytes, headers, workflow } = this.#call
    if (capture === null || workflow === null) return
    const cluster = headers['holdfast-cluster']
    capture.take({
      call: id,
      workflow: workflow.id,
      protocol: codec.protocol,
      request: bytes,
      cluster: typeof cluster === 'string' && cluster !== '' ? cluster : null,
      answer: answer(),
      model: turn.servedModel ?? turn.judged.hop.model,
      providerModel: turn.writtenModel,
      outcome: this.#outcome(turn),
      at: clock.now(),
    })
  }

  // --- evidence

  #recordDenied(judged: JudgedHop): void {
    const now = this.#tools.clock.now()
    const hop = this.#hopNumber
    recordHop(this.#tools, this.#call, judged, {
      outcome: 'denied',
      hop,
      startedAt: now,
      endedAt: now,
    })
  }

  #recordFailed(asked: Asked, { code, denied }: Failure): void {
    if (this.#isOvertaken(asked.turn)) return this.#record(asked, { outcome: 'overtaken' })
    const servedModel = code === modelMismatch ? asked.turn.writtenModel : null
    const outcome = this.#isContinuing ? 'cut' : 'failed'
    // What policy has taken away is recorded with what policy said, not with what it said before.
    const judged = { ...asked.turn.judged, ...denied }
    this.#record({ ...asked, turn: { ...asked.turn, judged } }, { outcome, servedModel })
  }

  #record(
    { turn, startedAt }: Asked,
    facts: Omit<HopFacts, 'hop' | 'startedAt' | 'endedAt'>,
  ): void {
    const endedAt = this.#tools.clock.now()
    const { judged, number: hop } = turn
    recordHop(this.#tools, this.#call, judged, { hop, startedAt, endedAt, ...facts })
  }

  #recordBegun(
    { turn, startedAt }: Asked,
    facts: Omit<HopFacts, 'hop' | 'startedAt'>,
  ): Promise<boolean> | boolean {
    const { judged, number: hop, servedModel } = turn
    return recordBegun(this.#tools, this.#call, judged, { hop, servedModel, startedAt, ...facts })
  }

  // --- small things

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
      const wake = () => {
        timer.cancel()
        this.#wakers = this.#wakers.filter((other) => other !== wake)
        resolve()
      }
      const timer = this.#tools.clock.after(ms, wake)
      this.#wakers = [...this.#wakers, wake]
    })
  }
}

/** Of a failure: policy has changed while the hop was under way. */
const directiveCut = 'directive'

function firstOf<T>(items: readonly T[], problemOf: (item: T) => Failure | null): Failure | null {
  for (const item of items) {
    const problem = problemOf(item)
    if (problem !== null) return problem
  }
  return null
}

function usedBeside(model: string): Failure {
  return mismatch(`\`${model}\`, which policy denies, worked on the answer`)
}

/** The provider has no part in it. */
function isOurs({ code }: Failure): boolean {
  return code === directiveCut || code === noEvidence
}

/** Of a failure: the circuit is half open, and another request is the one that tries. */
const triedByAnother = 'tried-by-another'

const anotherTries: Failure = {
  ...transportFailure('another request finds out whether the route is back', true),
  code: triedByAnother,
}

const callerGone: Failure = transportFailure('the caller has gone', true)

const overtaken: Failure = transportFailure('another hop answered first', true)

/** Of a hop that was given up: its provider has read the request all the same, and may charge for it. */
const overtakenUse: AttemptUse = {
  usage: { input: null, output: 0, cacheRead: null, cacheWrite: null, reasoning: null },
  textBytes: () => 0,
  isWhole: true,
}
