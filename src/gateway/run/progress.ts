import { instantText } from '../../base/instant-text.ts'
import type { ProtocolCodec } from '../../protocols/index.ts'
import { type Failure, transportFailure } from '../attempt.ts'
import { isCaptured } from '../call-capture.ts'
import type { Call } from '../call.ts'
import type { CallTools } from '../call-tools.ts'
import type { CallerAnswer } from '../caller-answer.ts'
import { Delivered } from '../delivered.ts'
import { recordHop } from '../hop-evidence.ts'
import { HopQueue } from '../hop-queue.ts'
import { CallPlaces } from '../limits/call-places.ts'
import type { Outcome } from '../outcome.ts'
import { decideHop, type Hop, type JudgedHop } from '../plan-hops.ts'
import { toldReason } from '../told-reason.ts'
import { callerGone, directiveCut, gatewayEnds, overtaken } from './own-failures.ts'
import type { Asked, Tried, Turn } from './turn.ts'

/** How far a call has come: what its stages share, and the few things that end or wake all of them. */
export class Progress {
  readonly call: Call
  readonly answer: CallerAnswer
  readonly tools: CallTools
  readonly delivered = new Delivered()
  readonly queue: HopQueue
  readonly places: CallPlaces
  /** It was drawn to become a task. */
  readonly isCaptured: boolean
  /** How often another provider has taken the open answer over. */
  continuations = 0
  /** Two where one is asked beside another, else at most one. */
  underWay: readonly Asked[] = []
  /** The turn that has produced something first; null: none has. */
  answering: Turn | null = null
  /** The hop that is asked beside one that says nothing; null: there is none. */
  beside: Promise<Tried> | null = null
  /** Once per call. */
  hasHedged = false
  hasLeft = false
  /** The gateway ends: nobody is asked any more, and the caller is told so. */
  isStopped = false
  #turnNumber = -1
  /** Each ends a sleep before a second attempt. */
  #wakers: readonly (() => void)[] = []

  constructor(call: Call, answer: CallerAnswer, tools: CallTools) {
    this.call = call
    this.answer = answer
    this.tools = tools
    this.places = new CallPlaces(call, tools)
    this.isCaptured = isCaptured(tools.capture, call)
    this.queue = new HopQueue(call, tools, (judged) => this.#denied(judged))
  }

  // --- what it is at

  /** The caller has got the beginning of its answer, and whoever comes next goes on with it. */
  get isContinuing(): boolean {
    return this.answer.isBegun
  }

  /** Nobody waits for an answer any more. */
  get isOver(): boolean {
    return this.hasLeft || this.answer.isOver
  }

  isOvertaken(turn: Turn): boolean {
    return this.answering !== null && this.answering !== turn
  }

  /** Why a turn need not go on; null: it has to. */
  goneOrOvertaken(turn: Turn): Failure | null {
    if (this.hasLeft) return callerGone
    if (this.isStopped) return gatewayEnds
    return this.isOvertaken(turn) ? overtaken : null
  }

  /** What policy, as it now is, does to a hop under way; null: it is still permitted. */
  cutByPolicy(hop: Hop): Failure | null {
    const decision = decideHop(this.tools.state(), this.call, hop, this.now())
    if (decision.verdict === 'allow') return null
    const why = toldReason(decision)?.text ?? 'policy denies it'
    const denied = { decision, snapshot: String(this.tools.state().snapshot.version) }
    return { ...transportFailure(`no longer permitted: ${why}`, true), code: directiveCut, denied }
  }

  outcome({ number, judged: { hop } }: Turn): Exclude<Outcome, 'denied'> {
    if (this.continuations > 0) return 'resumed'
    return number > 0 || this.queue.passed.length > 0 || hop.isFallback ? 'failover' : 'direct'
  }

  // --- turns

  turnOf(judged: JudgedHop, isBeside: boolean): Turn {
    this.#turnNumber += 1
    const number = this.#turnNumber
    return { judged, number, isBeside, lost: [], servedModel: null, writtenModel: null }
  }

  /** A hop was not tried after all: the next one takes its number. */
  takeBack(hop: Hop): void {
    this.#turnNumber -= 1
    this.queue.takeBack(hop)
  }

  /** Whoever produces something first answers; the other is asked no more. `false`: it is the other. */
  answers(turn: Turn): boolean {
    this.answering ??= turn
    if (this.answering !== turn) return false
    if (this.beside === null) return true
    this.wake()
    for (const other of this.underWay) {
      if (other.turn === turn) continue
      // It may still go on with an answer that breaks off.
      this.queue.takeBack(other.turn.judged.hop)
      other.attempt.fail(overtaken)
    }
    return true
  }

  /** What a caller is told of how its answer came about. */
  tellFacts(turn: Turn): void {
    const { facts } = this.answer
    const { hop, decision, snapshot, notice } = turn.judged
    facts.servedModel = turn.servedModel ?? hop.model
    facts.writtenModel = turn.writtenModel
    facts.route = hop.route.id
    facts.outcome = this.outcome(turn)
    facts.decision = `${snapshot}/${toldReason(decision)?.code ?? 'base-permit'}`
    if (notice !== null) facts.notices.push(notice)
    if (this.call.recalled?.isKeptAt(hop.route.id) === false)
      facts.notices.push('held-conversation')
    facts.lost.push(...turn.lost)
  }

  // --- waits

  /** Before the same route is asked again. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        timer.cancel()
        this.#wakers = this.#wakers.filter((other) => other !== wake)
        resolve()
      }
      const timer = this.tools.clock.after(ms, wake)
      this.#wakers = [...this.#wakers, wake]
    })
  }

  /** Ends every wait: for room at a route, and before a second attempt. */
  wake(): void {
    this.places.giveUp()
    for (const wake of this.#wakers) wake()
  }

  // --- small things

  codecOf(protocol: string): ProtocolCodec {
    const codec = this.tools.codecs[protocol]
    if (codec === undefined) throw new TypeError(`no codec for ${protocol}`)
    return codec
  }

  /** RFC 3339 in milliseconds. */
  now(): string {
    return instantText(this.tools.clock.now())
  }

  #denied(judged: JudgedHop): void {
    const now = this.tools.clock.now()
    const hop = this.#turnNumber
    recordHop(this.tools, this.call, judged, {
      outcome: 'denied',
      hop,
      startedAt: now,
      endedAt: now,
    })
  }
}
