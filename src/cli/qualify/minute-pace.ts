import PQueue from 'p-queue'
import type { CallPace } from '../../qualification/index.ts'

const minuteMs = 60_000

/** So many calls begin within a minute at most; Infinity: as many as like. `everyMs`: how long that minute is. */
export function minutePace(perMinute: number, everyMs = minuteMs): CallPace {
  if (perMinute === Infinity) return { turn: async () => undefined }
  const queue = new PQueue({ intervalCap: perMinute, interval: everyMs })
  return {
    turn: async (signal) => {
      // It fails where the signal ends it.
      await queue.add(() => undefined, { signal }).catch(() => undefined)
    },
  }
}
