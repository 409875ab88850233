import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { sealCallMark, sealThought } from '../sealed-thought.ts'
import { readRequest } from './read-request.ts'

function withMessages(...messages: readonly JsonObject[]): JsonObject {
  return { model: 'm', max_tokens: 9, messages }
}

function problemOf(body: JsonObject): string {
  try {
    readRequest(body)
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.path}: ${error.message}`
    throw error
  }
  return 'none'
}

test('a text and a list with one text say the same', () => {
  const block = { type: 'text', text: 'Hi' }
  const plain = readRequest(withMessages({ role: 'user', content: 'Hi' }))
  const listed = readRequest(withMessages({ role: 'user', content: [block] }))
  assert.deepEqual(plain.turns, listed.turns)
  assert.deepEqual(plain.turns, [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }])
})

test('each feature is noted where the caller first wrote it', () => {
  const { written } = readRequest({
    ...withMessages({
      role: 'user',
      content: [
        { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } },
      ],
    }),
    metadata: { user_id: 'u' },
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    output_config: { effort: 'low' },
  })
  assert.deepEqual(Object.fromEntries(written), {
    'max-output-tokens': 'max_tokens',
    user: 'metadata.user_id',
    'tool-choice': 'tool_choice',
    'parallel-tool-calls': 'tool_choice.disable_parallel_tool_use',
    'cache-marks': 'messages[0].content[0].cache_control',
    'image-url': 'messages[0].content[2]',
    reasoning: 'output_config.effort',
  })
})

test('what has no word is named by its path', () => {
  const { unknown, refused } = readRequest({
    ...withMessages({
      role: 'user',
      content: [
        { type: 'text', text: 'a', cache_control: { type: 'ephemeral', scope: 'global' } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'x' },
          citations: { enabled: true },
        },
      ],
    }),
    context_management: { edits: [] },
    mcp_servers: [{ name: 'a' }],
  })
  assert.deepEqual(unknown, {
    'messages[0].content[0].cache_control.scope': 'global',
    'messages[0].content[1].citations': { enabled: true },
    context_management: { edits: [] },
    mcp_servers: [{ name: 'a' }],
  })
  assert.deepEqual(refused, ['mcp_servers'])
})

test('a result knows the name of its tool, and errors and media are seen', () => {
  const { turns, written } = readRequest(
    withMessages(
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: { a: 1 } }],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            is_error: true,
            content: [{ type: 'image', source: { type: 'file', file_id: 'file_1' } }],
          },
        ],
      },
    ),
  )
  assert.deepEqual(turns[1]?.parts, [
    {
      kind: 'tool-result',
      id: 'toolu_1',
      name: 'look',
      parts: [{ kind: 'image', source: { kind: 'id', id: 'file_1' } }],
      isError: true,
    },
  ])
  assert.equal(written.get('tool-result-error'), 'messages[1].content[0].is_error')
  assert.equal(written.get('tool-result-media'), 'messages[1].content[0].content')
})

test('who called is no news when it was the model itself', () => {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }
  const direct = { ...call, caller: { type: 'direct' } }
  const byCode = { ...call, caller: { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' } }
  const unknownOf = (block: JsonObject) =>
    Object.keys(readRequest(withMessages({ role: 'assistant', content: [block] })).unknown)
  assert.deepEqual(unknownOf(direct), [])
  assert.deepEqual(unknownOf(byCode), ['messages[0].content[0].caller'])
})

test('a block about another model is a note that is lost elsewhere, and refuses nothing', () => {
  const value = { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } }
  const request = readRequest(withMessages({ role: 'assistant', content: [value] }))
  assert.deepEqual(request.turns[0]?.parts, [
    { kind: 'opaque', protocol: 'anthropic-messages', value, isNote: true },
  ])
  assert.deepEqual(request.unknown, { 'messages[0].content[0]': value })
})

test('thoughts keep text and signature, and know whose they are', () => {
  const foreign = { kind: 'thinking', protocol: 'gemini', text: 'Hm', signature: 'c2ln' } as const
  const { turns } = readRequest(
    withMessages({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: ' Hm\n', signature: 'RXJq' },
        { type: 'redacted_thinking', data: 'RW13' },
        { type: 'thinking', thinking: 'Hm', signature: sealThought(foreign) },
        { type: 'thinking', thinking: 'nobody', signature: '' },
        { type: 'redacted_thinking', data: sealCallMark('call_1', 'bWFyaw==') },
        { type: 'tool_use', id: 'call_1', name: 'look', input: {} },
      ],
    }),
  )
  const own = { kind: 'thinking', protocol: 'anthropic-messages' }
  assert.deepEqual(turns[0]?.parts, [
    { ...own, text: ' Hm\n', signature: 'RXJq' },
    { ...own, text: '', redacted: 'RW13' },
    foreign,
    { kind: 'thinking', text: 'nobody' },
    { kind: 'tool-call', id: 'call_1', name: 'look', arguments: '{}', signature: 'bWFyaw==' },
  ])
})

test('thinking is on, off, limited or only an effort', () => {
  const reasoningOf = (settings: JsonObject) => {
    const { extra: _extra, ...reasoning } = readRequest({ ...withMessages(), ...settings })
      .reasoning ?? { isOn: 'unsaid' }
    return reasoning
  }
  assert.deepEqual(reasoningOf({}), { isOn: 'unsaid' })
  assert.deepEqual(reasoningOf({ thinking: { type: 'disabled' } }), { isOn: false })
  assert.deepEqual(reasoningOf({ thinking: { type: 'adaptive', display: 'omitted' } }), {
    isOn: true,
    summary: 'omitted',
  })
  assert.deepEqual(reasoningOf({ thinking: { type: 'enabled', budget_tokens: 2048 } }), {
    isOn: true,
    budgetTokens: 2048,
  })
  assert.deepEqual(reasoningOf({ output_config: { effort: 'max' } }), { isOn: true, effort: 'max' })
})

test('the older name of the output format is read too', () => {
  const format = { type: 'json_schema', schema: { type: 'object' } }
  const output = { kind: 'json-schema', schema: { type: 'object' } }
  const newer = readRequest({ ...withMessages(), output_config: { format } })
  const older = readRequest({ ...withMessages(), output_format: format })
  assert.deepEqual(newer.output, output)
  assert.deepEqual(older.output, output)
  assert.equal(older.written.get('json-schema-output'), 'output_format')
})

test('a request to count tokens has no limit', () => {
  const request = readRequest({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
  assert.equal(request.maxOutputTokens, undefined)
})

test('what the protocol does not allow is refused by its path', () => {
  assert.equal(problemOf({ messages: [] }), 'model: `model` is missing: a text')
  assert.equal(problemOf({ model: 'm' }), 'messages: `messages` is missing: a list')
  assert.match(problemOf(withMessages({ role: 'tool', content: 'x' })), /^messages\[0\]\.role: /u)
  assert.match(
    problemOf(withMessages({ role: 'user', content: [{ text: 'x' }] })),
    /^messages\[0\]\.content\[0\]\.type: /u,
  )
  assert.match(problemOf(withMessages({ role: 'user' })), /^messages\[0\]\.content: /u)
  assert.match(
    problemOf({ ...withMessages(), tool_choice: { type: 'some' } }),
    /^tool_choice\.type: /u,
  )
  assert.match(
    problemOf({ ...withMessages(), tools: [{ name: 'x' }] }),
    /^tools\[0\]\.input_schema/u,
  )
  assert.match(problemOf({ ...withMessages(), stop_sequences: [1] }), /^stop_sequences\[0\]/u)
})
