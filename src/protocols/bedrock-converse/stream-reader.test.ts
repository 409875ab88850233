import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, StreamEvent } from '../exchange.ts'
import { writeFrame } from './event-frames.ts'
import { createReader } from './stream-reader.ts'

type Event = readonly [string, JsonObject]

function eventsOf(...events: readonly Event[]): readonly StreamEvent[] {
  const reader = createReader()
  const frames = events.map(([type, body]) =>
    writeFrame({ ':event-type': type, ':message-type': 'event' }, JSON.stringify(body)),
  )
  return [...reader.push(Buffer.from(frames.join(''), 'latin1')), ...reader.finish()]
}

function delta(contentBlockIndex: number, piece: JsonObject): Event {
  return ['contentBlockDelta', { contentBlockIndex, delta: piece }]
}

function start(contentBlockIndex: number, begin: JsonObject): Event {
  return ['contentBlockStart', { contentBlockIndex, start: begin }]
}

function stop(contentBlockIndex: number): Event {
  return ['contentBlockStop', { contentBlockIndex }]
}

test('texts and thoughts begin with their first piece', () => {
  const events = eventsOf(
    delta(0, { reasoningContent: { text: 'Hm' } }),
    delta(0, { reasoningContent: { signature: 'RXJq' } }),
    stop(0),
    delta(1, { reasoningContent: { redactedContent: 'RW13' } }),
    stop(1),
    delta(2, { text: 'Hi' }),
    delta(2, { citation: { title: 'T' } }),
    stop(2),
  )
  const thought = { kind: 'thinking', protocol: 'bedrock-converse', text: '' } as const
  assert.deepEqual(events, [
    { kind: 'part-start', index: 0, part: thought },
    { kind: 'thinking', index: 0, text: 'Hm' },
    { kind: 'signature', index: 0, signature: 'RXJq' },
    { kind: 'part-end', index: 0 },
    { kind: 'part-start', index: 1, part: { ...thought, redacted: 'RW13' } },
    { kind: 'part-end', index: 1 },
    { kind: 'part-start', index: 2, part: { kind: 'text', text: '' } },
    { kind: 'text', index: 2, text: 'Hi' },
    { kind: 'citation', index: 2, citation: { title: 'T' } },
    { kind: 'part-end', index: 2 },
  ])
})

test('a tool of the provider, its results and images are handed on when they are whole', () => {
  const events = eventsOf(
    start(0, { toolUse: { toolUseId: 's', name: 'n', type: 'server_tool_use' } }),
    delta(0, { toolUse: { input: '{"q":' } }),
    delta(0, { toolUse: { input: '1}' } }),
    stop(0),
    start(1, { toolResult: { toolUseId: 's', type: 'n_result' } }),
    delta(1, { toolResult: [{ text: 'a' }] }),
    delta(1, { toolResult: [{ json: { b: 1 } }] }),
    stop(1),
    start(2, { image: { format: 'png' } }),
    delta(2, { image: { source: { bytes: 'iVBO' } } }),
    stop(2),
  )
  const parts = events.filter((event) => event.kind === 'part-start').map(({ part }) => part)
  const protocol = 'bedrock-converse'
  assert.deepEqual(parts, [
    {
      kind: 'opaque',
      protocol,
      value: { toolUse: { toolUseId: 's', name: 'n', type: 'server_tool_use', input: { q: 1 } } },
    },
    {
      kind: 'opaque',
      protocol,
      value: {
        toolResult: {
          toolUseId: 's',
          type: 'n_result',
          content: [{ text: 'a' }, { json: { b: 1 } }],
        },
      },
    },
    { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' } },
  ])
})

test('the answer ends with its counts, or without them when the stream closes after the last word', () => {
  const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 }
  const counted = eventsOf(['messageStop', { stopReason: 'end_turn' }], ['metadata', { usage }])
  assert.deepEqual(
    counted.map(({ kind }) => kind),
    ['stop', 'usage', 'end'],
  )
  const closed = eventsOf(['messageStop', { stopReason: 'end_turn' }])
  assert.deepEqual(
    closed.map(({ kind }) => kind),
    ['stop', 'end'],
  )
  assert.deepEqual(
    eventsOf(['metadata', { usage }]).map(({ kind }) => kind),
    ['usage'],
  )
})

test('a stream that closes within the counts is cut', () => {
  const reader = createReader()
  const frames =
    writeFrame({ ':event-type': 'messageStop' }, '{"stopReason":"end_turn"}') +
    writeFrame({ ':event-type': 'metadata' }, '{}').slice(0, -5)
  const events = [...reader.push(Buffer.from(frames, 'latin1')), ...reader.finish()]
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['stop'],
  )
})

test('what is malformed is an error of transport, and nothing follows it', () => {
  const bad: readonly Event[] = [
    ['contentBlockDelta', { delta: { text: 'x' } }],
    ['contentBlockDelta', { contentBlockIndex: 0 }],
    delta(7, { toolUse: { input: 'x' } }),
    start(0, { toolUse: { name: 'without an id' } }),
  ]
  for (const event of bad) {
    const events = eventsOf(event, ['messageStop', { stopReason: 'end_turn' }])
    assert.deepEqual(
      events.map((seen) => (seen.kind === 'error' ? seen.error.class : seen.kind)),
      ['transport'],
    )
  }
})

test('events that are new are signs of life', () => {
  assert.deepEqual(eventsOf(['ofNextYear', {}]), [{ kind: 'ping' }])
})
