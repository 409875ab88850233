import type { GatewayClock } from '../clock.ts'
import type { Claim, Counters, Grant, LimitName, Refusal, Scope } from './counters.ts'
import { SlidingWindow } from './sliding-window.ts'

/** Between two looks for counters that nobody uses any more. */
const sweepMs = 60_000
const dayMs = 86_400_000
const nanoPerUnit = 1e9

interface Counter {
  concurrent: number
  requests: SlidingWindow | null
  tokens: SlidingWindow | null
}

/** What was spent on one UTC day, in billionths of a currency unit. */
export interface DaySpend {
  readonly scope: Scope
  readonly id: string
  readonly currency: string
  /** Days since 1970. */
  readonly day: number
  readonly nano: number
}

/** Counters of one process. Those that tell nothing any more are dropped, so that they are as many as active users. */
export class MemoryCounters implements Counters {
  readonly #clock: GatewayClock
  readonly #counters = new Map<string, Counter>()
  readonly #spends = new Map<string, DaySpend>()
  #elsewhere: ReadonlyMap<string, DaySpend> = new Map()
  readonly #listeners: ((scope: Scope, id: string) => void)[] = []
  #sweptAt = 0

  constructor(clock: GatewayClock) {
    this.#clock = clock
  }

  /** Counters that are kept. */
  get size(): number {
    return this.#counters.size + this.#spends.size
  }

  acquire(claims: readonly Claim[]): Grant | Refusal {
    this.#sweep()
    for (const claim of claims) {
      const refusal = this.refusalOf(claim, 1)
      if (refusal !== null) return refusal
    }
    const at = this.#clock.elapsed()
    for (const claim of claims) this.#take(claim, at)
    return this.#grant(claims, at)
  }

  refusalOf(claim: Claim, requests: number): Refusal | null {
    const { scope, id, limits } = claim
    const counter = this.#counters.get(keyOf(scope, id))
    const at = this.#clock.elapsed()
    const refused = (limit: LimitName, waitMs: number | null): Refusal | null =>
      waitMs === 0 ? null : { kind: 'refused', scope, limit, waitMs }
    return (
      refused('spendPerDay', this.#untilAffordable(claim)) ??
      refused(
        'requestsPerMinute',
        waitIn(counter?.requests, at, requests, limits.requestsPerMinute),
      ) ??
      // A single request that is larger than the whole limit has to wait for an empty minute, not for ever.
      refused(
        'tokensPerMinute',
        waitIn(
          counter?.tokens,
          at,
          Math.min(requests * claim.tokens, limits.tokensPerMinute ?? 0),
          limits.tokensPerMinute,
        ),
      ) ??
      refused(
        'concurrent',
        (counter?.concurrent ?? 0) + 1 > (limits.concurrent ?? Infinity) ? null : 0,
      )
    )
  }

  spend(scope: Scope, id: string, currency: string, nano: number): void {
    const key = spendKey(scope, id, currency)
    const day = this.#day()
    const spend = this.#spends.get(key)
    const before = spend?.day === day ? spend.nano : 0
    this.#spends.set(key, { scope, id, currency, day, nano: before + nano })
  }

  /** What was spent today and counted here. */
  get spends(): readonly DaySpend[] {
    const today = this.#day()
    return [...this.#spends.values()].filter(({ day }) => day === today)
  }

  /** What was counted elsewhere, or here before a restart: it counts beside what is counted here. */
  adoptSpends(spends: readonly DaySpend[]): void {
    this.#elsewhere = new Map(
      spends.map((spend) => [spendKey(spend.scope, spend.id, spend.currency), spend]),
    )
  }

  onRoom(listener: (scope: Scope, id: string) => void): void {
    this.#listeners.push(listener)
  }

  #take({ scope, id, limits, tokens }: Claim, at: number): void {
    const key = keyOf(scope, id)
    const counter = this.#counters.get(key) ?? { concurrent: 0, requests: null, tokens: null }
    this.#counters.set(key, counter)
    counter.concurrent += 1
    if (limits.requestsPerMinute !== null) {
      counter.requests ??= new SlidingWindow()
      counter.requests.add(at, 1)
    }
    if (limits.tokensPerMinute !== null) {
      counter.tokens ??= new SlidingWindow()
      counter.tokens.add(at, tokens)
    }
  }

  #grant(claims: readonly Claim[], at: number): Grant {
    let isReleased = false
    let settled: number | null = null
    return {
      kind: 'granted',
      settle: (tokens) => {
        for (const claim of claims) this.#settle(claim, at, tokens - (settled ?? claim.tokens))
        settled = tokens
      },
      release: () => {
        if (isReleased) return
        isReleased = true
        for (const claim of claims) this.#release(claim)
      },
    }
  }

  /** More than was expected counts now; less is taken back from where it was counted. */
  #settle({ scope, id }: Claim, at: number, difference: number): void {
    const window = this.#counters.get(keyOf(scope, id))?.tokens
    window?.add(difference < 0 ? at : this.#clock.elapsed(), difference)
    if (difference < 0) this.#tell(scope, id)
  }

  #release({ scope, id }: Claim): void {
    const counter = this.#counters.get(keyOf(scope, id))
    if (counter !== undefined) counter.concurrent -= 1
    this.#tell(scope, id)
  }

  #tell(scope: Scope, id: string): void {
    for (const listener of this.#listeners) listener(scope, id)
  }

  /** Milliseconds until the day's limit counts anew; 0: it is not reached. */
  #untilAffordable({ scope, id, limits: { spendPerDay: limit } }: Claim): number {
    if (limit === null) return 0
    const key = spendKey(scope, id, limit.currency)
    const spent = this.#today(this.#spends.get(key)) + this.#today(this.#elsewhere.get(key))
    const isSpent = spent > 0 && spent >= limit.amount * nanoPerUnit
    return isSpent ? dayMs - (this.#clock.now() % dayMs) : 0
  }

  #today(spend: DaySpend | undefined): number {
    return spend?.day === this.#day() ? spend.nano : 0
  }

  #day(): number {
    return Math.floor(this.#clock.now() / dayMs)
  }

  #sweep(): void {
    const at = this.#clock.elapsed()
    if (at - this.#sweptAt < sweepMs) return
    this.#sweptAt = at
    for (const [key, { concurrent, requests, tokens }] of this.#counters)
      if (concurrent === 0 && isEmpty(requests, at) && isEmpty(tokens, at))
        this.#counters.delete(key)
    const today = this.#day()
    for (const [key, { day }] of this.#spends) if (day !== today) this.#spends.delete(key)
  }
}

function keyOf(scope: Scope, id: string): string {
  return `${scope}:${id}`
}

function spendKey(scope: Scope, id: string, currency: string): string {
  return `${scope}:${id} ${currency}`
}

function waitIn(
  window: SlidingWindow | null | undefined,
  at: number,
  amount: number,
  limit: number | null,
): number {
  if (limit === null) return 0
  if (amount > limit) return Number.POSITIVE_INFINITY
  return window?.waitMs(at, amount, limit) ?? 0
}

function isEmpty(window: SlidingWindow | null, at: number): boolean {
  return window === null || window.sum(at) === 0
}
