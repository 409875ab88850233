import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import type { ModelRequest, StreamEvent, Usage } from '../exchange.ts'
import type { StreamWriter } from '../protocol-codec.ts'
import { createWriter } from './stream-writer.ts'

const request: ModelRequest = {
  model: 'asked',
  isStream: true,
  system: [],
  turns: [],
  tools: [],
  unknown: {},
  written: new Map(),
}

function writer(): StreamWriter {
  return createWriter({ id: 'msg_ours', model: 'vendor/served', created: 0, request })
}

function textOf(events: readonly StreamEvent[]): string {
  const out = writer()
  return events.map((event) => out.write(event)).join('')
}

const usage: Usage = { input: 120, output: 48, cacheRead: 64, cacheWrite: 16, reasoning: 12 }
const start = { kind: 'start', id: 'theirs', model: 'm', created: null } as const
const end: readonly StreamEvent[] = [
  { kind: 'stop', stop: { reason: 'tool-calls', raw: 'tool_calls' } },
  { kind: 'usage', usage },
  { kind: 'end' },
]

/** All that an answer can consist of, a call among other parts while a text is still open. */
const rich: readonly StreamEvent[] = [
  start,
  {
    kind: 'part-start',
    index: 0,
    part: { kind: 'thinking', protocol: 'bedrock-converse', text: '' },
  },
  { kind: 'thinking', index: 0, text: 'Hm' },
  { kind: 'signature', index: 0, signature: 'RXJq' },
  { kind: 'part-end', index: 0 },
  { kind: 'part-start', index: 1, part: { kind: 'opaque', protocol: 'gemini', value: {} } },
  { kind: 'part-end', index: 1 },
  { kind: 'part-start', index: 2, part: { kind: 'text', text: '' } },
  { kind: 'text', index: 2, text: 'I ' },
  {
    kind: 'part-start',
    index: 3,
    part: { kind: 'tool-call', id: 'c1', name: 'look', arguments: '' },
  },
  { kind: 'arguments', index: 3, text: '{"a":' },
  { kind: 'ping' },
  { kind: 'text', index: 2, text: 'look.' },
  { kind: 'part-end', index: 2 },
  { kind: 'arguments', index: 3, text: '1.50}' },
  { kind: 'part-end', index: 3 },
  ...end,
]

function eventsIn(text: string): readonly string[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.split('\n')[0]?.slice('event: '.length) ?? '')
}

function clientFor(body: string): Anthropic {
  return new Anthropic({
    apiKey: 'x',
    baseURL: 'http://localhost',
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  })
}

async function finalMessage(body: string): Promise<Anthropic.Message> {
  const asked = { model: 'm', max_tokens: 9, messages: [] }
  return await clientFor(body).messages.stream(asked).finalMessage()
}

test('events come in the protocol’s own order, one block after the other', () => {
  assert.deepEqual(eventsIn(textOf(rich)), [
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'content_block_start',
    'content_block_delta',
    'ping',
    'content_block_delta',
    'content_block_stop',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
})

test('the official client puts together what was said', async () => {
  const message = await finalMessage(textOf(rich))
  assert.equal(message.id, 'theirs')
  assert.equal(message.model, 'vendor/served')
  assert.deepEqual(
    message.content.map((block) => JSON.parse(JSON.stringify(block))),
    [
      { type: 'thinking', thinking: 'Hm', signature: 'RXJq' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'c1', name: 'look', input: { a: 1.5 } },
    ],
  )
  assert.equal(message.stop_reason, 'tool_use')
  assert.equal(message.usage.input_tokens, 40)
  assert.equal(message.usage.cache_read_input_tokens, 64)
  assert.equal(message.usage.output_tokens, 48)
})

test('counts that follow the beginning at once stand in it', () => {
  const [first = ''] = textOf([start, { kind: 'usage', usage }, { kind: 'ping' }]).split('\n\n')
  assert.ok(first.includes('"input_tokens":40'))
})

test('the official client sees an error, and no end', async () => {
  const out = writer()
  const begun = rich.slice(0, 6).map((event) => out.write(event))
  const failure = out.fail({
    status: 502,
    type: 'overloaded_error',
    message: 'It broke.',
    detail: { directive: 'd' },
  })
  assert.ok(failure.startsWith('event: error\ndata: {"type":"error","error":{"directive":"d"'))
  for (const event of end) assert.equal(out.write(event), '')
  assert.equal(out.comment('x'), '')
  assert.equal(out.fail({ status: 502, type: 'x', message: 'twice' }), '')
  await assert.rejects(finalMessage([...begun, failure].join('')), /It broke/u)
})

test('an error of the upstream is told in this protocol’s words', () => {
  const error = { class: 'auth', status: null, code: 'invalid_api_key', message: 'No.' } as const
  const text = textOf([start, { kind: 'error', error }, ...end])
  assert.equal(
    text,
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"No."}}\n\n',
  )
})

test('thoughts of another maker are signed with our seal, also when they were hidden', () => {
  const thought = { kind: 'thinking', protocol: 'gemini', text: '' } as const
  const text = textOf([
    start,
    { kind: 'part-start', index: 0, part: thought },
    { kind: 'thinking', index: 0, text: 'Hm' },
    { kind: 'signature', index: 0, signature: 'c2ln' },
    { kind: 'part-end', index: 0 },
    { kind: 'part-start', index: 1, part: { ...thought, redacted: 'aGlk' } },
    { kind: 'part-end', index: 1 },
  ])
  assert.match(text, /"signature_delta","signature":"holdfast\./u)
  assert.match(text, /"redacted_thinking","data":"holdfast\./u)
  assert.ok(!text.includes('c2ln') && !text.includes('aGlk'))
})

test('a mark at a call goes before it in a block of its own', () => {
  const part = {
    kind: 'tool-call',
    id: 'c1',
    name: 'look',
    arguments: '',
    signature: 'bQ',
  } as const
  const text = textOf([
    start,
    { kind: 'part-start', index: 0, part },
    { kind: 'part-end', index: 0 },
  ])
  assert.match(text, /"index":0,"content_block":\{"type":"redacted_thinking"/u)
  assert.match(text, /"index":1,"content_block":\{"type":"tool_use"/u)
})

test('an answer without a word is still one', async () => {
  const message = await finalMessage(textOf([start, { kind: 'end' }]))
  assert.deepEqual(message.content, [])
  assert.equal(message.stop_reason, 'end_turn')
})

test('a comment stays within its line', () => {
  assert.equal(writer().comment('a\r\ndata: b\n\nevent: c'), ': a  data: b  event: c\n\n')
})
