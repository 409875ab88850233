import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBlock, readFinish, writeFinish } from './finish-reason.ts'

const reasonOf = (finishReason: string) => readFinish({ finishReason }, false)?.reason

test('every reason to finish has its meaning', () => {
  assert.equal(reasonOf('STOP'), 'stop')
  assert.equal(reasonOf('MAX_TOKENS'), 'max-tokens')
  for (const raw of [
    'SAFETY',
    'RECITATION',
    'BLOCKLIST',
    'PROHIBITED_CONTENT',
    'SPII',
    'IMAGE_SAFETY',
    'IMAGE_PROHIBITED_CONTENT',
    'IMAGE_RECITATION',
  ])
    assert.equal(reasonOf(raw), 'content-filter', raw)
  for (const raw of [
    'LANGUAGE',
    'OTHER',
    'MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
    'TOO_MANY_TOOL_CALLS',
    'NO_IMAGE',
    'IMAGE_OTHER',
    'OF_NEXT_YEAR',
  ])
    assert.equal(reasonOf(raw), 'other', raw)
})

test('without a reason a candidate is not at its end', () => {
  assert.equal(readFinish({}, false), null)
  assert.equal(reasonOf('FINISH_REASON_UNSPECIFIED'), undefined)
})

test('calls are what an answer with calls ends with, unless it was cut', () => {
  assert.equal(readFinish({ finishReason: 'STOP' }, true)?.reason, 'tool-calls')
  assert.equal(readFinish({ finishReason: 'MAX_TOKENS' }, true)?.reason, 'max-tokens')
})

test('what is said of an answer that is whole explains no refusal', () => {
  const finishMessage = 'Model generated function call(s).'
  assert.deepEqual(readFinish({ finishReason: 'STOP', finishMessage }, true), {
    reason: 'tool-calls',
    raw: 'STOP',
  })
  assert.equal(readFinish({ finishReason: 'STOP', finishMessage }, false)?.explanation, undefined)
  assert.equal(
    readFinish({ finishReason: 'SAFETY', finishMessage: 'No.' }, true)?.explanation,
    'No.',
  )
})

test('a prompt that is not let through says why', () => {
  const feedback = { blockReason: 'JAILBREAK', blockReasonMessage: 'No.' }
  assert.deepEqual(readBlock(feedback), {
    reason: 'content-filter',
    raw: 'JAILBREAK',
    explanation: 'No.',
  })
  assert.equal(readBlock({ safetyRatings: [] }), null)
})

test('reasons are written in the words of the protocol', () => {
  assert.deepEqual(writeFinish({ reason: 'tool-calls', raw: 'x' }), { finishReason: 'STOP' })
  assert.deepEqual(writeFinish({ reason: 'context-length', raw: 'x' }), {
    finishReason: 'MAX_TOKENS',
  })
  assert.deepEqual(writeFinish({ reason: 'refusal', raw: 'x', explanation: 'No.' }), {
    finishReason: 'SAFETY',
    finishMessage: 'No.',
  })
})
