import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecs, type JsonObject, type Protocol } from '../../protocols/index.ts'
import { beginningOf, recordedAnswer, taskOfCall } from './task-of-call.ts'

function read(protocol: Protocol, body: JsonObject) {
  return taskOfCall(codecs[protocol].readRequest(body))
}

test('a call in any protocol of callers becomes the same task, and who asked is nowhere in it', () => {
  const chat = read('openai-chat', {
    model: 'm',
    user: 'person-1',
    metadata: { user: 'person-1' },
    safety_identifier: 'person-1',
    max_completion_tokens: 9,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'How many?' },
    ],
  })
  const messages = read('anthropic-messages', {
    model: 'm',
    max_tokens: 9,
    metadata: { user_id: 'person-1' },
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'How many?' }],
  })
  const responses = read('openai-responses', {
    model: 'm',
    instructions: 'Be brief.',
    input: 'How many?',
    max_output_tokens: 9,
    prompt_cache_key: 'person-1',
  })
  const task = {
    request: {
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'How many?' }],
      parameters: { maxOutputTokens: 9 },
    },
  }
  assert.deepEqual([chat, messages, responses], [task, task, task])
})

test('tools, their calls and results are kept, thoughts are not', () => {
  const made = read('anthropic-messages', {
    model: 'm',
    max_tokens: 9,
    tools: [{ name: 'look', description: 'd', input_schema: { type: 'object' } }],
    tool_choice: { type: 'any' },
    messages: [
      { role: 'user', content: 'Look.' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'tool_use', id: 'call-1', name: 'look', input: { at: 1 } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'call-1', content: 'a cat', is_error: true }],
      },
    ],
  })
  assert.ok('request' in made)
  const { messages, tools, toolChoice } = made.request
  assert.deepEqual(messages.slice(1), [
    {
      role: 'assistant',
      content: [{ kind: 'tool-call', id: 'call-1', name: 'look', arguments: '{"at":1}' }],
    },
    {
      role: 'user',
      content: [{ kind: 'tool-result', id: 'call-1', text: 'a cat', isError: true }],
    },
  ])
  assert.deepEqual(tools, [{ name: 'look', description: 'd', parameters: { type: 'object' } }])
  assert.equal(toolChoice, 'required')
  assert.equal(beginningOf(made.request), 'Look.')
})

test('what cannot be asked of another, or be looked into, is no task', () => {
  const user = (content: JsonObject[string]) => ({
    model: 'm',
    messages: [{ role: 'user', content }],
  })
  const url = 'https://pictures.example/a.png'
  for (const [protocol, body, reason] of [
    ['openai-chat', user([{ type: 'image_url', image_url: { url } }]), 'attachment'],
    [
      'openai-chat',
      user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }]),
      'attachment',
    ],
    ['openai-chat', { ...user('x'), n: 2 }, 'several-answers'],
    ['openai-responses', { model: 'm', input: 'x', previous_response_id: 'r' }, 'kept-by-provider'],
    [
      'openai-responses',
      { model: 'm', input: 'x', tools: [{ type: 'web_search' }] },
      'provider-tool',
    ],
  ] as const)
    assert.deepEqual(read(protocol, body), { leftOut: reason }, JSON.stringify(body))
})

test('an answer is recorded whole or not at all', () => {
  const parts = { text: '', refusal: '', toolCalls: [], stop: 'stop' }
  assert.equal(recordedAnswer({ ...parts, text: 'six' }), 'six')
  assert.equal(recordedAnswer(parts), null)
  assert.deepEqual(recordedAnswer({ ...parts, text: 'si', stop: 'max-tokens' }), {
    text: 'si',
    stop: 'max-tokens',
  })
  const call = (given: string) => [{ name: 'look', arguments: given }]
  assert.deepEqual(recordedAnswer({ ...parts, toolCalls: call(''), stop: 'tool-calls' }), {
    toolCalls: [{ name: 'look', arguments: {} }],
    stop: 'tool-calls',
  })
  assert.equal(recordedAnswer({ ...parts, toolCalls: call('{"at":') }), null)
})
