import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StopReason } from '../exchange.ts'
import { readStop, writeStop } from './stop.ts'

const nothing = { hasToolCalls: false, hasRefusal: false }
const completed = { status: 'completed', incomplete_details: null }

test('what a whole response holds tells how it ended', () => {
  assert.equal(readStop(completed, nothing).reason, 'stop')
  assert.equal(readStop(completed, { ...nothing, hasToolCalls: true }).reason, 'tool-calls')
  assert.equal(readStop(completed, { ...nothing, hasRefusal: true }).reason, 'refusal')
})

test('a response that is not whole says why', () => {
  const reasonOf = (reason: string) =>
    readStop({ status: 'incomplete', incomplete_details: { reason } }, nothing)
  assert.deepEqual(reasonOf('max_output_tokens'), {
    reason: 'max-tokens',
    raw: 'max_output_tokens',
  })
  assert.equal(reasonOf('content_filter').reason, 'content-filter')
  assert.deepEqual(reasonOf('steered'), { reason: 'other', raw: 'steered' })
  assert.equal(readStop({ status: 'incomplete' }, nothing).reason, 'other')
})

test('an answer that was cut never looks whole', () => {
  const statusOf = (reason: StopReason) => writeStop({ reason, raw: null }, false).status
  for (const reason of ['stop', 'stop-sequence', 'tool-calls'] as const)
    assert.equal(statusOf(reason), 'completed')
  for (const reason of [
    'max-tokens',
    'context-length',
    'content-filter',
    'refusal',
    'other',
  ] as const)
    assert.equal(statusOf(reason), 'incomplete')
})

test('a refusal in words is a whole answer', () => {
  assert.equal(writeStop({ reason: 'refusal', raw: null }, true).status, 'completed')
})
