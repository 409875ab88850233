import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { readAnswer } from './read-answer.ts'

function message(content: readonly JsonObject[]): JsonObject {
  return { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-x', content }
}

test('blocks become parts, and what only Anthropic knows is kept whole', () => {
  const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } }
  const citation = { type: 'page_location', cited_text: 'x', document_index: 0 }
  const { id, model, created, parts } = readAnswer(
    message([
      { type: 'thinking', thinking: 'Hm', signature: 'RXJq' },
      { type: 'redacted_thinking', data: 'RW13' },
      search,
      { type: 'text', text: 'So.', citations: [citation] },
      { type: 'text', text: 'Well.', citations: null },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: {}, caller: { type: 'direct' } },
    ]),
  )
  assert.deepEqual([id, model, created], ['msg_1', 'claude-x', null])
  const protocol = 'anthropic-messages'
  assert.deepEqual(parts, [
    { kind: 'thinking', protocol, text: 'Hm', signature: 'RXJq' },
    { kind: 'thinking', protocol, text: '', redacted: 'RW13' },
    { kind: 'opaque', protocol, value: search },
    { kind: 'text', text: 'So.', citations: [citation] },
    { kind: 'text', text: 'Well.' },
    {
      kind: 'tool-call',
      id: 'toolu_1',
      name: 'look',
      arguments: '{}',
      extra: { caller: { type: 'direct' } },
    },
  ])
})

test('an answer without counts has none', () => {
  assert.equal(readAnswer(message([])).usage, null)
})

test('an error, or anything else, is no answer', () => {
  for (const body of [
    {},
    { type: 'error', error: { type: 'api_error', message: 'x' } },
    { type: 'message' },
    { ...message([]), content: [{ text: 'x' }] },
  ])
    assert.throws(() => readAnswer(body), ProtocolError)
})
