import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import { CallAccount } from './call-account.ts'

const call = (item: string) => ({ item, arm: 'candidate' as const, attempt: 1 })
const answered = { outcome: 'answered' } as ModelAnswer

test('a call begins only while the most it may cost is left, those under way counted', () => {
  const account = new CallAccount({ costOf: () => 4, atMost: () => 10 }, 25)
  assert.deepEqual(
    ['a', 'b', 'c'].map((item) => account.mayBegin(call(item))),
    [true, true, false],
  )
  account.count(call('a'), answered)
  account.count(call('b'), answered)
  assert.equal(account.cost, 8)
  assert.equal(account.mayBegin(call('c')), true)
  assert.equal(account.mayBegin(call('d')), false)
})

test('an answer without a price counts as the most that it may have cost', () => {
  const account = new CallAccount({ costOf: () => null, atMost: () => 10 }, 25)
  account.count(call('a'), answered)
  assert.deepEqual([account.cost, account.unpriced], [10, 1])
  // Nobody answered, so nobody is paid.
  account.count(call('b'), { outcome: 'failed' } as ModelAnswer)
  assert.equal(account.cost, 10)
})

test('without a budget everything may begin', () => {
  const account = new CallAccount({ costOf: () => null, atMost: () => null }, null)
  assert.equal(account.mayBegin(call('a')), true)
})
