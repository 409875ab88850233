import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, StreamEvent } from '../exchange.ts'
import { ResponsesStreamReader } from './stream-reader.ts'

function read(...events: readonly JsonObject[]): readonly StreamEvent[] {
  const reader = new ResponsesStreamReader()
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return [...reader.push(new TextEncoder().encode(text)), ...reader.finish()].filter(
    ({ kind }) => kind !== 'ping',
  )
}

const created = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'wire', created_at: 7, status: 'in_progress' },
}
const started = { kind: 'start', id: 'resp_1', model: 'wire', created: 7 }

function completed(...output: readonly JsonObject[]): JsonObject {
  return { type: 'response.completed', response: { status: 'completed', output } }
}

test('an answer ends with the provider’s own word, and is not ended without it', () => {
  assert.deepEqual(read(created, completed()), [
    started,
    { kind: 'stop', stop: { reason: 'stop', raw: 'completed' } },
    { kind: 'end' },
  ])
  assert.deepEqual(read(created), [started])
})

test('items are known by their place, since some servers give them new ids in every event', () => {
  const events = read(
    created,
    { type: 'response.output_item.added', output_index: 0, item: { id: 'x1', type: 'message' } },
    { type: 'response.output_text.delta', output_index: 0, item_id: 'x2', delta: 'Hi' },
    { type: 'response.output_text.delta', output_index: 0, item_id: 'x3', delta: '!' },
    completed({ id: 'x4', type: 'message', content: [{ type: 'output_text', text: 'Hi!' }] }),
  )
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'text').map((event) => 'text' in event && event.text),
    ['Hi', '!'],
  )
})

test('what no piece has told is told at the end of its part, item or answer', () => {
  const text = (events: readonly StreamEvent[]) =>
    events.map((event) => (event.kind === 'text' ? event.text : '')).join('')
  const delta = { type: 'response.output_text.delta', output_index: 0, delta: 'Ra' }
  const content = [{ type: 'output_text', text: 'Rain' }]
  const part = { type: 'response.content_part.done', output_index: 0, part: content[0] }
  const item = {
    type: 'response.output_item.done',
    output_index: 0,
    item: { type: 'message', content },
  }
  for (const last of [part, item, completed({ type: 'message', content })])
    assert.equal(text(read(created, delta, last as JsonObject)), 'Rain')
})

test('an output that is numbered otherwise at the end is not told twice', () => {
  const events = read(
    created,
    { type: 'response.output_text.delta', output_index: 0, delta: 'Rain' },
    completed(
      { type: 'reasoning', summary: [] },
      { type: 'message', content: [{ type: 'output_text', text: 'Rain' }] },
    ),
  )
  assert.equal(events.filter(({ kind }) => kind === 'text').length, 1)
})

test('a thought has its mark at its end, and is hidden where it has no text', () => {
  const where = { output_index: 0, item_id: 'rs_1', summary_index: 0 }
  const item = { id: 'rs_1', type: 'reasoning', encrypted_content: 'enc' }
  const summary = [{ type: 'summary_text', text: 'Hm.' }]
  const shown = read(
    created,
    { type: 'response.reasoning_summary_text.delta', ...where, delta: 'Hm.' },
    { type: 'response.output_item.done', output_index: 0, item: { ...item, summary } },
  )
  const own = { kind: 'thinking', protocol: 'openai-responses', text: '', id: 'rs_1' }
  assert.deepEqual(shown.slice(1), [
    { kind: 'part-start', index: 0, part: own },
    { kind: 'thinking', index: 0, text: 'Hm.' },
    { kind: 'signature', index: 0, signature: 'enc' },
    { kind: 'part-end', index: 0 },
  ])
  const hidden = read(created, {
    type: 'response.output_item.done',
    output_index: 0,
    item: { ...item, summary: [] },
  })
  const [, begin] = hidden
  assert.ok(begin?.kind === 'part-start' && begin.part.kind === 'thinking')
  assert.equal(begin.part.redacted, 'enc')
})

test('the free text of a custom tool comes as one member of an object', () => {
  const item = { type: 'custom_tool_call', call_id: 'c', name: 'patch' }
  const events = read(
    created,
    { type: 'response.output_item.added', output_index: 0, item: { ...item, input: '' } },
    { type: 'response.custom_tool_call_input.delta', output_index: 0, delta: '*** "' },
    { type: 'response.custom_tool_call_input.delta', output_index: 0, delta: 'x"\n' },
    { type: 'response.output_item.done', output_index: 0, item: { ...item, input: '*** "x"\n' } },
  )
  const told = events.map((event) => (event.kind === 'arguments' ? event.text : '')).join('')
  assert.deepEqual(JSON.parse(told), { input: '*** "x"\n' })
})

test('items of the provider’s own tools come whole', () => {
  const item = { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { query: 'x' } }
  const events = read(
    created,
    { type: 'response.output_item.added', output_index: 0, item: { ...item, action: null } },
    { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
    { type: 'response.output_item.done', output_index: 0, item },
  )
  assert.deepEqual(events.slice(1), [
    {
      kind: 'part-start',
      index: 0,
      part: { kind: 'opaque', protocol: 'openai-responses', value: item },
    },
    { kind: 'part-end', index: 0 },
  ])
})

test('citations belong to their text', () => {
  const annotation = { type: 'url_citation', url: 'https://a.example' }
  const where = { output_index: 0, content_index: 0 }
  const events = read(
    created,
    { type: 'response.output_text.delta', ...where, delta: 'A' },
    { type: 'response.output_text.annotation.added', ...where, annotation_index: 0, annotation },
  )
  assert.deepEqual(events.at(-1), { kind: 'citation', index: 0, citation: annotation })
})

test('events that nobody knows are signs of life', () => {
  const reader = new ResponsesStreamReader()
  const text = 'data: {"type":"response.of_next_year"}\n\n: hold on\n\n'
  assert.deepEqual(reader.push(new TextEncoder().encode(text)), [
    { kind: 'ping' },
    { kind: 'ping' },
  ])
})

test('nothing is told after an error', () => {
  const events = read(created, { type: 'error', code: 'server_error', message: 'x' }, completed())
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['start', 'error'],
  )
})

test('the last event may lack its empty line', () => {
  const reader = new ResponsesStreamReader()
  const text = `data: ${JSON.stringify(completed())}`
  assert.deepEqual(reader.push(new TextEncoder().encode(text)), [])
  assert.deepEqual(reader.finish().at(-1), { kind: 'end' })
})
