import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, StreamEvent } from '../exchange.ts'
import { ChatStreamReader } from './stream-reader.ts'

const bytes = new TextEncoder()

function read(...chunks: readonly (JsonObject | string)[]): readonly StreamEvent[] {
  const reader = new ChatStreamReader()
  const events = chunks.flatMap((chunk) =>
    reader.push(
      bytes.encode(`data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`),
    ),
  )
  return [...events, ...reader.finish()]
}

function chunk(delta: JsonObject, finish: string | null = null, more: JsonObject = {}): JsonObject {
  return {
    id: 'x',
    model: 'm',
    created: 5,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  }
}

/** `name(arguments)` of each call, with its id. */
function calls(events: readonly StreamEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'part-start' || event.part.kind !== 'tool-call') return []
    const { id, name } = event.part
    const text = events.map((other) =>
      other.kind === 'arguments' && other.index === event.index ? other.text : '',
    )
    return [`${id}:${name}(${text.join('')})`]
  })
}

function kinds(events: readonly StreamEvent[]): string {
  return events.map(({ kind }) => kind).join(' ')
}

function called(id: string | null, name: string | null, text: string, index?: number): JsonObject {
  return {
    ...(index === undefined ? {} : { index }),
    ...(id === null ? {} : { id }),
    function: { ...(name === null ? {} : { name }), arguments: text },
  }
}

function callChunk(...pieces: readonly JsonObject[]): JsonObject {
  return chunk({ tool_calls: pieces })
}

test('an answer is its beginning, its parts, its reason to stop, its usage and its end', () => {
  const events = read(
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Hi' }),
    chunk({}, 'stop'),
    { id: 'x', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    '[DONE]',
  )
  assert.equal(kinds(events), 'start part-start text part-end stop usage end')
  assert.deepEqual(events[0], { kind: 'start', id: 'x', model: 'm', created: 5 })
})

test('usage in every chunk is told once, as it was last', () => {
  const usage = (output: number) => ({ usage: { prompt_tokens: 1, completion_tokens: output } })
  const events = read(
    chunk({ content: 'a' }, null, usage(1)),
    chunk({ content: 'b' }, null, usage(2)),
    chunk({}, 'stop', usage(3)),
    '[DONE]',
  )
  const told = events.filter((event) => event.kind === 'usage')
  assert.deepEqual(
    told.map((event) => event.usage.output),
    [3],
  )
})

test('usage is found where Groq and Moonshot have had it', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2 }
  const choices = [{ index: 0, delta: {}, finish_reason: 'stop', usage }]
  for (const last of [chunk({}, 'stop', { x_groq: { usage } }), { id: 'x', model: 'm', choices }])
    assert.ok(read(chunk({ content: 'a' }), last, '[DONE]').some(({ kind }) => kind === 'usage'))
})

test("Azure's first chunk, which tells of filters alone, is no beginning", () => {
  const events = read(
    { id: '', model: '', created: 0, choices: [], prompt_filter_results: [] },
    chunk({ content: 'Hi' }, 'stop'),
    '[DONE]',
  )
  assert.deepEqual(events[0], { kind: 'start', id: 'x', model: 'm', created: 5 })
})

test('a stream that closes after its reason to finish is complete without a mark', () => {
  assert.equal(
    kinds(read(chunk({ content: 'Hi' }, 'stop'))),
    'start part-start text part-end stop end',
  )
})

test('a stream that closes without a reason to finish is not', () => {
  assert.equal(kinds(read(chunk({ content: 'Hi' }))), 'start part-start text')
})

test('a mark without a reason to finish is a cut that a proxy closed', () => {
  const events = read(chunk({ content: 'Hi' }), '[DONE]')
  assert.equal(kinds(events), 'start part-start text error')
})

test('the last line may lack its end', () => {
  const reader = new ChatStreamReader()
  const text = `data: ${JSON.stringify(chunk({ content: 'Hi' }, 'stop'))}\n\ndata: [DONE]`
  assert.equal(
    kinds([...reader.push(bytes.encode(text)), ...reader.finish()]),
    'start part-start text part-end stop end',
  )
})

test('thoughts are told apart from text, by whatever name', () => {
  const names = ['reasoning_content', 'reasoning']
  for (const name of names) {
    const events = read(chunk({ [name]: 'Hm', content: '' }), chunk({ content: 'Hi' }, 'stop'))
    assert.equal(
      kinds(events),
      'start part-start thinking part-end part-start text part-end stop end',
    )
  }
  const both = read(chunk({ reasoning_content: 'Hm', reasoning: 'Hm' }, 'stop'))
  assert.equal(kinds(both), 'start part-start thinking part-end stop end')
})

test("thoughts of OpenRouter carry their maker's signature", () => {
  const detail = (more: JsonObject) => ({ type: 'reasoning.text', index: 0, ...more })
  const events = read(
    chunk({ reasoning: 'Hm', reasoning_details: [detail({ text: 'Hm' })] }),
    chunk({ reasoning_details: [detail({ signature: 'sig' })] }),
    chunk({ content: 'Hi' }, 'stop'),
  )
  assert.equal(
    kinds(events),
    'start part-start thinking signature part-end part-start text part-end stop end',
  )
})

test("Mistral's lists of parts are read", () => {
  const events = read(
    chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
    chunk({ content: [{ type: 'text', text: 'Hi' }] }, 'stop'),
  )
  assert.equal(
    kinds(events),
    'start part-start thinking part-end part-start text part-end stop end',
  )
})

test('pieces of calls find their call by number', () => {
  const events = read(
    callChunk(called('a', 'f', '', 0)),
    callChunk(called(null, null, '{"x":', 0)),
    callChunk(called(null, null, '1}', 0)),
    callChunk(called('b', 'g', '{}', 1)),
    chunk({}, 'tool_calls'),
  )
  assert.deepEqual(calls(events), ['a:f({"x":1})', 'b:g({})'])
})

test('pieces of calls that are not numbered find theirs by id or by coming next', () => {
  const events = read(
    callChunk(called('a', 'f', '{"x":')),
    callChunk(called(null, null, '1}')),
    callChunk(called('b', 'g', '{'), called('c', 'h', '{}')),
    callChunk(called('b', null, '}')),
    chunk({}, 'tool_calls'),
  )
  assert.deepEqual(calls(events), ['a:f({"x":1})', 'b:g({})', 'c:h({})'])
})

test('calls that are all numbered 0 are told apart by id', () => {
  const events = read(
    callChunk(called('a', 'f', '{}', 0)),
    callChunk(called('b', 'f', '{"y":', 0)),
    callChunk(called(null, null, '2}', 0)),
    chunk({}, 'stop'),
  )
  assert.deepEqual(calls(events), ['a:f({})', 'b:f({"y":2})'])
  assert.ok(events.some((event) => event.kind === 'stop' && event.stop.reason === 'tool-calls'))
})

test('the id and name may be repeated in every piece', () => {
  const events = read(
    callChunk(called('a', 'f', '{"x"', 0)),
    callChunk(called('a', 'f', ':1}', 0)),
    chunk({}, 'tool_calls'),
  )
  assert.deepEqual(calls(events), ['a:f({"x":1})'])
})

test('calls whose pieces are mixed are told one after the other', () => {
  const events = read(
    callChunk(called('a', 'f', '{"x":', 0), called('b', 'g', '{"y":', 1)),
    callChunk(called(null, null, '1}', 0), called(null, null, '2}', 1)),
    chunk({}, 'tool_calls'),
  )
  assert.deepEqual(calls(events), ['a:f({"x":1})', 'b:g({"y":2})'])
  assert.equal(
    kinds(events),
    'start part-start arguments arguments part-end part-start arguments arguments part-end stop end',
  )
})

test('a call without ids has one of its own', () => {
  const events = read(
    callChunk({ function: { name: 'f', arguments: { a: 1 } } }),
    chunk({}, 'tool_calls'),
  )
  assert.deepEqual(calls(events), ['call_x_0:f({"a":1})'])
})

test('the call of before there were tools is one', () => {
  const events = read(
    chunk({ function_call: { name: 'f', arguments: '' } }),
    chunk({ function_call: { arguments: '{}' } }),
    chunk({}, 'function_call'),
  )
  assert.deepEqual(calls(events), ['call_x_0:f({})'])
})

test("Google's mark of a thought stays at its call", () => {
  const [, start] = read(
    callChunk({ ...called('a', 'f', '{}'), extra_content: { google: { thought_signature: 's' } } }),
    chunk({}, 'tool_calls'),
  )
  assert.ok(start?.kind === 'part-start' && start.part.kind === 'tool-call')
  assert.equal(start.part.signature, 's')
})

test('sound and calls of custom tools come whole', () => {
  const custom = (more: JsonObject) => ({ index: 0, type: 'custom', ...more })
  const events = read(
    chunk({ audio: { id: 'a1', data: 'UklG' } }),
    chunk({ audio: { data: 'Rg==', transcript: 'Hi' } }),
    chunk({ tool_calls: [custom({ id: 'c', custom: { name: 'sh', input: 'l' } })] }),
    chunk({ tool_calls: [custom({ custom: { input: 's' } })] }),
    chunk({}, 'stop'),
  )
  const wholes = events.flatMap((event) =>
    event.kind === 'part-start' && event.part.kind === 'opaque' ? [event.part.value] : [],
  )
  assert.deepEqual(wholes, [
    { id: 'c', type: 'custom', custom: { name: 'sh', input: 'ls' } },
    { audio: { id: 'a1', data: 'UklGRg==', transcript: 'Hi' } },
  ])
})

test('a refusal is a part of its own and the reason to stop', () => {
  const events = read(chunk({ refusal: 'No' }), chunk({ refusal: '.' }), chunk({}, 'stop'))
  assert.equal(kinds(events), 'start part-start refusal refusal part-end stop end')
  assert.ok(events.some((event) => event.kind === 'stop' && event.stop.reason === 'refusal'))
})

test('only the first of several answers is read', () => {
  const second = { index: 1, delta: { content: 'B' }, finish_reason: null }
  const events = read(
    { id: 'x', model: 'm', choices: [second] },
    {
      id: 'x',
      model: 'm',
      choices: [second, { index: 0, delta: { content: 'A' }, finish_reason: 'stop' }],
    },
  )
  assert.deepEqual(
    events.flatMap((event) => (event.kind === 'text' ? [event.text] : [])),
    ['A'],
  )
})

test('errors within a stream end it, whatever their shape', () => {
  const errors: readonly (readonly [JsonObject | string, string])[] = [
    [{ error: { message: 'busy', type: 'server_error' } }, 'overload'],
    [{ error: { message: 'slow down', code: 429 } }, 'quota'],
    [{ error: 'out of memory' }, 'overload'],
    [{ object: 'error', message: 'The model `x` does not exist.', code: 404 }, 'withdrawn'],
    [chunk({ content: '' }, 'error'), 'overload'],
    [chunk({}, 'insufficient_system_resource'), 'overload'],
    [
      { id: 'x', choices: [{ index: 0, delta: {}, error: { code: 502, message: 'gone' } }] },
      'overload',
    ],
    ['{"id":', 'transport'],
    ['7', 'transport'],
  ]
  for (const [last, kind] of errors) {
    const events = read(
      chunk({ content: 'Hi' }),
      last,
      chunk({ content: 'more' }, 'stop'),
      '[DONE]',
    )
    assert.equal(kinds(events), 'start part-start text error', JSON.stringify(last))
    const error = events.at(-1)
    assert.equal(error?.kind === 'error' && error.error.class, kind, JSON.stringify(last))
  }
})

test('the name of an event may say that it is an error', () => {
  const reader = new ChatStreamReader()
  const events = reader.push(bytes.encode('event: error\ndata: {"message":"busy"}\n\n'))
  assert.equal(kinds(events), 'error')
})

test('comments are signs of life', () => {
  const reader = new ChatStreamReader()
  assert.equal(kinds(reader.push(bytes.encode(': PROCESSING\n\n'))), 'ping')
  assert.equal(kinds(reader.push(bytes.encode('\n'))), '')
})

test('an answer in one piece is read once', () => {
  const message = { role: 'assistant', content: 'Hi' }
  const whole = { id: 'x', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] }
  assert.equal(kinds(read(whole)), 'start part-start text part-end stop end')
  const after = read(chunk({ content: 'Hi' }), whole)
  assert.equal(kinds(after), 'start part-start text part-end stop end')
})

test('arguments that come after the end of their call are malformed, blanks are not', () => {
  const start = [callChunk(called('a', 'f', '{}', 0)), callChunk(called('b', 'g', '{}', 1))]
  const blank = read(...start, callChunk(called(null, null, '\n', 0)), chunk({}, 'tool_calls'))
  assert.equal(blank.at(-1)?.kind, 'end')
  const late = read(...start, callChunk(called(null, null, '{}', 0)), chunk({}, 'tool_calls'))
  assert.equal(late.at(-1)?.kind, 'error')
})
