import type { GatewayClock, Timer } from '../clock.ts'
import type { GatewayWorkflow } from '../gateway-state.ts'
import type { Task } from '../../schema/vocabulary.ts'
import { keptLimits } from './limits.ts'
import type { KeptResponse, WholeAnswer } from './kept-response.ts'

/** What a call is known by: who asked, and the id that they chose. */
export interface CallName {
  readonly holder: string
  readonly id: string
}

/** What stays known of the work, so that policy can be asked again when somebody comes for the answer. */
export interface KeptWork {
  readonly workflow: GatewayWorkflow | null
  readonly purpose: Task
}

export interface KeptCall {
  readonly work: KeptWork
  /** Of everything that makes it another call. */
  readonly digest: string
  readonly askedAt: number
  /** Null while it is under way. */
  answered: KeptAnswer | null
  /** Null: the gateway has given it up. */
  readonly whenAnswered: Promise<KeptAnswer | null>
}

export interface KeptAnswer extends WholeAnswer {
  readonly at: number
  /** What answered, over which route; null: nothing did. */
  readonly served: { readonly model: string; readonly route: string } | null
}

interface OpenCall extends KeptCall {
  readonly response: KeptResponse
  readonly settle: (answer: KeptAnswer | null) => void
}

export type Begun =
  | { readonly kind: 'new'; readonly end: (served: KeptAnswer['served']) => void }
  | { readonly kind: 'known'; readonly call: KeptCall }
  | { readonly kind: 'another' }
  | { readonly kind: 'full' }

/**
 * Calls that go on when their caller leaves, and their answers, for a while: in the memory of one process, so that
 * whoever asks again does not pay again. Where room is needed the oldest answers go first; calls under way never.
 */
export class KeptCalls {
  readonly #clock: GatewayClock
  readonly #underWay = new Map<string, OpenCall>()
  /** In the order in which they were answered. */
  readonly #answered = new Map<string, KeptCall>()
  /** Calls that were asked until then may be forgotten. */
  #forgottenUntil: number
  #bytes = 0
  #timer: Timer | null = null
  #whenIdle: (() => void)[] = []

  constructor(clock: GatewayClock) {
    this.#clock = clock
    this.#forgottenUntil = clock.now()
  }

  /** Every call that was asked after this instant is known, in milliseconds since 1970. */
  get since(): number {
    return this.#forgottenUntil
  }

  /** Null: nobody asked so, or its time is over. */
  find(name: CallName): KeptCall | null {
    this.#dropOld()
    const key = keyOf(name)
    return this.#underWay.get(key) ?? this.#answered.get(key) ?? null
  }

  /** `new`: it is asked now, and its end has to be told whatever becomes of it. */
  begin(
    name: CallName,
    call: { readonly digest: string; readonly work: KeptWork; readonly response: KeptResponse },
  ): Begun {
    const known = this.find(name)
    if (known !== null)
      return known.digest === call.digest ? { kind: 'known', call: known } : { kind: 'another' }
    if (this.#underWay.size >= keptLimits.underWayMax) return { kind: 'full' }
    const key = keyOf(name)
    const { promise, resolve } = Promise.withResolvers<KeptAnswer | null>()
    call.response.hold()
    this.#underWay.set(key, {
      ...call,
      askedAt: this.#clock.now(),
      answered: null,
      whenAnswered: promise,
      settle: resolve,
    })
    return { kind: 'new', end: (served) => this.#end(key, served) }
  }

  /** Resolves once no call is under way. */
  idle(): Promise<void> {
    if (this.#underWay.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  /** Calls under way are ended; nobody hears of them again. */
  giveUp(): void {
    for (const { response } of this.#underWay.values()) response.giveUp()
  }

  /** Nothing is kept any more. */
  close(): void {
    this.#timer?.cancel()
    this.#answered.clear()
    this.#bytes = 0
  }

  #end(key: string, served: KeptAnswer['served']): void {
    const call = this.#underWay.get(key)
    if (call === undefined) return
    this.#underWay.delete(key)
    const whole = call.response.answer
    const answer = whole === null ? null : { ...whole, at: this.#clock.now(), served }
    const { work, digest, askedAt, whenAnswered, response } = call
    if (answer === null) response.giveUp()
    if (answer === null) this.#forget(call)
    else this.#keep(key, { work, digest, askedAt, whenAnswered, answered: answer })
    call.settle(answer)
    if (this.#underWay.size > 0) return
    for (const then of this.#whenIdle) then()
    this.#whenIdle = []
  }

  #keep(key: string, call: KeptCall): void {
    this.#answered.set(key, call)
    this.#bytes += bytesOf(call)
    for (const [oldest, old] of this.#answered) {
      const isFull =
        this.#bytes > keptLimits.bytesMax || this.#answered.size > keptLimits.answersMax
      if (!isFull) break
      this.#drop(oldest, old)
    }
    this.#watch()
  }

  #dropOld(): void {
    const since = this.#clock.now() - keptLimits.keptMs
    for (const [key, call] of this.#answered) {
      if ((call.answered?.at ?? 0) > since) break
      this.#drop(key, call)
    }
  }

  #drop(key: string, call: KeptCall): void {
    this.#answered.delete(key)
    this.#bytes -= bytesOf(call)
    this.#forget(call)
  }

  #forget({ askedAt }: KeptCall): void {
    this.#forgottenUntil = Math.max(this.#forgottenUntil, askedAt)
  }

  /** What nobody comes for goes as well. */
  #watch(): void {
    this.#timer ??= this.#clock.after(keptLimits.sweepMs, () => {
      this.#timer = null
      this.#dropOld()
      if (this.#answered.size > 0) this.#watch()
    })
  }
}

function keyOf({ holder, id }: CallName): string {
  return `${id}\n${holder}`
}

function bytesOf({ answered }: KeptCall): number {
  if (answered === null) return 0
  return answered.body.length + JSON.stringify(answered.headers).length
}
