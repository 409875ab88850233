import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Stop } from '../exchange.ts'
import { readStop, writeStop } from './stop-reasons.ts'

test('every word of the protocol has a reason and comes back as the same word', () => {
  const words = {
    end_turn: 'stop',
    max_tokens: 'max-tokens',
    stop_sequence: 'stop-sequence',
    tool_use: 'tool-calls',
    pause_turn: 'pause',
    refusal: 'refusal',
    model_context_window_exceeded: 'context-length',
    compaction: 'other',
  }
  for (const [word, reason] of Object.entries(words)) {
    const stop = readStop({ stop_reason: word })
    assert.deepEqual(stop, { reason, raw: word })
    assert.equal(writeStop(stop, false)['stop_reason'], word)
  }
})

test('a word that is new is kept and told as an ordinary end', () => {
  const stop = readStop({ stop_reason: 'of_next_year' })
  assert.deepEqual(stop, { reason: 'other', raw: 'of_next_year' })
  assert.equal(writeStop(stop, false)['stop_reason'], 'end_turn')
})

test('sequence, kind and words of a refusal go both ways', () => {
  const refusal = {
    stop_reason: 'refusal',
    stop_sequence: null,
    stop_details: { type: 'refusal', category: 'cyber', explanation: 'No.' },
  }
  assert.deepEqual(writeStop(readStop(refusal), false), refusal)
  const sequence = { stop_reason: 'stop_sequence', stop_sequence: '###', stop_details: null }
  assert.deepEqual(writeStop(readStop(sequence), false), sequence)
})

test('an answer that calls tools says so, whatever its provider called it', () => {
  const stop: Stop = { reason: 'stop', raw: 'STOP' }
  assert.equal(writeStop(stop, true)['stop_reason'], 'tool_use')
  assert.equal(writeStop(null, true)['stop_reason'], 'tool_use')
  assert.equal(
    writeStop({ reason: 'max-tokens', raw: 'length' }, true)['stop_reason'],
    'max_tokens',
  )
})

test('a filter of another provider is a refusal', () => {
  const { stop_reason, stop_details } = writeStop(
    { reason: 'content-filter', raw: 'SAFETY' },
    false,
  )
  assert.equal(stop_reason, 'refusal')
  assert.deepEqual(stop_details, { type: 'refusal', category: null, explanation: null })
})
