import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Usage } from '../../protocols/index.ts'
import { usedTokens } from './used-tokens.ts'

const usage = (input: number | null, output: number | null, cacheRead: number | null): Usage => ({
  input,
  output,
  cacheRead,
  cacheWrite: null,
  reasoning: null,
})
const used = (told: Usage | null, textBytes: number, isWhole: boolean) =>
  usedTokens({ usage: told, textBytes: () => textBytes, isWhole }, () => 70)

test('what the provider tells of a whole answer counts', () => {
  assert.deepEqual(used(usage(10, 5, 3), 4_000, true), { input: 10, output: 5, cacheRead: 3 })
})

test('of a stream that tells nothing it is estimated, in and out', () => {
  assert.deepEqual(used(null, 401, true), { input: 70, output: 101, cacheRead: 0 })
})

test('of a stream that was cut at least what was written counts', () => {
  assert.deepEqual(used(usage(10, 1, null), 400, false), { input: 10, output: 100, cacheRead: 0 })
  assert.deepEqual(used(usage(10, 500, null), 400, false), { input: 10, output: 500, cacheRead: 0 })
  assert.deepEqual(used(usage(10, null, null), 0, false), { input: 10, output: 0, cacheRead: 0 })
})

test('an attempt that produced nothing used nothing', () => {
  assert.equal(used(null, 0, false), null)
})
