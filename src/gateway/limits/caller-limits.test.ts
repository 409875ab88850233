import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { callerLimits } from './caller-limits.ts'

const config = (gateway: object) =>
  HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Test' },
    workflows: [
      { id: 'review', task: 'code-review', limits: { concurrent: 7 } },
      { id: 'other', task: 'other' },
    ],
    principals: [
      { id: 'robot', kind: 'service', key: 'env:KEY', limits: { requestsPerMinute: 600 } },
    ],
    gateway,
  })

test('limits of one’s own win over those of all, one by one', () => {
  const spendPerDay = { amount: 5, currency: 'EUR' }
  const { ofPrincipal, ofWorkflow } = callerLimits(
    config({ limits: { perPrincipal: { requestsPerMinute: 60, spendPerDay } } }),
  )
  const unlimited = { concurrent: null, tokensPerMinute: null }
  assert.deepEqual(ofPrincipal('robot'), { ...unlimited, requestsPerMinute: 600, spendPerDay })
  assert.deepEqual(ofPrincipal('anybody'), { ...unlimited, requestsPerMinute: 60, spendPerDay })
  assert.equal(ofWorkflow('review')?.concurrent, 7)
  assert.equal(ofWorkflow('other'), null)
})

test('where nothing is stated nothing is counted', () => {
  const { ofPrincipal } = callerLimits(config({}))
  assert.equal(ofPrincipal('anybody'), null)
  assert.equal(ofPrincipal('robot')?.requestsPerMinute, 600)
})
