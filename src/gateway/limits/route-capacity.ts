import type { GatewayClock, Timer } from '../clock.ts'
import type { AskedCapacity, LimitedRoute, Patience, Wait, Want } from './asked-limits.ts'
import type { Claim, Counters, Grant, Refusal } from './counters.ts'
import { isBefore, RouteLine, type Waiter } from './route-line.ts'

interface Line {
  readonly waiters: RouteLine
  /** Until a minute has room again: one for all who wait. */
  timer: Timer | null
}

/**
 * What each route can carry. Who finds it full waits in a line, critical work before important before supporting, as
 * long as it may; where the line is full, the least critical that came last is sent away. Nobody waits in vain: where
 * the clock already tells that there will be no room in time, the answer comes at once.
 */
export class RouteCapacity implements AskedCapacity {
  readonly #counters: Counters
  readonly #clock: GatewayClock
  readonly #lines = new Map<string, Line>()

  constructor(counters: Counters, clock: GatewayClock) {
    this.#counters = counters
    this.#clock = clock
    counters.onRoom((scope, id) => {
      if (scope === 'route') this.#serve(id)
    })
  }

  /** How many wait for a route. */
  waiting(route: string): number {
    return this.#lines.get(route)?.waiters.length ?? 0
  }

  /** Whether somebody who came now would not have to wait. */
  hasRoom(route: LimitedRoute, want: Want): boolean {
    const claim = claimOf(route, want)
    if (claim === null) return true
    return this.#ahead(claim, want) === 0 && this.#counters.refusalOf(claim, 1) === null
  }

  /** Null: the route has no limits. */
  enter(route: LimitedRoute, want: Want, patience: Patience): Grant | Refusal | Wait | null {
    const claim = claimOf(route, want)
    if (claim === null) return null
    const ahead = this.#ahead(claim, want)
    if (ahead === 0) {
      const answer = this.#counters.acquire([claim])
      if (answer.kind === 'granted') return answer
    }
    const refusal = this.#counters.refusalOf(claim, ahead + 1) ?? inLine
    if (patience.waitMs <= 0 || (refusal.waitMs ?? 0) > patience.waitMs) return refusal
    if (!this.#makeRoom(claim, want, patience.waitingMax)) return refusal
    return this.#wait(claim, want, patience.waitMs)
  }

  #ahead({ id }: Claim, { criticality }: Want): number {
    return this.#lines.get(id)?.waiters.ahead(criticality) ?? 0
  }

  /** `false`: nobody who waits is less critical. */
  #makeRoom({ id }: Claim, { criticality }: Want, waitingMax: number): boolean {
    const waiters = this.#lines.get(id)?.waiters
    if (waiters === undefined || waiters.length < waitingMax) return waitingMax > 0
    const { last } = waiters
    if (last === null || !isBefore(criticality, last.criticality)) return false
    this.#leave(last, this.#refusalOf(last))
    return true
  }

  #wait(claim: Claim, { criticality }: Want, waitMs: number): Wait {
    const { promise: outcome, resolve } = Promise.withResolvers<Grant | Refusal | null>()
    const deadline = this.#clock.after(waitMs, () => this.#leave(waiter, this.#refusalOf(waiter)))
    const waiter: Waiter = {
      claim,
      criticality,
      done: (answer) => {
        deadline.cancel()
        resolve(answer)
      },
    }
    const line = this.#lines.get(claim.id) ?? { waiters: new RouteLine(), timer: null }
    this.#lines.set(claim.id, line)
    line.waiters.add(waiter)
    this.#serve(claim.id)
    return { kind: 'waiting', outcome, giveUp: () => this.#leave(waiter, null) }
  }

  /** Who has left the line already, with room or without, does not hear of it again. */
  #leave(waiter: Waiter, answer: Grant | Refusal | null): void {
    const { id } = waiter.claim
    if (this.#lines.get(id)?.waiters.remove(waiter) !== true) return
    waiter.done(answer)
    this.#serve(id)
  }

  /** Lets in whom there is room for, in order; then somebody looks again when the clock makes room. */
  #serve(id: string): void {
    const line = this.#lines.get(id)
    if (line === undefined) return
    line.timer?.cancel()
    line.timer = null
    for (let { first } = line.waiters; first !== null; { first } = line.waiters) {
      const answer = this.#counters.acquire([first.claim])
      if (answer.kind === 'refused') {
        if (answer.waitMs !== null && Number.isFinite(answer.waitMs))
          line.timer = this.#clock.after(answer.waitMs, () => this.#serve(id))
        return
      }
      line.waiters.remove(first)
      first.done(answer)
    }
    this.#lines.delete(id)
  }

  #refusalOf({ claim }: Waiter): Refusal {
    return this.#counters.refusalOf(claim, 1) ?? inLine
  }
}

/** There would be room, but others came before. */
const inLine: Refusal = { kind: 'refused', scope: 'route', limit: 'concurrent', waitMs: null }

/** Null: the route has no limits. */
export function claimOf({ id, capacity }: LimitedRoute, { tokens }: Want): Claim | null {
  if (capacity === null) return null
  const isCounted = capacity.tokensPerMinute !== null
  return { scope: 'route', id, limits: capacity, tokens: isCounted ? tokens() : 0 }
}
