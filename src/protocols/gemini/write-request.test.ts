import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, ModelRequest, Part, Reasoning, Turn } from '../exchange.ts'
import type { WriteOptions } from '../protocol-codec.ts'
import { writeRequest } from './write-request.ts'

const plain: ModelRequest = {
  protocol: 'openai-chat',
  model: 'asked',
  isStream: false,
  system: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
  tools: [],
  unknown: {},
  written: new Map(),
}

function write(change: Partial<ModelRequest>, options: Partial<WriteOptions> = {}): JsonObject {
  const wire = { model: 'wire', maxOutputTokens: null, ...options }
  return writeRequest({ ...plain, ...change }, wire).body
}

function contents(...turns: readonly Turn[]) {
  return write({ turns })['contents']
}

const call = (id: string, more: Partial<Part & { kind: 'tool-call' }> = {}): Part => ({
  kind: 'tool-call',
  id,
  name: 'look',
  arguments: '{"at":1}',
  ...more,
})
const result = (id: string): Part => ({
  kind: 'tool-result',
  id,
  parts: [{ kind: 'text', text: `{"$ref":"${id}"}` }],
  isError: false,
})

test('a plain question is written plainly', () => {
  assert.deepEqual(write({}), { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] })
})

test('instructions stand at the beginning, those from the midst behind them', () => {
  const body = write({
    system: [{ kind: 'text', text: 'One.' }],
    turns: [...plain.turns, { role: 'system', parts: [{ kind: 'text', text: 'Two.' }] }],
  })
  assert.deepEqual(body['systemInstruction'], { parts: [{ text: 'One.' }, { text: 'Two.' }] })
})

test('JSON Schema goes out as it is, with all its words', () => {
  const parameters = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { n: { type: 'integer', exclusiveMinimum: 0 }, p: { $ref: '#/$defs/p' } },
    additionalProperties: false,
    $defs: { p: { type: ['string', 'null'] } },
  }
  const tool = { kind: 'function', name: 'look', parameters } as const
  const bare = { kind: 'function', name: 'now', parameters: {} } as const
  assert.deepEqual(write({ tools: [tool, bare] })['tools'], [
    {
      functionDeclarations: [{ name: 'look', parametersJsonSchema: parameters }, { name: 'now' }],
    },
  ])
  const config = write({ output: { kind: 'json-schema', schema: parameters, description: 'D' } })
  assert.deepEqual(config['generationConfig'], {
    responseMimeType: 'application/json',
    responseJsonSchema: { description: 'D', ...parameters },
  })
})

test('a tool that must be called is the only one allowed', () => {
  const tools = [{ kind: 'function', name: 'look', parameters: {} }] as const
  const choice = (toolChoice: ModelRequest['toolChoice']) =>
    write({ tools, ...(toolChoice === undefined ? {} : { toolChoice }) })['toolConfig']
  assert.deepEqual(choice({ kind: 'tool', name: 'look' }), {
    functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['look'] },
  })
  assert.deepEqual(choice({ kind: 'none' }), { functionCallingConfig: { mode: 'NONE' } })
  assert.equal(choice(undefined), undefined)
})

test('a call of another model’s gets the word by which newer models let it pass, the first one alone', () => {
  const [content] = contents(
    { role: 'assistant', parts: [call('a'), call('b')] },
    { role: 'user', parts: [result('a'), result('b')] },
  ) as readonly { readonly role: string; readonly parts: readonly JsonObject[] }[]
  assert.equal(content?.role, 'user')
  const written = contents(
    { role: 'user', parts: [{ kind: 'text', text: 'x' }] },
    { role: 'assistant', parts: [call('a'), call('b')] },
  ) as readonly { readonly parts: readonly JsonObject[] }[]
  assert.deepEqual(written[1]?.parts, [
    {
      functionCall: { id: 'a', name: 'look', args: { at: 1 } },
      thoughtSignature: 'skip_thought_signature_validator',
    },
    { functionCall: { id: 'b', name: 'look', args: { at: 1 } } },
  ])
})

test('a mark of its own goes back as it came', () => {
  const written = JSON.stringify(
    contents({ role: 'assistant', parts: [call('a', { signature: 'c2ln' }), call('b')] }),
  )
  assert.ok(written.includes('"thoughtSignature":"c2ln"'))
  assert.equal(written.includes('skip_thought'), false)
})

test('results are texts in the order of their calls, whatever they say', () => {
  const written = contents(
    { role: 'user', parts: [{ kind: 'text', text: 'x' }] },
    { role: 'assistant', parts: [call('a'), call('b')] },
    { role: 'user', parts: [{ kind: 'text', text: 'And?' }, result('b'), result('a')] },
  ) as readonly { readonly parts: readonly JsonObject[] }[]
  assert.deepEqual(written[2]?.parts, [
    { functionResponse: { id: 'a', name: 'look', response: { output: '{"$ref":"a"}' } } },
    { functionResponse: { id: 'b', name: 'look', response: { output: '{"$ref":"b"}' } } },
    { text: 'And?' },
  ])
})

test('Vertex AI takes no ids, and ids of our own making go nowhere', () => {
  const turns = [
    { role: 'assistant', parts: [call('a')] },
    { role: 'user', parts: [result('a')] },
  ] as const
  const vertex = { project: 'p', location: 'l' }
  assert.equal(JSON.stringify(write({ turns }, { vertex })).includes('"id"'), false)
  const made = JSON.stringify(contents({ role: 'assistant', parts: [call('gemini_A7_0')] }))
  assert.equal(made.includes('gemini_A7_0'), false)
})

test('pictures in results are shown behind them', () => {
  const written = contents(
    { role: 'user', parts: [{ kind: 'text', text: 'x' }] },
    { role: 'assistant', parts: [call('a')] },
    {
      role: 'user',
      parts: [
        {
          kind: 'tool-result',
          id: 'a',
          parts: [
            { kind: 'text', text: 'seen' },
            { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } },
          ],
          isError: true,
        },
      ],
    },
  ) as readonly { readonly parts: readonly JsonObject[] }[]
  assert.deepEqual(written[2]?.parts, [
    { functionResponse: { id: 'a', name: 'look', response: { error: 'seen' } } },
    { inlineData: { mimeType: 'image/png', data: 'AA==' } },
  ])
})

test('an address comes with the type of what lies there', () => {
  const part = (url: string, kind: 'image' | 'file' = 'image', mediaType?: string) => {
    const source = { kind: 'url', url, ...(mediaType === undefined ? {} : { mediaType }) } as const
    const [content] = contents({ role: 'user', parts: [{ kind, source }] }) as JsonObject[]
    const parts = content?.['parts'] as readonly JsonObject[] | undefined
    return parts?.[0]
  }
  const at = (mimeType: string, fileUri: string) => ({ fileData: { mimeType, fileUri } })
  const a = 'https://a.example/x'
  assert.deepEqual(part(`${a}.webp?y`), at('image/webp', `${a}.webp?y`))
  assert.deepEqual(part(a), at('image/jpeg', a))
  assert.deepEqual(part(a, 'file'), at('application/pdf', a))
  assert.deepEqual(part(a, 'file', 'text/csv'), at('text/csv', a))
  assert.deepEqual(part('data:image/gif;base64,AA=='), {
    inlineData: { mimeType: 'image/gif', data: 'AA==' },
  })
})

test('thoughts go back to their maker alone', () => {
  const written = JSON.stringify(
    contents({
      role: 'assistant',
      parts: [
        { kind: 'thinking', text: 'Secret', signature: 'eA==' },
        { kind: 'thinking', protocol: 'anthropic-messages', text: 'Secret', signature: 'eA==' },
        { kind: 'thinking', protocol: 'gemini', text: 'Own', signature: 'c2ln' },
        { kind: 'text', text: 'Said' },
      ],
    }),
  )
  assert.equal(written.includes('Secret'), false)
  assert.ok(written.includes('{"text":"Own","thought":true,"thoughtSignature":"c2ln"}'))
})

test('thinking is asked for as a budget that every model takes', () => {
  const thinking = (reasoning: Reasoning) => {
    const config = write({ reasoning })['generationConfig'] as JsonObject | undefined
    return config?.['thinkingConfig']
  }
  assert.deepEqual(thinking({ isOn: true, effort: 'medium' }), { thinkingBudget: 8192 })
  assert.deepEqual(thinking({ isOn: true, budgetTokens: 100_000 }), {
    thinkingBudget: 24_576,
    includeThoughts: true,
  })
  assert.deepEqual(thinking({ isOn: true, summary: 'auto' }), { includeThoughts: true })
  assert.deepEqual(thinking({ isOn: false }), { thinkingBudget: 0 })
  assert.equal(thinking({ isOn: true }), undefined)
})

test('no more is asked for than the model can write', () => {
  const config = write({ maxOutputTokens: 9000 }, { maxOutputTokens: 8192 })['generationConfig']
  assert.deepEqual(config, { maxOutputTokens: 8192 })
})
