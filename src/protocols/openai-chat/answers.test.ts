import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, JsonObject, ModelRequest } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { readError } from './errors.ts'
import { readAnswer } from './read-answer.ts'
import { readRequest } from './read-request.ts'
import { writeAnswer } from './write-answer.ts'

function read(message: JsonObject, finish: string | null = 'stop', more: JsonObject = {}): Answer {
  return readAnswer({ choices: [{ index: 0, message, finish_reason: finish }], ...more })
}

const asked: ModelRequest = readRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }] })
const context = { id: 'answer-1', model: 'vendor/served', created: 9, request: asked }

const answer: Answer = {
  id: '',
  model: 'wire',
  created: null,
  parts: [{ kind: 'text', text: 'Hi' }],
  stop: { reason: 'stop', raw: 'end_turn' },
  usage: null,
}

test('an answer of a server that gives neither id nor model nor usage is one', () => {
  assert.deepEqual(read({ role: 'assistant', content: 'Hi' }), {
    id: '',
    model: '',
    created: null,
    parts: [{ kind: 'text', text: 'Hi' }],
    stop: { reason: 'stop', raw: 'stop' },
    usage: null,
  })
})

test('thoughts are read wherever a server has them, and once', () => {
  const thought = { kind: 'thinking', protocol: 'openai-chat', text: 'Hm.' }
  const messages = [
    { reasoning_content: 'Hm.' },
    { reasoning: 'Hm.', reasoning_content: 'Hm.' },
    { reasoning: 'Hm.', reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm.' }] },
  ]
  for (const message of messages)
    assert.deepEqual(read({ content: 'Hi', ...message }).parts, [
      thought,
      { kind: 'text', text: 'Hi' },
    ])
  const [first] = read({
    content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }],
  }).parts
  assert.ok(first?.kind === 'thinking')
  assert.equal(first.text, 'Hm.')
})

test('calls without ids get some that differ over the conversation', () => {
  const message = {
    tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }, { function: { name: 'g' } }],
  }
  assert.deepEqual(read(message, 'tool_calls', { id: 'x1' }).parts, [
    { kind: 'tool-call', id: 'call_x1_0', name: 'f', arguments: '{"a":1}' },
    { kind: 'tool-call', id: 'call_x1_1', name: 'g', arguments: '' },
  ])
})

test('a reason to stop is what really happened', () => {
  const calls = { tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] }
  assert.equal(read(calls, 'stop').stop.reason, 'tool-calls')
  assert.equal(read({ refusal: 'No.' }, 'stop').stop.reason, 'refusal')
  assert.equal(read({ content: 'x' }, 'model_length').stop.reason, 'context-length')
  assert.equal(read({ content: 'x' }, 'content_filter').stop.reason, 'content-filter')
  assert.equal(read({ content: 'x' }, 'something').stop.reason, 'other')
  assert.equal(read({ content: 'x' }, null).stop.reason, 'other')
})

test('an answer that the provider broke off is none', () => {
  for (const finish of ['error', 'insufficient_system_resource', 'abort'])
    assert.throws(() => read({ content: 'Half' }, finish), ProtocolError)
  const broken = { choices: [{ finish_reason: 'error', error: { code: 502, message: 'gone' } }] }
  assert.equal(readError(200, JSON.stringify(broken)).class, 'overload')
})

test('usage is read in the words of every server', () => {
  const usageOf = (usage: JsonObject) => read({ content: 'x' }, 'stop', { usage }).usage
  const counted = { input: 10, output: 2, cacheRead: 8, cacheWrite: null, reasoning: null }
  const tokens = { prompt_tokens: 10, completion_tokens: 2 }
  assert.deepEqual(usageOf({ ...tokens, prompt_tokens_details: { cached_tokens: 8 } }), counted)
  assert.deepEqual(usageOf({ ...tokens, prompt_cache_hit_tokens: 8 }), counted)
  assert.deepEqual(usageOf({ ...tokens, cached_tokens: 8, prompt_tokens_details: null }), counted)
})

test('an answer has the shape that clients check', () => {
  assert.deepEqual(writeAnswer(answer, context), {
    id: 'answer-1',
    object: 'chat.completion',
    created: 9,
    model: 'vendor/served',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
  })
})

test('a thought is shown beside the text with what brings it back to its maker', () => {
  const written = writeAnswer(
    {
      ...answer,
      parts: [
        { kind: 'thinking', protocol: 'anthropic-messages', text: 'Hm.', signature: 'sig' },
        { kind: 'thinking', protocol: 'anthropic-messages', text: '', redacted: 'EmwK' },
        { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}', signature: 'mark' },
      ],
      stop: { reason: 'tool-calls', raw: 'tool_use' },
    },
    context,
  )
  const [choice] = written['choices'] as readonly { readonly message: JsonObject }[]
  const message = choice?.message ?? {}
  assert.equal(message['content'], null)
  assert.equal(message['reasoning_content'], 'Hm.')
  const [turn] = readRequest({ model: 'm', messages: [message] }).turns
  const back = turn?.parts.map((part) => {
    if (part.kind !== 'thinking') return part.kind === 'tool-call' ? part.signature : part.kind
    return [part.protocol, part.text, part.signature ?? part.redacted]
  })
  assert.deepEqual(back, [
    ['anthropic-messages', 'Hm.', 'sig'],
    ['anthropic-messages', '', 'EmwK'],
    'mark',
  ])
})

test('a caller who speaks of functions is answered so', () => {
  const request = readRequest({
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    functions: [{ name: 'f' }],
  })
  const parts = [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' }] as const
  const stop = { reason: 'tool-calls', raw: 'tool_use' } as const
  const written = writeAnswer({ ...answer, parts, stop }, { ...context, request })
  const [choice] = written['choices'] as readonly JsonObject[]
  assert.equal(choice?.['finish_reason'], 'function_call')
  assert.deepEqual(choice?.['message'], {
    role: 'assistant',
    content: null,
    refusal: null,
    function_call: { name: 'f', arguments: '{"x":1}' },
  })
})

test('why another protocol refused is told as a refusal', () => {
  const stop = { reason: 'refusal', raw: 'refusal', explanation: 'Not that.' } as const
  const written = writeAnswer({ ...answer, parts: [], stop }, context)
  const [choice] = written['choices'] as readonly {
    readonly message: JsonObject
    readonly finish_reason: string
  }[]
  assert.equal(choice?.finish_reason, 'content_filter')
  assert.equal(choice?.message['refusal'], 'Not that.')
})
