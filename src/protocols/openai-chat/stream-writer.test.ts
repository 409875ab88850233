import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue, StreamEvent } from '../exchange.ts'
import { readRequest } from './read-request.ts'
import { ChatStreamWriter } from './stream-writer.ts'

function writerFor(more: JsonObject = {}): ChatStreamWriter {
  const request = readRequest({
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    stream: true,
    ...more,
  })
  return new ChatStreamWriter({ id: 'answer-1', model: 'vendor/served', created: 9, request })
}

const begin: StreamEvent = { kind: 'start', id: '', model: 'wire', created: null }
const stop: StreamEvent = { kind: 'stop', stop: { reason: 'stop', raw: 'end_turn' } }
const end: StreamEvent = { kind: 'end' }
const usage: StreamEvent = {
  kind: 'usage',
  usage: { input: 3, output: 2, cacheRead: null, cacheWrite: null, reasoning: null },
}

function payloads(text: string): readonly string[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice(6))
}

function deltas(text: string): readonly JsonObject[] {
  return payloads(text)
    .filter((payload) => payload !== '[DONE]')
    .map((payload) => {
      const { choices } = JSON.parse(payload) as {
        readonly choices: readonly { delta: JsonObject }[]
      }
      return choices[0]?.delta ?? {}
    })
}

function written(events: readonly StreamEvent[], more: JsonObject = {}): string {
  const writer = writerFor(more)
  return events.map((event) => writer.write(event)).join('')
}

test('the first chunk names the speaker, the last the reason, and a mark closes the stream', () => {
  const text = written([
    begin,
    { kind: 'part-start', index: 0, part: { kind: 'text', text: '' } },
    { kind: 'text', index: 0, text: 'Hi "you"' },
    { kind: 'part-end', index: 0 },
    stop,
    usage,
    end,
  ])
  const chunks = payloads(text)
  assert.equal(chunks.at(-1), '[DONE]')
  assert.deepEqual(JSON.parse(chunks[0] ?? ''), {
    id: 'answer-1',
    object: 'chat.completion.chunk',
    created: 9,
    model: 'vendor/served',
    choices: [
      {
        index: 0,
        delta: { role: 'assistant', content: '', refusal: null },
        logprobs: null,
        finish_reason: null,
      },
    ],
  })
  assert.deepEqual(deltas(text).slice(1), [{ content: 'Hi "you"' }, {}])
  assert.ok(chunks.at(-2)?.includes('"finish_reason":"stop"'))
})

test('usage is told where it was asked for, in a chunk of its own', () => {
  const asked = payloads(
    written([begin, stop, usage, end], { stream_options: { include_usage: true } }),
  )
  const last = JSON.parse(asked.at(-2) ?? '') as JsonObject
  assert.deepEqual(last['choices'], [])
  assert.deepEqual(last['usage'], { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 })
  assert.equal((JSON.parse(asked[0] ?? '') as JsonObject)['usage'], null)
  assert.ok(!written([begin, stop, usage, end]).includes('usage'))
})

test('calls are numbered among themselves', () => {
  const call = (index: number, id: string): StreamEvent => ({
    kind: 'part-start',
    index,
    part: { kind: 'tool-call', id, name: 'f', arguments: '' },
  })
  const text = written([
    begin,
    { kind: 'part-start', index: 0, part: { kind: 'text', text: '' } },
    { kind: 'part-end', index: 0 },
    call(1, 'a'),
    { kind: 'arguments', index: 1, text: '{"x"' },
    { kind: 'part-end', index: 1 },
    call(2, 'b'),
    { kind: 'arguments', index: 2, text: '{}' },
  ])
  assert.deepEqual(deltas(text).slice(1), [
    {
      tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
    },
    { tool_calls: [{ index: 0, function: { arguments: '{"x"' } }] },
    {
      tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'f', arguments: '' } }],
    },
    { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
  ])
})

test('a thought that is signed is told with its signature, so that it can be sent back', () => {
  const part = { kind: 'thinking', protocol: 'anthropic-messages', text: '' } as const
  const text = written([
    begin,
    { kind: 'part-start', index: 0, part },
    { kind: 'thinking', index: 0, text: 'H' },
    { kind: 'thinking', index: 0, text: 'm' },
    { kind: 'signature', index: 0, signature: 'sig' },
    { kind: 'part-end', index: 0 },
    { kind: 'part-start', index: 1, part: { ...part, redacted: 'EmwK' } },
    { kind: 'part-end', index: 1 },
  ])
  const known = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 }
  const hidden = { ...known, type: 'reasoning.encrypted', data: 'EmwK', index: 1 }
  const told = deltas(text).slice(1)
  assert.deepEqual(told, [
    { reasoning_content: 'H', reasoning_details: [{ ...known, text: 'H' }] },
    { reasoning_content: 'm', reasoning_details: [{ ...known, text: 'm' }] },
    { reasoning_details: [{ ...known, signature: 'sig' }] },
    { reasoning_details: [hidden] },
  ])
  const details = told.flatMap((delta) => delta['reasoning_details'] as readonly JsonValue[])
  const [turn] = readRequest({
    model: 'm',
    messages: [{ role: 'assistant', content: 'x', reasoning_details: details }],
  }).turns
  const back = turn?.parts.flatMap((one) => (one.kind === 'thinking' ? [one] : [])) ?? []
  assert.deepEqual(
    back.map(({ extra: _extra, ...thought }) => thought),
    [
      { ...part, text: 'Hm', signature: 'sig' },
      { ...part, redacted: 'EmwK' },
    ],
  )
})

test('a caller who speaks of functions hears of one call', () => {
  const call = (index: number): StreamEvent => ({
    kind: 'part-start',
    index,
    part: { kind: 'tool-call', id: 'a', name: 'f', arguments: '' },
  })
  const text = written(
    [begin, call(0), { kind: 'arguments', index: 0, text: '{}' }, call(1), stop, end],
    { functions: [{ name: 'f' }] },
  )
  assert.deepEqual(deltas(text).slice(1), [
    { function_call: { name: 'f', arguments: '' } },
    { function_call: { arguments: '{}' } },
    {},
  ])
  assert.ok(text.includes('"finish_reason":"function_call"'))
})

test('after a failure nothing looks like an end', () => {
  const writer = writerFor()
  writer.write(begin)
  const failure = writer.fail({
    status: 403,
    type: 'model_not_permitted',
    message: 'Withdrawn.',
    detail: { directive: 'd-1' },
  })
  assert.deepEqual(JSON.parse(payloads(failure)[0] ?? ''), {
    error: {
      message: 'Withdrawn.',
      type: 'model_not_permitted',
      param: null,
      code: 'model_not_permitted',
      directive: 'd-1',
    },
  })
  assert.equal(
    writer.write(stop) + writer.write(end) + writer.fail({ status: 500, type: 'x', message: 'y' }),
    '',
  )
})

test('an error of an upstream ends the stream as an error of ours', () => {
  const text = written([
    begin,
    {
      kind: 'error',
      error: { class: 'overload', status: null, code: 'overloaded_error', message: 'busy' },
    },
    end,
  ])
  assert.ok(text.includes('"code":"server_error"'))
  assert.ok(!text.includes('[DONE]'))
})

test('a stream that has not begun begins with its first word', () => {
  const text = written([{ kind: 'text', index: 0, text: 'Hi' }])
  assert.deepEqual(deltas(text), [
    { role: 'assistant', content: '', refusal: null },
    { content: 'Hi' },
  ])
})

test('a comment is one line, whatever it says', () => {
  assert.equal(writerFor().comment('a\r\ndata: b'), ': a  data: b\n\n')
})
