import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HittingSets } from './hitting-sets.ts'
import { IntegerPool } from './integer-pool.ts'

const universe = 12

/** All minimal hitting sets up to a depth, by trying every subset. */
function byTrying(sets: readonly (readonly number[])[], depth: number): readonly string[] {
  const found: number[][] = []
  for (let size = 1; size <= depth; size += 1) {
    for (const chosen of subsets(size)) {
      const hits = sets.every((set) => set.some((element) => chosen.includes(element)))
      const holdsOther = found.some((other) => other.every((element) => chosen.includes(element)))
      if (hits && !holdsOther) found.push(chosen)
    }
  }
  return found.map((set) => set.join(' ')).toSorted()
}

function subsets(size: number, from = 0): readonly number[][] {
  if (size === 0) return [[]]
  return Array.from({ length: universe - from }, (_, index) => from + index).flatMap((element) =>
    subsets(size - 1, element + 1).map((rest) => [element, ...rest]),
  )
}

function byEngine(finder: HittingSets, sets: readonly (readonly number[])[], depth: number) {
  const ends: number[] = []
  for (const set of sets) ends.push((ends.at(-1) ?? 0) + set.length)
  const starts = ends.map((end, index) => end - (sets[index]?.length ?? 0))
  const pools = [new IntegerPool(1), new IntegerPool(1), new IntegerPool(1)] as const
  const [singles, pairs, triples] = pools
  const values = Int32Array.from(sets.flat())
  finder.find(
    { values, starts: Int32Array.from(starts), ends: Int32Array.from(ends), count: sets.length },
    depth,
    { singles, pairs, triples },
  )
  return pools
    .flatMap(({ data, length }, index) =>
      Array.from({ length: length / (index + 1) }, (_, at) =>
        data.slice(at * (index + 1), (at + 1) * (index + 1)).join(' '),
      ),
    )
    .toSorted()
}

const someSet = fc.uniqueArray(fc.nat(universe - 1), { maxLength: 6 })

test('what is found are the minimal hitting sets, each once and sorted', () => {
  const finder = new HittingSets(universe)
  const cases = fc.tuple(
    fc.array(someSet, { minLength: 1, maxLength: 5 }),
    fc.constantFrom(1, 2, 3),
  )
  fc.assert(
    fc.property(cases, ([sets, depth]) => {
      assert.deepEqual(byEngine(finder, sets, depth), byTrying(sets, depth))
    }),
    { numRuns: 300, seed: 20_261_124 },
  )
})

test('a family of more sets than a mask has bits gives the same', () => {
  const finder = new HittingSets(universe)
  const cases = fc.tuple(
    fc.array(fc.uniqueArray(fc.nat(universe - 1), { minLength: 4, maxLength: 9 }), {
      minLength: 29,
      maxLength: 40,
    }),
    fc.constantFrom(1, 2, 3),
  )
  fc.assert(
    fc.property(cases, ([sets, depth]) => {
      assert.deepEqual(byEngine(finder, sets, depth), byTrying(sets, depth))
    }),
    { numRuns: 60, seed: 20_261_124 },
  )
})

test('a set without elements cannot be hit', () => {
  assert.deepEqual(byEngine(new HittingSets(universe), [[1, 2], []], 3), [])
})
