import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, Part, StreamEvent } from '../exchange.ts'
import { readRequest } from './read-request.ts'
import { ResponsesStreamWriter } from './stream-writer.ts'

const request = readRequest({
  model: 'asked',
  input: 'Hi',
  tools: [{ type: 'custom', name: 'patch' }],
  stream: true,
})

function newWriter(): ResponsesStreamWriter {
  return new ResponsesStreamWriter({ id: 'ours', model: 'vendor/served', created: 9, request })
}

function written(...events: readonly StreamEvent[]): readonly JsonObject[] {
  const writer = newWriter()
  return framesOf(events.map((event) => writer.write(event)).join(''))
}

/** Each frame names its event twice. */
function framesOf(text: string): readonly JsonObject[] {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('event: '))
    .map((frame) => {
      const [name = '', data = ''] = frame.split('\n')
      const event = JSON.parse(data.slice('data: '.length)) as JsonObject
      assert.equal(name, `event: ${event['type'] as string}`)
      return event
    })
}

const begin: StreamEvent = { kind: 'start', id: 'msg_7', model: 'wire', created: null }
const start = (index: number, part: Part): StreamEvent => ({ kind: 'part-start', index, part })
const done = (index: number): StreamEvent => ({ kind: 'part-end', index })
const stop: StreamEvent = { kind: 'stop', stop: { reason: 'stop', raw: 'end_turn' } }
const end: StreamEvent = { kind: 'end' }

test('a text is told in the order of the protocol, and every event is numbered', () => {
  const frames = written(
    begin,
    start(0, { kind: 'text', text: '' }),
    { kind: 'text', index: 0, text: 'Hi' },
    done(0),
    stop,
    end,
  )
  assert.deepEqual(
    frames.map(({ type }) => type),
    [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ],
  )
  assert.deepEqual(
    frames.map((frame) => frame['sequence_number']),
    frames.map((_, index) => index),
  )
  const delta = frames[4]
  assert.equal(delta?.['item_id'], 'msg_ours_0')
  assert.deepEqual([delta?.['output_index'], delta?.['content_index']], [0, 0])
})

test('the last event holds the whole answer, and its usage wherever that came', () => {
  const usage = { input: 9, output: 5, cacheRead: null, cacheWrite: null, reasoning: null }
  const frames = written(
    begin,
    start(0, { kind: 'tool-call', id: 'c', name: 'look', arguments: '' }),
    { kind: 'arguments', index: 0, text: '{"a":' },
    { kind: 'arguments', index: 0, text: '1}' },
    done(0),
    { kind: 'stop', stop: { reason: 'tool-calls', raw: 'tool_use' } },
    { kind: 'usage', usage },
    end,
  )
  const response = frames.at(-1)?.['response'] as JsonObject
  assert.deepEqual(response['output'], [
    {
      id: 'fc_ours_0',
      type: 'function_call',
      status: 'completed',
      arguments: '{"a":1}',
      call_id: 'c',
      name: 'look',
    },
  ])
  assert.equal((response['usage'] as JsonObject)['total_tokens'], 14)
  assert.equal(response['model'], 'vendor/served')
})

test('a thought is told as a summary', () => {
  const frames = written(
    begin,
    start(0, { kind: 'thinking', text: '' }),
    { kind: 'thinking', index: 0, text: 'Hm' },
    { kind: 'thinking', index: 0, text: '.' },
    done(0),
  )
  assert.deepEqual(
    frames.slice(2).map(({ type }) => type),
    [
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
    ],
  )
})

test('a custom tool gets its free text whole', () => {
  const frames = written(
    begin,
    start(0, { kind: 'tool-call', id: 'c', name: 'patch', arguments: '' }),
    { kind: 'arguments', index: 0, text: '{"input":"a' },
    { kind: 'arguments', index: 0, text: '\\nb"}' },
    done(0),
  )
  assert.deepEqual(
    frames.slice(3).map(({ type }) => type),
    [
      'response.custom_tool_call_input.delta',
      'response.custom_tool_call_input.done',
      'response.output_item.done',
    ],
  )
  assert.equal(frames[3]?.['delta'], 'a\nb')
})

test('texts that follow one another are one message, and what comes between parts them', () => {
  const frames = written(
    begin,
    start(0, { kind: 'text', text: 'A' }),
    done(0),
    start(1, { kind: 'refusal', text: 'B' }),
    done(1),
    start(2, { kind: 'tool-call', id: 'c', name: 'look', arguments: '{}' }),
    done(2),
    start(3, { kind: 'text', text: 'C' }),
    done(3),
    stop,
    end,
  )
  const items = frames.filter(({ type }) => type === 'response.output_item.done')
  assert.deepEqual(
    items.map((frame) => [frame['output_index'], (frame['item'] as JsonObject)['type']]),
    [
      [0, 'message'],
      [1, 'function_call'],
      [2, 'message'],
    ],
  )
})

test('an answer that was cut ends as one that is not whole', () => {
  const frames = written(
    begin,
    start(0, { kind: 'text', text: 'Rai' }),
    done(0),
    { kind: 'stop', stop: { reason: 'max-tokens', raw: 'length' } },
    end,
  )
  assert.equal(frames.at(-1)?.['type'], 'response.incomplete')
  const item = frames.at(-2)?.['item'] as JsonObject
  assert.equal(item['status'], 'incomplete')
})

test('a failure is told in both forms, and nothing follows it', () => {
  const writer = newWriter()
  writer.write(begin)
  writer.write(start(0, { kind: 'text', text: 'Rai' }))
  const frames = framesOf(
    writer.fail({
      status: 403,
      type: 'model_not_permitted',
      message: 'Not for you.',
      detail: { directive: 'd-1' },
    }),
  )
  assert.deepEqual(
    frames.map(({ type }) => type),
    ['error', 'response.failed'],
  )
  assert.equal(frames[0]?.['message'], 'Not for you.')
  const error = frames[0]?.['error'] as JsonObject | undefined
  assert.equal(error?.['directive'], 'd-1')
  const response = frames[1]?.['response'] as JsonObject
  assert.deepEqual(response['error'], { code: 'model_not_permitted', message: 'Not for you.' })
  assert.equal(writer.write(stop) + writer.write(end), '')
})

test('a failure before the beginning is an error alone', () => {
  const frames = framesOf(newWriter().fail({ status: 502, type: 'server_error', message: 'x' }))
  assert.deepEqual(
    frames.map(({ type }) => type),
    ['error'],
  )
})
