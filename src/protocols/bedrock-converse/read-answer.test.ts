import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { readAnswer } from './read-answer.ts'

function converse(content: readonly JsonObject[], stopReason = 'end_turn'): JsonObject {
  return { output: { message: { role: 'assistant', content } }, stopReason }
}

test('blocks become parts', () => {
  const search = { toolUse: { toolUseId: 's', name: 'n', input: {}, type: 'server_tool_use' } }
  const protocol = 'bedrock-converse'
  const { id, model, created, parts, usage } = readAnswer(
    converse([
      { reasoningContent: { reasoningText: { text: 'Hm', signature: 'RXJq' } } },
      { reasoningContent: { redactedContent: 'RW13' } },
      { text: 'Hi' },
      { citationsContent: { content: [{ text: 'So.' }], citations: [{ title: 'T' }] } },
      { image: { format: 'png', source: { bytes: 'iVBO' } } },
      { toolUse: { toolUseId: 't', name: 'look', input: { a: 1 } } },
      search,
    ]),
  )
  assert.deepEqual([id, model, created, usage], ['', '', null, null])
  assert.deepEqual(parts, [
    { kind: 'thinking', protocol, text: 'Hm', signature: 'RXJq' },
    { kind: 'thinking', protocol, text: '', redacted: 'RW13' },
    { kind: 'text', text: 'Hi' },
    { kind: 'text', text: 'So.', citations: [{ title: 'T' }] },
    { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' } },
    { kind: 'tool-call', id: 't', name: 'look', arguments: '{"a":1}' },
    { kind: 'opaque', protocol, value: search },
  ])
})

test('every reason to stop is read, and one that is new is kept', () => {
  const reasonOf = (word: string) => readAnswer(converse([], word)).stop
  assert.deepEqual(reasonOf('guardrail_intervened'), {
    reason: 'content-filter',
    raw: 'guardrail_intervened',
  })
  assert.equal(reasonOf('model_context_window_exceeded').reason, 'context-length')
  assert.equal(reasonOf('stop_sequence').reason, 'stop-sequence')
  assert.deepEqual(reasonOf('malformed_tool_use'), { reason: 'other', raw: 'malformed_tool_use' })
})

test('tokens of the cache count as tokens in', () => {
  const usage = {
    inputTokens: 40,
    outputTokens: 8,
    totalTokens: 128,
    cacheReadInputTokens: 64,
    cacheWriteInputTokens: 16,
  }
  assert.deepEqual(readAnswer({ ...converse([]), usage }).usage, {
    input: 120,
    output: 8,
    cacheRead: 64,
    cacheWrite: 16,
    reasoning: null,
  })
})

test('an error, or anything else, is no answer', () => {
  for (const body of [{}, { message: 'x' }, { output: {} }, { output: { message: {} } }])
    assert.throws(() => readAnswer(body), ProtocolError)
})
