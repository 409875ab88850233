import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unixSeconds } from './unix-seconds.ts'

test('a time that no date can name is none', () => {
  assert.equal(unixSeconds(1_781_270_400), 1_781_270_400)
  for (const value of [0, -5, 8_640_000_000_001, '1781270400', null, undefined])
    assert.equal(unixSeconds(value), null)
})
