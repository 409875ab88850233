import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effortOf, thinkingBudgetOf } from './reasoning-effort.ts'

test('an effort stays the word that was written', () => {
  assert.equal(effortOf({ isOn: true, effort: 'xhigh', budgetTokens: 1 }), 'xhigh')
  assert.equal(effortOf({ isOn: true, effort: 'of-next-year' }), 'of-next-year')
})

test('a budget becomes the nearest effort, and none the model’s own', () => {
  const effort = (budgetTokens: number) => effortOf({ isOn: true, budgetTokens })
  assert.deepEqual([1024, 8000, 32_000].map(effort), ['low', 'medium', 'high'])
  assert.equal(effort(-1), undefined)
  assert.equal(effortOf({ isOn: true }), undefined)
})

test('an effort becomes a budget', () => {
  const budget = (effort: string) => thinkingBudgetOf({ isOn: true, effort })
  assert.deepEqual(['low', 'medium', 'high', 'max'].map(budget), [1024, 8192, 24_576, 24_576])
  assert.equal(budget('of-next-year'), undefined)
  assert.equal(thinkingBudgetOf({ isOn: true, effort: 'low', budgetTokens: 7 }), 7)
})

test('thinking that is off is off either way', () => {
  assert.equal(effortOf({ isOn: false }), 'none')
  assert.equal(thinkingBudgetOf({ isOn: false }), 0)
})
