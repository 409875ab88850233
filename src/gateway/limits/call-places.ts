import { type Failure, transportFailure } from '../attempt.ts'
import type { Call } from '../call.ts'
import type { GatewayClock } from '../clock.ts'
import { wholeCall } from '../conversations/recalled.ts'
import type { Hop } from '../plan-hops.ts'
import type { AskedCapacity, Wait, Want } from './asked-limits.ts'
import { AttemptPlace } from './attempt-place.ts'
import type { SpendTools } from './count-spend.ts'
import type { Grant, Refusal } from './counters.ts'
import { bytesOfTexts } from './bytes-of-texts.ts'
import { tokensOf } from './used-tokens.ts'

export interface PlaceTools extends SpendTools {
  readonly capacity: AskedCapacity
  readonly clock: GatewayClock
}

/** Work that nobody has named comes after all that somebody has. */
const unnamed = 'supporting'

/**
 * Places of one call at routes, one for each attempt. All its waits together last no longer than one may: who has
 * waited in vain at one route goes on to those that have room.
 */
export class CallPlaces {
  readonly #call: Call
  readonly #tools: PlaceTools
  #waitedMs = 0
  #wait: { readonly hop: Hop; readonly wait: Wait } | null = null
  #expectedInput: number | null = null
  /** Whether routes have room, as another process said it. */
  #rooms: Map<string, boolean> | null = null

  constructor(call: Call, tools: PlaceTools) {
    this.#call = call
    this.#tools = tools
  }

  /** What `isWorthAWait` needs to know of routes, where another process has to say it. Null: nothing. */
  look(hops: () => readonly Hop[]): Promise<void> | null {
    return this.#mayWaitFirst ? null : this.lookForRoom(hops)
  }

  /** What `hasRoom` needs to know, likewise. */
  lookForRoom(hops: () => readonly Hop[]): Promise<void> | null {
    const rooms = new Map<string, boolean>()
    this.#rooms = rooms
    const asked: Promise<void>[] = []
    for (const { route } of hops()) {
      const answer = this.#tools.capacity.hasRoom(route, this.#want)
      if (typeof answer === 'boolean') continue
      asked.push(answer.then((hasRoom) => void rooms.set(route.id, hasRoom)))
    }
    return asked.length === 0 ? null : Promise.all(asked).then(() => undefined)
  }

  /** Whether a hop is to be taken in its turn, though its route may be full. */
  isWorthAWait({ route }: Hop): boolean {
    if (this.#mayWaitFirst) return true
    return this.hasRoom({ route })
  }

  /** Without any wait. */
  hasRoom({ route }: Pick<Hop, 'route'>): boolean {
    const known = this.#rooms?.get(route.id)
    if (known !== undefined) return known
    const answer = this.#tools.capacity.hasRoom(route, this.#want)
    // A route that has come since `look` is asked when it is entered.
    return typeof answer === 'boolean' ? answer : true
  }

  get #mayWaitFirst(): boolean {
    return this.#tools.state().waiting.whenFull === 'wait' && this.#waitMsLeft > 0
  }

  enter(hop: Hop, mayWait = true): AttemptPlace | Failure | Promise<AttemptPlace | Failure> {
    const { capacity, state } = this.#tools
    const waitMs = mayWait ? this.#waitMsLeft : 0
    const patience = { waitMs, waitingMax: state().waiting.waitingMax }
    const entered = capacity.enter(hop.route, this.#want, patience)
    if (entered?.kind !== 'waiting') return this.#placeOf(hop, entered)
    return this.#outcome(hop, entered).then((answer) => this.#placeOf(hop, answer))
  }

  /** `answer` null: the route has no limits. */
  #placeOf(hop: Hop, answer: Grant | Refusal | 'given-up' | null): AttemptPlace | Failure {
    if (answer === 'given-up') return transportFailure('the wait for a full route was ended', true)
    if (answer?.kind === 'refused') return fullFailure(answer)
    return new AttemptPlace({
      tools: this.#tools,
      call: this.#call,
      hop,
      grant: answer,
      expectedInput: () => this.#input,
    })
  }

  /** Whose room is being waited for; null: nobody waits. */
  get waitingFor(): Hop | null {
    return this.#wait?.hop ?? null
  }

  /** Ends a wait; who waits is told of a failure. */
  giveUp(): void {
    this.#wait?.wait.giveUp()
  }

  async #outcome(hop: Hop, wait: Wait): Promise<Grant | Refusal | 'given-up'> {
    const { clock } = this.#tools
    const since = clock.elapsed()
    this.#wait = { hop, wait }
    const answer = await wait.outcome
    this.#wait = null
    this.#waitedMs += clock.elapsed() - since
    return answer ?? 'given-up'
  }

  get #waitMsLeft(): number {
    return Math.max(0, this.#tools.state().waiting.waitMs - this.#waitedMs)
  }

  get #want(): Want {
    return {
      criticality: this.#call.workflow?.criticality ?? unnamed,
      tokens: () => this.#input,
    }
  }

  get #input(): number {
    return (this.#expectedInput ??= tokensOf(bytesOfTexts(wholeCall(this.#call).body)))
  }
}

/** The route was not even asked. */
function fullFailure(refusal: Refusal): Failure {
  return {
    ...transportFailure('the route is full', true),
    class: 'quota',
    status: 429,
    retryAfterMs: refusal.waitMs,
    limited: refusal,
  }
}
