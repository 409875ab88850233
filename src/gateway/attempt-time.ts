import type { GatewayClock, Timer } from './clock.ts'

/**
 * The time that an attempt has: all of it together, and the silence before whatever comes next. There is one timer, set
 * to what is over first. A sign of life only moves a number, which is looked at when the timer rings: that costs less
 * than to set it anew with each piece of an answer.
 */
export class AttemptTime {
  readonly #clock: GatewayClock
  readonly #giveUp: (why: string) => void
  readonly #totalMs: number
  readonly #totalUntil: number
  #silenceMs = Infinity
  #silentUntil = Infinity
  #whySilent = ''
  #rings: number
  #timer: Timer

  constructor(clock: GatewayClock, totalMs: number, giveUp: (why: string) => void) {
    this.#clock = clock
    this.#giveUp = giveUp
    this.#totalMs = totalMs
    this.#totalUntil = clock.elapsed() + totalMs
    this.#rings = Infinity
    this.#timer = never
  }

  /** From now on something must come within so many milliseconds, each time anew when `alive` is called. */
  expectWithin(ms: number, otherwise: string): void {
    this.#silenceMs = ms
    this.#whySilent = otherwise
    this.alive()
    this.#ringBy(Math.min(this.#silentUntil, this.#totalUntil))
  }

  alive(): void {
    this.#silentUntil = this.#clock.elapsed() + this.#silenceMs
  }

  /** Nothing is expected for now. */
  rest(): void {
    this.#silentUntil = Infinity
  }

  stop(): void {
    this.#timer.cancel()
    this.#rings = -Infinity
  }

  #ringBy(instant: number): void {
    if (instant >= this.#rings) return
    this.#timer.cancel()
    this.#rings = instant
    this.#timer = this.#clock.after(instant - this.#clock.elapsed(), () => this.#look())
  }

  #look(): void {
    const now = this.#clock.elapsed()
    if (now >= this.#totalUntil)
      return this.#giveUp(`the whole answer took longer than ${this.#totalMs} ms`)
    if (now >= this.#silentUntil) return this.#giveUp(this.#whySilent)
    this.#rings = Infinity
    this.#ringBy(Math.min(this.#silentUntil, this.#totalUntil))
  }
}

const never: Timer = { cancel: () => undefined }
