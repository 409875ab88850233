import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SlidingWindow } from './sliding-window.ts'

const minute = 60_000

test('a limit is never exceeded in any 60 seconds, and never refuses what an exact list would refuse a second later', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.oneof(fc.nat(40), fc.nat(3_000), fc.nat(70_000)), {
        minLength: 30,
        maxLength: 300,
      }),
      (limit, steps) => {
        const window = new SlidingWindow()
        const granted: number[] = []
        let at = 0
        for (const step of steps) {
          at += step + 0.25
          const recent = granted.filter((time) => time > at - minute - 1_000).length
          if (window.waitMs(at, 1, limit) > 0) {
            assert.ok(recent >= limit, 'refused though a minute and a second have room')
            continue
          }
          window.add(at, 1)
          granted.push(at)
        }
        for (const [index, from] of granted.entries()) {
          const within = granted.slice(index).filter((time) => time < from + minute)
          assert.ok(within.length <= limit)
        }
      },
    ),
    { seed: 7, numRuns: 300 },
  )
})

test('the wait that is told is the first instant with room', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5_000), fc.integer({ min: 1, max: 50 })), { maxLength: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (adds, amount) => {
        const window = new SlidingWindow()
        const limit = 60
        let at = 0
        for (const [step, added] of adds) {
          at += step
          window.add(at, added)
        }
        const wait = window.waitMs(at, amount, limit)
        if (wait > 0) assert.ok(window.sum(at + wait - 1) + amount > limit)
        assert.ok(window.sum(at + wait) + amount <= limit)
      },
    ),
    { seed: 11, numRuns: 300 },
  )
})

test('what is taken back leaves the second in which it was counted', () => {
  const window = new SlidingWindow()
  window.add(1_000, 40)
  window.add(30_000, 10)
  window.add(1_000, -25)
  assert.equal(window.sum(30_000), 25)
  assert.equal(window.sum(61_999), 25)
  assert.equal(window.sum(62_000), 10)
  window.add(1_000, -15)
  assert.equal(window.sum(62_000), 10)
  assert.equal(window.sum(10 * minute), 0)
})

test('more than the whole limit never fits', () => {
  const window = new SlidingWindow()
  assert.equal(window.waitMs(0, 6, 5), Number.POSITIVE_INFINITY)
  assert.equal(window.waitMs(0, 5, 5), 0)
})
