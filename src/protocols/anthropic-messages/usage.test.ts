import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readUsage, writeUsage } from './usage.ts'

test('tokens of the cache count as tokens in, and are taken out again', () => {
  const usage = {
    input_tokens: 40,
    cache_creation_input_tokens: 16,
    cache_read_input_tokens: 64,
    output_tokens: 48,
    output_tokens_details: { thinking_tokens: 12 },
  }
  const read = readUsage(usage)
  assert.deepEqual(read, { input: 120, output: 48, cacheRead: 64, cacheWrite: 16, reasoning: 12 })
  assert.deepEqual(writeUsage(read), usage)
})

test('what is not said is not known, and written as nothing', () => {
  assert.deepEqual(readUsage({ output_tokens: 3 }), {
    input: null,
    output: 3,
    cacheRead: null,
    cacheWrite: null,
    reasoning: null,
  })
  assert.deepEqual(writeUsage(null), {
    input_tokens: 0,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 0,
  })
})

test('no count is negative, even where a provider counts its cache apart', () => {
  const usage = { input: 10, output: 1, cacheRead: 50, cacheWrite: null, reasoning: null }
  assert.equal(writeUsage(usage)['input_tokens'], 0)
})

test('who wrote the answer is told where a fallback of the provider did, and nowhere else', () => {
  const message = { type: 'message', model: 'first', output_tokens: 0 }
  const moved = { type: 'fallback_message', model: 'second', output_tokens: 9 }
  assert.deepEqual(readUsage({ iterations: [message, moved] }).models, [
    { name: 'first', isAuthor: false },
    { name: 'second', isAuthor: true },
  ])
  for (const iterations of [null, [], [null, 'fallback_message'], 'fallback_message'])
    assert.ok(!('models' in readUsage({ iterations })))
})
