import assert from 'node:assert/strict'
import { test } from 'node:test'
import { featuresOf } from '../features-of.ts'
import type { JsonObject, JsonValue } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { readRequest } from './read-request.ts'

const hello = [{ role: 'user', content: 'Hello' }]

function reading(more: JsonObject) {
  return readRequest({ model: 'm', messages: hello, ...more })
}

function reads(messages: readonly JsonValue[]) {
  return readRequest({ model: 'm', messages })
}

test('what stands before the conversation is its system prompt, what comes later a turn', () => {
  const { system, turns } = reads([
    { role: 'developer', content: 'A' },
    { role: 'system', content: [{ type: 'text', text: 'B' }] },
    { role: 'user', content: 'Hello' },
    { role: 'system', content: 'C' },
  ])
  assert.deepEqual(
    system.map(({ text }) => text),
    ['A', 'B'],
  )
  assert.deepEqual(turns.at(-1), { role: 'system', parts: [{ kind: 'text', text: 'C' }] })
})

test('an instruction in the name of somebody is a turn', () => {
  const { system, turns } = reads([
    { role: 'system', name: 'example_user', content: 'Hi' },
    ...hello,
  ])
  assert.deepEqual(system, [])
  assert.equal(turns[0]?.name, 'example_user')
})

test('results of tools stand together and know the name of their tool', () => {
  const { turns } = reads([
    ...hello,
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'one', arguments: '' } },
        { id: 'b', type: 'function', function: { name: 'two', arguments: '{"x": 1.0}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: '1' },
    { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: '2' }] },
    { role: 'user', content: 'Go on' },
  ])
  assert.deepEqual(turns[1]?.parts, [
    { kind: 'tool-call', id: 'a', name: 'one', arguments: '' },
    { kind: 'tool-call', id: 'b', name: 'two', arguments: '{"x": 1.0}' },
  ])
  assert.deepEqual(turns[2]?.parts, [
    {
      kind: 'tool-result',
      id: 'a',
      name: 'one',
      parts: [{ kind: 'text', text: '1' }],
      isError: false,
    },
    {
      kind: 'tool-result',
      id: 'b',
      name: 'two',
      parts: [{ kind: 'text', text: '2' }],
      isError: false,
    },
  ])
  assert.equal(turns.length, 4)
})

test('functions of before there were tools are tools', () => {
  const { tools, toolChoice, turns, written } = readRequest({
    model: 'm',
    messages: [
      ...hello,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'done' },
    ],
    functions: [{ name: 'f' }],
    function_call: { name: 'f' },
  })
  assert.deepEqual(tools, [
    { kind: 'function', name: 'f', parameters: { type: 'object', properties: {} } },
  ])
  assert.deepEqual(toolChoice, { kind: 'tool', name: 'f' })
  const [call] = turns[1]?.parts ?? []
  const [result] = turns[2]?.parts ?? []
  assert.ok(call?.kind === 'tool-call' && result?.kind === 'tool-result')
  assert.equal(call.id, result.id)
  assert.equal(written.get('tools'), 'functions')
})

test('every feature is named as the caller wrote it', () => {
  const request = readRequest({
    model: 'm',
    messages: [
      {
        role: 'system',
        content: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'T' },
          { type: 'file', file: { file_id: 'file-1' } },
        ],
      },
    ],
    max_tokens: 7,
    safety_identifier: 'u',
    logprobs: true,
    top_k: 3,
  })
  assert.deepEqual(
    [...featuresOf(request)].toSorted().map((feature) => [feature, request.written.get(feature)]),
    [
      ['cache-marks', 'messages[0].content[0].cache_control'],
      ['file-id', 'messages[1].content[1]'],
      ['logprobs', 'logprobs'],
      ['max-output-tokens', 'max_tokens'],
      ['top-k', 'top_k'],
      ['user', 'safety_identifier'],
    ],
  )
})

test('what no other protocol could make up for is refused, what is only unknown is named', () => {
  const request = reading({
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'wav' },
    web_search_options: {},
    response_format: { type: 'structural_tag', structures: [] },
    tool_choice: { type: 'custom', custom: { name: 'x' } },
    min_p: 0.1,
  })
  assert.deepEqual(request.refused, [
    'tool_choice',
    'response_format',
    'modalities',
    'web_search_options',
  ])
  assert.ok(Object.hasOwn(request.unknown, 'min_p'))
  assert.deepEqual(reading({ modalities: ['text'] }).refused, [])
  assert.deepEqual(reading({ modalities: ['text'] }).unknown, {})
})

test('null is what it is in this protocol: nothing', () => {
  const request = reading({ temperature: null, stop: null, tools: null, user: null, stream: null })
  assert.deepEqual([...featuresOf(request)], [])
  assert.equal(request.isStream, false)
})

test('an effort of none is thinking switched off', () => {
  assert.deepEqual(reading({ reasoning_effort: 'none' }).reasoning, { isOn: false, effort: 'none' })
  assert.deepEqual(reading({ reasoning_effort: 'max' }).reasoning, { isOn: true, effort: 'max' })
})

test('thoughts of other makers keep their maker and their signature', () => {
  const [turn] = reads([
    {
      role: 'assistant',
      content: 'Well.',
      reasoning_content: 'Hm.',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Hm.', signature: 'sig', format: 'anthropic-claude-v1' },
        { type: 'reasoning.encrypted', data: 'gAAA', id: 'rs_1', format: 'openai-responses-v1' },
      ],
    },
  ]).turns
  const thoughts = turn?.parts.filter((part) => part.kind === 'thinking') ?? []
  assert.deepEqual(
    thoughts.map(({ protocol, text, signature, redacted, id }) => [
      protocol,
      text,
      signature,
      redacted,
      id,
    ]),
    [
      ['anthropic-messages', 'Hm.', 'sig', undefined, undefined],
      ['openai-responses', '', undefined, 'gAAA', 'rs_1'],
    ],
  )
})

test('what is wrong is refused by its path', () => {
  const wrong: readonly (readonly [JsonObject, string])[] = [
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'user', content: [7] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ n: 1.5 }, 'n'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ stop: [7] }, 'stop'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ tool_choice: 'maybe' }, 'tool_choice'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ stream: 'yes' }, 'stream'],
  ]
  for (const [more, path] of wrong)
    assert.throws(
      () => reading(more),
      (error) => error instanceof ProtocolError && error.path === path,
      path,
    )
})

test('names that belong to every object are members like others', () => {
  const request = readRequest(
    JSON.parse(
      '{"model":"m","messages":[{"role":"user","content":"x"}],"__proto__":1}',
    ) as JsonObject,
  )
  assert.ok(Object.hasOwn(request.unknown, '__proto__'))
})
