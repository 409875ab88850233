import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, ModelRequest, Part, Turn } from '../exchange.ts'
import { readRequest } from './read-request.ts'
import { writeRequest } from './write-request.ts'

const plain: ModelRequest = {
  model: 'asked',
  isStream: false,
  system: [],
  turns: [{ role: 'user', parts: [text('Hi')] }],
  tools: [],
  unknown: {},
  written: new Map(),
}

const look = { kind: 'function', name: 'look', parameters: { type: 'object' } } as const

function text(value: string): Part & { readonly kind: 'text' } {
  return { kind: 'text', text: value }
}

function written(change: Partial<ModelRequest>, most: number | null = null): JsonObject {
  return writeRequest({ ...plain, ...change }, { model: 'wire', maxOutputTokens: most }).body
}

function messagesOf(...turns: readonly Turn[]): unknown {
  return written({ turns })['messages']
}

test('it goes to the path of messages with the version of the protocol', () => {
  const { path, headers, body } = writeRequest(plain, { model: 'wire', maxOutputTokens: null })
  assert.equal(path, '/v1/messages')
  assert.equal(headers['anthropic-version'], '2023-06-01')
  assert.deepEqual(body, {
    model: 'wire',
    max_tokens: 4096,
    messages: [{ role: 'user', content: 'Hi' }],
  })
})

test('a limit is always named, and never above what the model can write', () => {
  assert.equal(written({ maxOutputTokens: 321 })['max_tokens'], 321)
  assert.equal(written({ maxOutputTokens: 99_999 }, 64_000)['max_tokens'], 64_000)
  assert.equal(written({}, 64_000)['max_tokens'], 64_000)
  const thinking = written({ reasoning: { isOn: true, budgetTokens: 8000 } })
  assert.equal(thinking['max_tokens'], 12_096)
})

test('turns alternate, results come first, and instructions from the midst stand at the beginning', () => {
  const body = written({
    system: [text('First.')],
    turns: [
      { role: 'user', parts: [text('a')] },
      { role: 'system', parts: [text('Second.')] },
      { role: 'user', parts: [text('b'), text('  ')] },
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'c1', name: 'look', arguments: '' }] },
      { role: 'user', parts: [text('c')] },
      {
        role: 'user',
        parts: [{ kind: 'tool-result', id: 'c1', parts: [text('seen')], isError: false }],
      },
    ],
  })
  assert.deepEqual(body['system'], [
    { type: 'text', text: 'First.' },
    { type: 'text', text: 'Second.' },
  ])
  assert.deepEqual(body['messages'], [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'look', input: {} }] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'c1', content: 'seen' },
        { type: 'text', text: 'c' },
      ],
    },
  ])
})

test('the user begins, whoever began', () => {
  const opening = { role: 'user', content: '.' }
  assert.deepEqual(messagesOf(), [opening])
  assert.deepEqual(messagesOf({ role: 'assistant', parts: [text('Hello')] }), [
    opening,
    { role: 'assistant', content: 'Hello' },
  ])
})

test('thoughts of Anthropic’s models go back byte for byte, those of others never', () => {
  const thought = { kind: 'thinking', text: ' t\n', signature: 'RXJq' } as const
  const content = messagesOf(
    { role: 'user', parts: [text('a')] },
    {
      role: 'assistant',
      parts: [
        { ...thought, protocol: 'bedrock-converse' },
        { ...thought, protocol: 'openai-responses', id: 'rs_1' },
        thought,
        { kind: 'thinking', protocol: 'anthropic-messages', text: '', redacted: 'RW13' },
        text('b'),
      ],
    },
  )
  assert.deepEqual(content, [
    { role: 'user', content: 'a' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: ' t\n', signature: 'RXJq' },
        { type: 'redacted_thinking', data: 'RW13' },
        { type: 'text', text: 'b' },
      ],
    },
  ])
})

test('files are documents, texts among them plain ones, and images are images', () => {
  const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' } as const
  const csv = { kind: 'base64', mediaType: 'text/csv', data: 'YSxi' } as const
  const jpg = { kind: 'base64', mediaType: 'image/jpg', data: '/9j/' } as const
  const messages = messagesOf({
    role: 'user',
    parts: [
      { kind: 'file', source: pdf, name: 'a.pdf' },
      { kind: 'file', source: csv },
      { kind: 'file', source: { kind: 'base64', mediaType: 'application/json', data: 'e30=' } },
      { kind: 'file', source: jpg },
    ],
  })
  assert.deepEqual(messages, [
    {
      role: 'user',
      content: [
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
          title: 'a.pdf',
        },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'a,b' },
        },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: '{}' },
        },
        { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/' } },
      ],
    },
  ])
})

test('a result without a word has no content, and blank texts among others go', () => {
  const contentOf = (...texts: readonly string[]) => {
    const result = { kind: 'tool-result', id: 'c', isError: false } as const
    const messages = messagesOf({
      role: 'user',
      parts: [{ ...result, parts: texts.map(text) }],
    })
    return JSON.stringify(messages)
  }
  const head = '[{"role":"user","content":[{"type":"tool_result","tool_use_id":"c"'
  assert.equal(contentOf(''), `${head}}]}]`)
  assert.equal(contentOf('a', ' '), `${head},"content":"a"}]}]`)
})

test('ids that would be refused are spelt out, alike at call and result', () => {
  const id = 'functions.look:0'
  const messages = messagesOf(
    { role: 'user', parts: [text('a')] },
    { role: 'assistant', parts: [{ kind: 'tool-call', id, name: 'look', arguments: '{"a":' }] },
    { role: 'user', parts: [{ kind: 'tool-result', id, parts: [], isError: false }] },
  )
  assert.deepEqual(messages, [
    { role: 'user', content: 'a' },
    {
      role: 'assistant',
      content: [
        {
          type: 'tool_use',
          id: 'functions_2elook_3a0',
          name: 'look',
          input: { malformed_arguments: '{"a":' },
        },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'functions_2elook_3a0' }] },
  ])
})

test('thinking is told in the words that are accepted', () => {
  const thinkingOf = (change: Partial<ModelRequest>) => {
    const { thinking, output_config } = written({ tools: [look], ...change })
    return { thinking, output_config }
  }
  const high = { isOn: true, effort: 'high' }
  assert.deepEqual(thinkingOf({ reasoning: high }), {
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
  })
  assert.deepEqual(thinkingOf({ reasoning: { isOn: true, effort: 'minimal', summary: 'auto' } }), {
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'low' },
  })
  assert.deepEqual(thinkingOf({ reasoning: { isOn: false, effort: 'none' } }), {
    thinking: { type: 'disabled' },
    output_config: undefined,
  })
  assert.deepEqual(thinkingOf({ reasoning: { isOn: true, budgetTokens: 128 } }), {
    thinking: { type: 'enabled', budget_tokens: 1024 },
    output_config: undefined,
  })
  assert.deepEqual(thinkingOf({ reasoning: high, toolChoice: { kind: 'required' } }), {
    thinking: undefined,
    output_config: { effort: 'high' },
  })
})

test('a choice is only made where there are tools', () => {
  const choiceOf = (change: Partial<ModelRequest>) => written(change)['tool_choice']
  assert.equal(choiceOf({ toolChoice: { kind: 'none' }, parallelToolCalls: true }), undefined)
  assert.deepEqual(choiceOf({ tools: [look], parallelToolCalls: false }), {
    type: 'auto',
    disable_parallel_tool_use: true,
  })
  assert.deepEqual(choiceOf({ tools: [look], toolChoice: { kind: 'tool', name: 'look' } }), {
    type: 'tool',
    name: 'look',
  })
  assert.deepEqual(
    choiceOf({ tools: [look], toolChoice: { kind: 'none' }, parallelToolCalls: false }),
    { type: 'none' },
  )
})

test('a temperature or top-p that changes nothing is not said beside the other', () => {
  const samplingOf = (temperature?: number, topP?: number) => {
    const body = written({
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
    })
    return [body['temperature'], body['top_p']]
  }
  assert.deepEqual(samplingOf(0.2, 1), [0.2, undefined])
  assert.deepEqual(samplingOf(1, 0.9), [undefined, 0.9])
  assert.deepEqual(samplingOf(0.2, 0.9), [0.2, 0.9])
  assert.deepEqual(samplingOf(1), [1, undefined])
})

test('a schema without a type is one of an object', () => {
  const tools = written({ tools: [{ ...look, parameters: {}, strict: false }] })['tools']
  assert.deepEqual(tools, [{ name: 'look', input_schema: { type: 'object' } }])
})

// --- the way back

const word = fc.stringMatching(/^[a-z]{1,6}$/u)
const said = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
const cacheControl = fc.constantFrom<JsonObject>(
  { type: 'ephemeral' },
  { type: 'ephemeral', ttl: '1h' },
  { type: 'ephemeral', ttl: '5m', scope: 'global' },
)
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonObject[string]>
const input = fc.dictionary(word, json, { maxKeys: 3, noNullPrototype: true })

/** Members that nobody knows may stand beside all others. */
function block(type: string, members: Record<string, fc.Arbitrary<unknown>>) {
  const needed = fc.record({ type: fc.constant(type), ...members })
  const more = fc.record({ cache_control: cacheControl, beta_x: word }, { requiredKeys: [] })
  return fc.tuple(needed, more).map(([first, second]) => ({ ...first, ...second }))
}

const textBlock = block('text', { text: said })
const imageBlock = block('image', {
  source: fc.oneof(
    fc.record({ type: fc.constant('url'), url: word }),
    fc.record({ type: fc.constant('file'), file_id: word }),
    fc.record({ type: fc.constant('base64'), media_type: fc.constant('image/png'), data: word }),
    fc.record({ type: fc.constant('of_next_year'), where: word }),
  ),
})
const documentBlock = block('document', {
  title: said,
  source: fc.oneof(
    fc.record({ type: fc.constant('text'), media_type: fc.constant('text/plain'), data: said }),
    fc.record({ type: fc.constant('url'), url: word, more: word }),
    fc.record({ type: fc.constant('content'), content: fc.array(textBlock, { maxLength: 2 }) }),
  ),
})
const anyBlock = fc.oneof(
  textBlock,
  imageBlock,
  documentBlock,
  block('thinking', { thinking: fc.string(), signature: word }),
  block('redacted_thinking', { data: word }),
  block('tool_use', { id: word, name: word, input }),
  block('tool_result', {
    tool_use_id: word,
    content: fc.array(fc.oneof(textBlock, imageBlock, documentBlock), { minLength: 2 }),
    is_error: fc.constant(true),
  }),
  block('tool_result', { tool_use_id: word, content: said }),
  block('server_tool_use', { id: word, name: word, input }),
  block('fallback', { from: input, to: input }),
  block('of_next_year', { value: json }),
)
const message = fc.record({
  role: fc.constantFrom('user', 'assistant'),
  content: fc.oneof(said, fc.array(anyBlock, { minLength: 2, maxLength: 4 })),
})
const bodies = fc.record(
  {
    model: fc.constant('wire'),
    messages: fc.array(message, { maxLength: 5 }),
    max_tokens: fc.nat(),
    temperature: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    system: fc.oneof(said, fc.array(textBlock, { minLength: 2, maxLength: 3 })),
    tools: fc.array(
      fc.oneof(
        fc.record({ name: word, input_schema: input, strict: fc.boolean() }),
        fc.record({ type: word, name: word }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    output_config: fc.record({ effort: word, task_budget: input }),
    thinking: fc.record({ type: fc.constantFrom('adaptive', 'of_next_year'), display: word }),
    metadata: fc.record({ user_id: word, more: json.filter((value) => value !== null) }),
    context_management: input,
  },
  { requiredKeys: ['model', 'messages'] },
)

test('whatever is written goes back into its own protocol unchanged', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const whole = JSON.parse(JSON.stringify(body)) as JsonObject
      const request = readRequest(whole)
      const again = writeRequest(request, { model: 'wire', maxOutputTokens: null }).body
      assert.deepEqual(JSON.parse(JSON.stringify(again)), whole)
    }),
    { seed: 20_260_612, numRuns: 120 },
  )
})

test('whatever is written goes through other hands without a fault, and none of the texts is dropped', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const { protocol: _protocol, ...foreign } = readRequest(
        JSON.parse(JSON.stringify(body)) as JsonObject,
      )
      const text = JSON.stringify(
        writeRequest(foreign, { model: 'wire', maxOutputTokens: null }).body,
      )
      for (const { parts } of foreign.turns)
        for (const part of parts)
          if (part.kind === 'text' && part.text.trim() !== '')
            assert.ok(text.includes(JSON.stringify(part.text)))
    }),
    { seed: 20_260_630, numRuns: 80 },
  )
})
