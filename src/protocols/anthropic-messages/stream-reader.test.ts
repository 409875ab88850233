import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, StreamEvent } from '../exchange.ts'
import { createReader } from './stream-reader.ts'

function eventsOf(...data: readonly (JsonObject | string)[]): readonly StreamEvent[] {
  const reader = createReader()
  const text = data
    .map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
    .join('')
  return [...reader.push(new TextEncoder().encode(text)), ...reader.finish()]
}

function start(index: number, content_block: JsonObject): JsonObject {
  return { type: 'content_block_start', index, content_block }
}

function delta(index: number, type: string, members: JsonObject): JsonObject {
  return { type: 'content_block_delta', index, delta: { type, ...members } }
}

function stop(index: number): JsonObject {
  return { type: 'content_block_stop', index }
}

test('counts grow together, and what is left out stays as it was', () => {
  const events = eventsOf(
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        model: 'm',
        usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 },
      },
    },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 9, cache_read_input_tokens: null },
    },
    { type: 'message_stop' },
  )
  const last = events.findLast(({ kind }) => kind === 'usage')
  assert.deepEqual(last, {
    kind: 'usage',
    usage: { input: 15, output: 9, cacheRead: 5, cacheWrite: null, reasoning: null },
  })
  assert.deepEqual(events.at(-1), { kind: 'end' })
})

test('arguments that come with the beginning are not lost, and a call without any has an object', () => {
  const events = eventsOf(
    start(0, { type: 'tool_use', id: 'a', name: 'look', input: { x: 1 } }),
    stop(0),
    start(1, { type: 'tool_use', id: 'b', name: 'now', input: {} }),
    delta(1, 'input_json_delta', { partial_json: '' }),
    stop(1),
  )
  const texts = events.filter(({ kind }) => kind === 'arguments')
  assert.deepEqual(texts, [
    { kind: 'arguments', index: 0, text: '{"x":1}' },
    { kind: 'arguments', index: 1, text: '' },
    { kind: 'arguments', index: 1, text: '{}' },
  ])
})

test('a block that only Anthropic knows is handed on when it is whole', () => {
  const events = eventsOf(
    start(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
    delta(0, 'input_json_delta', { partial_json: '{"query":' }),
    delta(0, 'input_json_delta', { partial_json: '"q"}' }),
    stop(0),
    start(1, { type: 'compaction', content: null }),
    delta(1, 'compaction_delta', { content: 'So far.' }),
    stop(1),
  )
  const parts = events.filter(({ kind }) => kind === 'part-start')
  const protocol = 'anthropic-messages'
  assert.deepEqual(parts, [
    {
      kind: 'part-start',
      index: 0,
      part: {
        kind: 'opaque',
        protocol,
        value: { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } },
      },
    },
    {
      kind: 'part-start',
      index: 1,
      part: { kind: 'opaque', protocol, value: { type: 'compaction', content: 'So far.' } },
    },
  ])
})

test('text and citations that stand in the beginning are told as if they had followed', () => {
  assert.deepEqual(eventsOf(start(0, { type: 'text', text: 'Hi', citations: [] }), stop(0)), [
    { kind: 'part-start', index: 0, part: { kind: 'text', text: '' } },
    { kind: 'text', index: 0, text: 'Hi' },
    { kind: 'part-end', index: 0 },
  ])
})

test('events and pieces that are new are signs of life', () => {
  assert.deepEqual(
    eventsOf(
      { type: 'of_next_year' },
      start(0, { type: 'text', text: '' }),
      delta(0, 'of_next_year_delta', { x: 1 }),
    ),
    [
      { kind: 'ping' },
      { kind: 'part-start', index: 0, part: { kind: 'text', text: '' } },
      { kind: 'ping' },
    ],
  )
})

test('what is malformed is an error of transport, and nothing follows it', () => {
  const begun = start(0, { type: 'text', text: '' })
  for (const bad of [
    '{"type":"conte',
    '[]',
    '{}',
    '{"type":"content_block_delta","index":0}',
    '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta"}}',
    '{"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}',
    '{"type":"content_block_delta","index":5,"delta":{"type":"text_delta","text":"x"}}',
    '{"type":"content_block_start","index":1,"content_block":{"type":"tool_use"}}',
  ]) {
    const events = eventsOf(begun, bad, { type: 'message_stop' })
    const last = events.at(-1)
    assert.equal(last?.kind, 'error', bad)
    assert.equal(last?.kind === 'error' && last.error.class, 'transport', bad)
  }
})

test('a stream that closes without the last word is never ended', () => {
  const events = eventsOf(start(0, { type: 'text', text: '' }), {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: {},
  })
  assert.ok(!events.some(({ kind }) => kind === 'end'))
})
