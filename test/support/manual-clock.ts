import type { GatewayClock } from '../../src/gateway/clock.ts'

interface Alarm {
  at: number
  ring: () => void
}

/** A clock that a test moves: timers go off in order while it passes them. */
export class ManualClock implements GatewayClock {
  readonly #startedAt: number
  readonly #alarms = new Set<Alarm>()
  #elapsed = 0

  /** `startedAt`: milliseconds since 1970. */
  constructor(startedAt = Date.parse('2026-11-20T12:00:00Z')) {
    this.#startedAt = startedAt
  }

  /** Timers that have not gone off and were not cancelled. */
  get timers(): number {
    return this.#alarms.size
  }

  now(): number {
    return this.#startedAt + this.#elapsed
  }

  elapsed(): number {
    return this.#elapsed
  }

  after(ms: number, ring: () => void) {
    const alarm: Alarm = { at: this.#elapsed + ms, ring }
    this.#alarms.add(alarm)
    return {
      cancel: () => void this.#alarms.delete(alarm),
    }
  }

  pass(ms: number): void {
    const until = this.#elapsed + ms
    for (let next = this.#next(until); next !== null; next = this.#next(until)) {
      this.#elapsed = Math.max(this.#elapsed, next.at)
      this.#alarms.delete(next)
      next.ring()
    }
    this.#elapsed = until
  }

  #next(until: number): Alarm | null {
    let first: Alarm | null = null
    for (const alarm of this.#alarms)
      if (alarm.at <= until && (first === null || alarm.at < first.at)) first = alarm
    return first
  }
}
