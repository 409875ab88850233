/** Random numbers that a seed repeats (mulberry32), for trees that are the same on every machine. */
export interface SeededRandom {
  /** 0 ≤ n < 1. */
  readonly next: () => number
  readonly below: (limit: number) => number
  readonly pick: <T>(items: readonly T[]) => T
  /** Mean 0, deviation 1 (Box–Muller). */
  readonly normal: () => number
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  function below(limit: number): number {
    return Math.floor(next() * limit)
  }
  function pick<T>(items: readonly T[]): T {
    const item = items[below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  }
  return { next, below, pick, normal }
}
