/** What the edges hand in: the time and random bytes. */
export interface StoreClock {
  now(): number
  random(bytes: number): Uint8Array
}

/** The one form of time in the tables. */
export function instantOf(nowMs: number): string {
  return new Date(nowMs).toISOString()
}
