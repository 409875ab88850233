import { seededRandom } from '../../bench/audit/seeded-random.ts'

/** Draws for random cases: the same seed gives the same case on every machine. */
export interface RandomSource {
  /** 0 ≤ x < 1 */
  readonly next: () => number
  /** A whole number from `least` to `most`, both included. */
  readonly between: (least: number, most: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <const T>(from: readonly [T, ...T[]]) => T
}

export function createRandomSource(seed: number): RandomSource {
  const { next } = seededRandom(seed)
  function between(least: number, most: number): number {
    return least + Math.floor(next() * (most - least + 1))
  }
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
  }
}
