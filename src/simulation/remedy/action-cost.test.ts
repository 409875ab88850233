import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionPricing } from './action-cost.ts'

const remedies = {
  currency: 'EUR',
  horizonMonths: 12,
  costs: [
    { action: 'route' as const, once: 500, perMonth: 100 },
    { action: 'route' as const, subject: 'provider:mistral', once: 200, perMonth: 50 },
    { action: 'qualify' as const, subject: 'triage', once: 900 },
    { action: 'qualify' as const, subject: 'nobody', once: 1 },
  ],
}

test('a cost is once and for every month of the horizon', () => {
  assert.equal(actionPricing(remedies).costOf('route', ['provider:azure']), 500 + 12 * 100)
})

test('the most specific subject wins over a cost for anything', () => {
  const { costOf } = actionPricing(remedies)
  assert.equal(costOf('route', ['mistral/large', 'provider:mistral']), 200 + 12 * 50)
  assert.equal(costOf('qualify', ['triage', 'mistral/large']), 900)
})

test('an action that no cost speaks of has none', () => {
  assert.equal(actionPricing(remedies).costOf('qualify', ['other']), null)
  assert.equal(actionPricing(remedies).costOf('host-weights', ['alibaba/qwen3-32b']), null)
})

test('without any cost actions are counted', () => {
  for (const stated of [undefined, { ...remedies, costs: [] }]) {
    const pricing = actionPricing(stated)
    assert.equal(pricing.currency, null)
    assert.equal(pricing.costOf('capacity', ['route:local']), 1)
  }
})

test('prices of nothing are told', () => {
  const pricing = actionPricing(remedies)
  pricing.costOf('route', ['provider:mistral'])
  pricing.costOf('qualify', ['triage'])
  assert.deepEqual(pricing.unusedSubjects(), ['qualify nobody'])
})
