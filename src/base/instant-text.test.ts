import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantText } from './instant-text.ts'

test('an instant is written as dates write it, whichever was written before', () => {
  const start = 1_781_289_659_990
  const around = Array.from({ length: 1_100 }, (_, step) => start + step)
  for (const ms of [0, -1, -1_000, 999, 1_000.75, ...around, start, 253_402_300_800_000])
    assert.equal(instantText(ms), new Date(ms).toISOString(), String(ms))
})

test('what is no instant is refused', () => {
  assert.throws(() => instantText(Number.NaN), RangeError)
})
