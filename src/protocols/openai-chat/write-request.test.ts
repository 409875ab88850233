import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  ImagePart,
  JsonObject,
  JsonValue,
  ModelRequest,
  Part,
  ToolCallPart,
  Turn,
} from '../exchange.ts'
import { readRequest } from './read-request.ts'
import { writeRequest } from './write-request.ts'

const foreign: ModelRequest = {
  protocol: 'anthropic-messages',
  model: 'asked',
  isStream: false,
  system: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
  tools: [],
  unknown: { top_member: 1 },
  written: new Map(),
}

function body(
  change: Partial<ModelRequest>,
  provider = 'openai',
  maxOutputTokens: number | null = null,
) {
  return writeRequest({ ...foreign, ...change }, { model: 'wire', maxOutputTokens, provider }).body
}

function messages(turns: readonly Turn[], provider = 'openai') {
  return body({ turns }, provider)['messages'] as readonly JsonObject[]
}

function call(id: string, name = 'f'): ToolCallPart {
  return { kind: 'tool-call', id, name, arguments: '{}' }
}

function result(id: string, value: string): Part {
  return {
    kind: 'tool-result',
    id,
    name: 'f',
    parts: [{ kind: 'text', text: value }],
    isError: false,
  }
}

function text(value: string): Part {
  return { kind: 'text', text: value }
}

const image: ImagePart = {
  kind: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data: 'aW1n' },
}

test('a request goes behind the base URL, with the name on the wire', () => {
  const written = writeRequest(foreign, { model: 'wire', maxOutputTokens: null })
  assert.equal(written.path, '/chat/completions')
  assert.deepEqual(written.body, { model: 'wire', messages: [{ role: 'user', content: 'Hello' }] })
})

test('results follow the calls they answer, before what the user says', () => {
  const roles = messages([
    { role: 'user', parts: [text('Go')] },
    { role: 'assistant', parts: [call('a'), call('b')] },
    { role: 'user', parts: [text('Wait'), result('b', '2')] },
    { role: 'user', parts: [result('a', '1')] },
  ]).map(({ role, tool_call_id: id, content }) => [role, id ?? content])
  assert.deepEqual(roles, [
    ['user', 'Go'],
    ['assistant', null],
    ['tool', 'a'],
    ['tool', 'b'],
    ['user', 'Wait'],
  ])
})

test('the same id in two rounds answers each its own call', () => {
  const written = messages([
    { role: 'user', parts: [text('Go')] },
    { role: 'assistant', parts: [call('a')] },
    { role: 'user', parts: [result('a', 'first')] },
    { role: 'assistant', parts: [call('a')] },
    { role: 'user', parts: [result('a', 'second')] },
  ])
  assert.deepEqual(
    written.map(({ content }) => content),
    ['Go', null, 'first', null, 'second'],
  )
})

test('calls of one answer that came in several turns are one message', () => {
  const written = messages([
    { role: 'assistant', parts: [text('I look.')] },
    { role: 'assistant', parts: [call('a')] },
    { role: 'assistant', parts: [call('b')] },
    { role: 'user', parts: [result('a', '1'), result('b', '2')] },
  ])
  assert.deepEqual(
    written.map(({ role }) => role),
    ['assistant', 'tool', 'tool'],
  )
  const ids = (written[0]?.['tool_calls'] ?? []) as readonly { readonly id: string }[]
  assert.deepEqual(
    ids.map(({ id }) => id),
    ['a', 'b'],
  )
})

test('images in results are shown by the user behind all results', () => {
  const written = messages([
    { role: 'assistant', parts: [call('a'), call('b')] },
    {
      role: 'user',
      parts: [
        {
          kind: 'tool-result',
          id: 'a',
          name: 'f',
          parts: [image],
          isError: false,
        },
        result('b', '2'),
      ],
    },
  ])
  assert.deepEqual(
    written.map(({ role }) => role),
    ['assistant', 'tool', 'tool', 'user'],
  )
  assert.deepEqual(written[3]?.['content'], [
    { type: 'text', text: 'Shown by f (a):' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,aW1n' } },
  ])
})

test('thoughts of another maker never become text', () => {
  const parts: readonly Part[] = [
    { kind: 'thinking', protocol: 'anthropic-messages', text: 'secret', signature: 's' },
    text('Said.'),
  ]
  for (const provider of ['openai', 'self', 'deepseek', 'openrouter'])
    assert.ok(
      !JSON.stringify(messages([{ role: 'assistant', parts }], provider)).includes('secret'),
    )
})

test('a server gets back the thoughts that servers of this protocol had', () => {
  const own: Part = { kind: 'thinking', protocol: 'openai-chat', text: 'Hm.' }
  const turns: readonly Turn[] = [{ role: 'assistant', parts: [own, text('Said.'), call('a')] }]
  assert.equal(messages(turns, 'self')[0]?.['reasoning_content'], 'Hm.')
  assert.equal(messages(turns, 'deepseek')[0]?.['reasoning_content'], 'Hm.')
  assert.equal(messages(turns, 'openrouter')[0]?.['reasoning'], 'Hm.')
  for (const provider of ['openai', 'azure', 'mistral'])
    assert.deepEqual(Object.keys(messages(turns, provider)[0] ?? {}).toSorted(), [
      'content',
      'role',
      'tool_calls',
    ])
})

test('DeepSeek demands thoughts before calls, and empty ones will do', () => {
  const turns: readonly Turn[] = [{ role: 'assistant', parts: [call('a')] }]
  assert.equal(messages(turns, 'deepseek')[0]?.['reasoning_content'], '')
  assert.equal(messages(turns, 'self')[0]?.['reasoning_content'], undefined)
})

test('each server is asked in its own words', () => {
  const asked = {
    isStream: true,
    maxOutputTokens: 100,
    seed: 7,
    user: 'u',
    system: [
      { kind: 'text' as const, text: 'A' },
      { kind: 'text' as const, text: 'B' },
    ],
  }
  const openai = body(asked, 'openai')
  assert.equal(openai['max_completion_tokens'], 100)
  assert.deepEqual(openai['stream_options'], { include_usage: true })
  const vllm = body(asked, 'self')
  assert.equal(vllm['max_tokens'], 100)
  assert.equal(vllm['max_completion_tokens'], undefined)
  assert.deepEqual((vllm['messages'] as readonly JsonValue[])[0], {
    role: 'system',
    content: 'A\n\nB',
  })
  const mistral = body(asked, 'mistral')
  assert.deepEqual(Object.keys(mistral).toSorted(), [
    'max_tokens',
    'messages',
    'model',
    'random_seed',
    'stream',
  ])
})

test('no more is asked for than the model can write', () => {
  assert.equal(body({ maxOutputTokens: 64_000 }, 'openai', 16_384)['max_completion_tokens'], 16_384)
  assert.equal(body({ maxOutputTokens: 64 }, 'openai', 16_384)['max_completion_tokens'], 64)
  assert.equal(body({}, 'openai', 16_384)['max_completion_tokens'], undefined)
})

test('how tools are called is told only where there are any', () => {
  const settings = { toolChoice: { kind: 'auto' }, parallelToolCalls: true } as const
  assert.deepEqual(Object.keys(body(settings)).toSorted(), ['messages', 'model'])
})

test('tokens for thoughts become the nearest effort', () => {
  const effort = (budgetTokens: number) =>
    body({ reasoning: { isOn: true, budgetTokens } })['reasoning_effort']
  assert.deepEqual([1024, 4096, 16_384, 100_000].map(effort), ['low', 'medium', 'high', 'high'])
  assert.equal(body({ reasoning: { isOn: true } })['reasoning_effort'], 'medium')
  assert.equal(body({ reasoning: { isOn: false } })['reasoning_effort'], 'none')
})

test('a caller of this protocol gets its own words back', () => {
  const own: JsonObject = {
    model: 'wire',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 5,
    safety_identifier: 'u',
    min_p: 0.5,
    stream: true,
    stream_options: { include_usage: false, include_obfuscation: true },
  }
  const written = writeRequest(readRequest(own), {
    model: 'wire',
    maxOutputTokens: 3,
    provider: 'mistral',
  })
  assert.deepEqual(written.body, own)
})

test('ids are such as the server takes, for call and result alike', () => {
  const long = `toolu_${'x'.repeat(60)}`
  const turns: readonly Turn[] = [
    { role: 'assistant', parts: [call(long), call('abcDEF123')] },
    { role: 'user', parts: [result(long, '1'), result('abcDEF123', '2')] },
  ]
  const idsFor = (provider: string) =>
    messages(turns, provider).flatMap(({ tool_calls: calls, tool_call_id: id }) =>
      id === undefined ? (calls as readonly { readonly id: string }[]).map((one) => one.id) : [id],
    )
  for (const [provider, longest] of [
    ['openai', 40],
    ['mistral', 9],
  ] as const) {
    const [first, second, third, fourth] = idsFor(provider)
    assert.equal(first, third)
    assert.ok(typeof first === 'string' && first.length <= longest)
    assert.deepEqual([second, fourth], ['abcDEF123', 'abcDEF123'])
  }
  assert.equal(idsFor('self')[0], long)
})

test('what is shown in results and what the user says then is one message', () => {
  const shown = { kind: 'tool-result', id: 'a', name: 'f', parts: [image], isError: false } as const
  const written = messages([
    { role: 'assistant', parts: [call('a')] },
    { role: 'user', parts: [shown, text('What is it?')] },
  ])
  assert.deepEqual(
    written.map(({ role }) => role),
    ['assistant', 'tool', 'user'],
  )
  const content = (written[2]?.['content'] ?? []) as readonly JsonValue[]
  assert.equal(content.length, 3)
})

test('instructions from the midst stand at the beginning where templates want them there', () => {
  const turns: readonly Turn[] = [
    { role: 'user', parts: [text('A')] },
    { role: 'system', parts: [text('Be brief.')] },
    { role: 'user', parts: [text('B')] },
  ]
  const roles = (provider: string) => messages(turns, provider).map(({ role }) => role)
  assert.deepEqual(roles('openai'), ['user', 'system', 'user'])
  assert.deepEqual(messages(turns, 'self'), [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'A\n\nB' },
  ])
})

test('what a model said in refusal stays what it said', () => {
  const turns: readonly Turn[] = [{ role: 'assistant', parts: [{ kind: 'refusal', text: 'No.' }] }]
  assert.deepEqual(messages(turns), [{ role: 'assistant', content: null, refusal: 'No.' }])
  assert.deepEqual(messages(turns, 'self'), [{ role: 'assistant', content: 'No.' }])
})
