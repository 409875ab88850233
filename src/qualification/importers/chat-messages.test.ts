import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversationOf } from './chat-messages.ts'
import { answerOf } from './model-answer.ts'

const user = (content: string) => ({ role: 'user' as const, content })

test('a conversation reads alike in every form', () => {
  const call = { id: 'c', name: 'weather', input: { city: 'Bonn' } }
  const written = '{"city":"Bonn"}'
  const forms: Readonly<Record<string, unknown>> = {
    openai: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', function: { name: 'weather', arguments: written } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'rain' },
    ],
    anthropic: {
      system: [{ type: 'text', text: 'Be short.' }],
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [{ type: 'tool_use', ...call }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'rain' }] },
      ],
    },
    responses: {
      instructions: 'Be short.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        { type: 'reasoning', summary: [] },
        { type: 'function_call', id: 'f', call_id: 'c', name: 'weather', arguments: written },
        { type: 'function_call_output', call_id: 'c', output: 'rain' },
      ],
    },
    langchain: [
      [
        { lc: 1, id: ['m', 'SystemMessage'], kwargs: { content: 'Be short.' } },
        { lc: 1, id: ['m', 'HumanMessage'], kwargs: { content: 'Weather?' } },
        {
          lc: 1,
          id: ['m', 'AIMessage'],
          kwargs: {
            content: '',
            tool_calls: [],
            additional_kwargs: {
              tool_calls: [{ id: 'c', function: { name: 'weather', arguments: written } }],
            },
          },
        },
        { lc: 1, id: ['m', 'ToolMessage'], kwargs: { content: 'rain', tool_call_id: 'c' } },
      ],
    ],
    'result without an id': [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Weather?' },
      {
        role: 'tool',
        content: [{ type: 'function', id: 'c', function: { name: 'weather', arguments: written } }],
      },
      { role: 'tool', content: 'rain' },
    ],
  }
  for (const [name, form] of Object.entries(forms))
    assert.deepEqual(
      conversationOf(form),
      {
        system: 'Be short.',
        messages: [
          user('Weather?'),
          {
            role: 'assistant',
            content: [{ kind: 'tool-call', id: 'c', name: 'weather', arguments: written }],
          },
          { role: 'user', content: [{ kind: 'tool-result', id: 'c', text: 'rain' }] },
        ],
      },
      name,
    )
})

test('Google: contents, an instruction beside them, declared functions, and results that are JSON', () => {
  const asked = {
    model: 'g',
    config: {
      system_instruction: 'Be short.',
      tools: [{ function_declarations: [{ name: 'weather' }] }],
    },
    contents: [
      { role: 'user', parts: [{ text: 'Weather?' }] },
      { role: 'model', parts: [{ function_call: { name: 'weather', args: {} } }] },
      {
        role: 'user',
        parts: [{ function_response: { name: 'weather', response: { is: 'rain' } } }],
      },
    ],
  }
  assert.deepEqual(conversationOf(asked), {
    system: 'Be short.',
    tools: [{ name: 'weather', parameters: { type: 'object' } }],
    messages: [
      user('Weather?'),
      {
        role: 'assistant',
        content: [{ kind: 'tool-call', id: 'weather', name: 'weather', arguments: '{}' }],
      },
      { role: 'user', content: [{ kind: 'tool-result', id: 'weather', text: '{"is":"rain"}' }] },
    ],
  })
  assert.equal(
    answerOf({ candidates: [{ content: { role: 'model', parts: [{ text: 'Rain.' }] } }] }),
    'Rain.',
  )
})

test('examples of how others speak are turns; JSON that is no conversation is what is asked', () => {
  const shown = [
    { role: 'system', content: 'Translate.' },
    { role: 'system', name: 'example_user', content: 'cat' },
    { role: 'system', name: 'example_assistant', content: 'Katze' },
    { role: 'user', content: 'dog' },
  ]
  assert.deepEqual(conversationOf(shown), {
    system: 'Translate.',
    messages: [user('cat'), { role: 'assistant', content: 'Katze' }, user('dog')],
  })
  assert.deepEqual(conversationOf('{"order": 7}'), { messages: [user('{"order": 7}')] })
  assert.equal(conversationOf('{"role": "user", "content": {"x": 1}}'), null)
})

test('answers: the first of alternatives, the last of messages, all calls of one turn', () => {
  const message = (content: string) => ({ role: 'assistant', content })
  assert.equal(answerOf({ choices: [{ message: message('a') }, { message: message('b') }] }), 'a')
  assert.equal(answerOf([message('a'), user('?'), message('b')]), 'b')
  const called = (name: string) => ({
    role: 'assistant',
    content: [{ type: 'function', function: { name, arguments: '{}' } }],
  })
  assert.deepEqual(answerOf([called('one'), called('two')]), {
    toolCalls: [
      { name: 'one', arguments: {} },
      { name: 'two', arguments: {} },
    ],
  })
  const response = {
    object: 'response',
    output: [
      { type: 'reasoning', summary: [] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Wait.' }] },
      { type: 'function_call', call_id: 'c', name: 'one', arguments: '{}' },
    ],
  }
  assert.deepEqual(answerOf(response), {
    text: 'Wait.',
    toolCalls: [{ name: 'one', arguments: {} }],
  })
})
