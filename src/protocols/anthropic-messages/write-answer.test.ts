import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, ModelRequest, Part } from '../exchange.ts'
import { readRequest } from './read-request.ts'
import { writeAnswer } from './write-answer.ts'

const request: ModelRequest = {
  model: 'asked',
  isStream: false,
  system: [],
  turns: [],
  tools: [],
  unknown: {},
  written: new Map(),
}
const context = { id: 'msg_ours', model: 'vendor/served', created: 0, request }

function answer(parts: readonly Part[], change: Partial<Answer> = {}): Answer {
  const stop = { reason: 'stop', raw: 'stop' } as const
  return { id: '', model: 'theirs', created: 7, parts, stop, usage: null, ...change }
}

test('an answer of another protocol becomes a message', () => {
  const written = writeAnswer(
    answer([
      { kind: 'text', text: 'Hi', citations: [{ type: 'url_citation', url: 'x' }] },
      { kind: 'refusal', text: 'No.' },
      { kind: 'tool-call', id: 'call_1', name: 'look', arguments: '{"a":1.50}' },
      { kind: 'opaque', protocol: 'openai-responses', value: { type: 'web_search_call' } },
    ]),
    context,
  )
  assert.deepEqual(written, {
    id: 'msg_ours',
    type: 'message',
    role: 'assistant',
    model: 'vendor/served',
    content: [
      { type: 'text', text: 'Hi' },
      { type: 'text', text: 'No.' },
      { type: 'tool_use', id: 'call_1', name: 'look', input: { a: 1.5 } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    stop_details: null,
    usage: {
      input_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 0,
    },
  })
})

test('an id of the provider is kept', () => {
  assert.equal(writeAnswer(answer([], { id: 'chatcmpl-1' }), context)['id'], 'chatcmpl-1')
})

test('thoughts and marks of other makers come back whole when the caller sends them again', () => {
  const parts: readonly Part[] = [
    { kind: 'thinking', protocol: 'openai-responses', text: 'Hm', signature: 'ZW5j', id: 'rs_1' },
    { kind: 'thinking', protocol: 'openai-responses', text: '', redacted: 'ZW5j', id: 'rs_2' },
    { kind: 'thinking', protocol: 'openai-chat', text: 'Unsigned' },
    { kind: 'thinking', protocol: 'anthropic-messages', text: 'Own', signature: 'RXJq' },
    { kind: 'tool-call', id: 'call_1', name: 'look', arguments: '{}', signature: 'bWFyaw==' },
  ]
  const { content, role } = writeAnswer(answer(parts), context)
  const again = readRequest({
    model: 'm',
    messages: [{ role: role ?? '', content: content ?? [] }],
  })
  assert.deepEqual(again.turns[0]?.parts, parts)
})

test('text that is a thought never stands among the words of the answer', () => {
  const { content } = writeAnswer(
    answer([{ kind: 'thinking', protocol: 'gemini', text: 'secret' }]),
    context,
  )
  assert.ok(Array.isArray(content))
  assert.equal(content.length, 1)
  assert.equal(content[0]?.type, 'thinking')
})
