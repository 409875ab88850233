/** A process that has served so long was well: what ended it is no fault of its start. */
const wellMs = 10_000
const firstMs = 250
const longestMs = 30_000

/**
 * Milliseconds until a process that has ended is replaced, by how often in a row one has ended soon after its start.
 * The first time at once, then ever later: one that cannot live takes no time from those that can.
 */
export function restartWait(endedSoon: number): number {
  return endedSoon === 0 ? 0 : Math.min(longestMs, firstMs * 2 ** (endedSoon - 1))
}

/** Whether a process has ended soon after its start; null: it never served. */
export function hasEndedSoon(servedMs: number | null): boolean {
  return servedMs === null || servedMs < wellMs
}
