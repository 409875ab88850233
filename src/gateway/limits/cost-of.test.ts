import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf } from './cost-of.ts'

const tokens = { input: 1_000_000, output: 100_000, cacheRead: 400_000 }

test('each kind of token costs its own price', () => {
  const price = {
    currency: 'USD',
    inputPerMillion: 3,
    outputPerMillion: 15,
    cacheReadPerMillion: 0.3,
  }
  assert.equal(costOf(tokens, price), (1.8 + 0.12 + 1.5) * 1e9)
})

test('without a price of their own, cached tokens cost as much as any', () => {
  assert.equal(costOf(tokens, { currency: 'USD', inputPerMillion: 3, outputPerMillion: 15 }), 4.5e9)
})

test('a price that is missing makes the cost unknown, unless nothing takes it', () => {
  assert.equal(costOf(tokens, { currency: 'USD', inputPerMillion: 3 }), null)
  assert.equal(costOf(tokens, { currency: 'USD', outputPerMillion: 3 }), null)
  assert.equal(costOf({ ...tokens, output: 0 }, { currency: 'USD', inputPerMillion: 3 }), 3e9)
  assert.equal(costOf(tokens, { currency: 'USD', inputPerMillion: 0, outputPerMillion: 0 }), 0)
})
