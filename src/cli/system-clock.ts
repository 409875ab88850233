import type { GatewayClock } from '../gateway/index.ts'

/** Longest wait that a timer takes. */
const timerMsMax = 2 ** 31 - 1

export const systemClock: GatewayClock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(ms, timerMsMax))
    return { cancel: () => clearTimeout(timer) }
  },
}
