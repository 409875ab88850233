import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs } from './duration.ts'

test('a duration is a number of milliseconds', () => {
  for (const [text, ms] of [
    ['250ms', 250],
    ['30s', 30_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['2d', 172_800_000],
  ] as const) {
    assert.equal(durationMs(text), ms)
  }
})

test('a text that no schema would let pass is a bug', () => {
  for (const text of ['', '4', '4 h', '4w', '-1h']) assert.throws(() => durationMs(text), TypeError)
})
