import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readUsage, writeUsage } from './usage.ts'

test('thoughts and what tools said are counted with the others', () => {
  const usage = readUsage({
    promptTokenCount: 100,
    toolUsePromptTokenCount: 20,
    cachedContentTokenCount: 60,
    candidatesTokenCount: 30,
    thoughtsTokenCount: 12,
    totalTokenCount: 162,
  })
  assert.deepEqual(usage, {
    input: 120,
    output: 42,
    cacheRead: 60,
    cacheWrite: null,
    reasoning: 12,
  })
})

test('counts of nothing are left out, and how it is billed is no count', () => {
  assert.deepEqual(readUsage({ promptTokenCount: 7 }), {
    input: 7,
    output: 0,
    cacheRead: null,
    cacheWrite: null,
    reasoning: null,
  })
  assert.equal(readUsage({ trafficType: 'ON_DEMAND' }), null)
  assert.equal(readUsage(undefined), null)
})

test('what is written adds up', () => {
  const usage = { input: 120, output: 42, cacheRead: 60, cacheWrite: null, reasoning: 12 }
  assert.deepEqual(writeUsage(usage), {
    promptTokenCount: 120,
    candidatesTokenCount: 30,
    totalTokenCount: 162,
    cachedContentTokenCount: 60,
    thoughtsTokenCount: 12,
  })
  assert.deepEqual(readUsage(writeUsage(usage)), usage)
})
