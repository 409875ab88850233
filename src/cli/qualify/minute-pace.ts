import { setTimeout as wait } from 'node:timers/promises'
import type { CallPace } from '../../qualification/index.ts'

const minuteMs = 60_000

interface PaceClock {
  /** Milliseconds, since whenever. */
  readonly now: () => number
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const ownClock: PaceClock = {
  now: () => performance.now(),
  wait: (ms, signal) => wait(ms, undefined, { signal }),
}

/** So many calls begin within a minute at most; the minute starts with the first of them. */
export function minutePace(perMinute: number, clock = ownClock): CallPace {
  let endsAt = -Infinity
  let begun = 0
  return {
    turn: async (signal) => {
      while (!signal.aborted) {
        const now = clock.now()
        if (now >= endsAt) {
          endsAt = now + minuteMs
          begun = 0
        }
        if (begun < perMinute) {
          begun += 1
          return
        }
        // It fails where the signal ends it.
        await clock.wait(endsAt - now, signal).catch(() => undefined)
      }
    },
  }
}
