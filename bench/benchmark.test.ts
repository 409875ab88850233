import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthOf } from './benchmark.ts'

test('growth is what the line through all values gains', () => {
  assert.equal(growthOf([10, 12, 14, 16]), 6)
  assert.equal(growthOf([7, 7, 7]), 0)
})

test('one value that strays in the middle is no growth', () => {
  assert.equal(growthOf([5, 5, 50, 5, 5]), 0)
})

test('a single value has not grown', () => {
  assert.equal(growthOf([8]), 0)
})
