import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, ModelRequest, Part } from '../exchange.ts'
import { isSealedMark } from '../sealed-mark.ts'
import { readRequest } from './read-request.ts'
import { writeRequest } from './write-request.ts'

const plain: ModelRequest = {
  protocol: 'anthropic-messages',
  model: 'asked',
  isStream: false,
  system: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
  tools: [],
  unknown: {},
  written: new Map(),
}

function write(change: Partial<ModelRequest>, provider = 'openai'): JsonObject {
  const options = { model: 'wire', maxOutputTokens: 1000, provider }
  return writeRequest({ ...plain, ...change }, options).body
}

function inputOf(...parts: readonly Part[]) {
  return write({ turns: [{ role: 'assistant', parts }] })['input']
}

test('what is not asked for is as it was with the caller’s protocol', () => {
  assert.deepEqual(write({}), {
    model: 'wire',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
    // Nothing is kept that the caller did not want to be kept.
    store: false,
  })
})

test('a stream is asked for at the same place', () => {
  const options = { model: 'wire', maxOutputTokens: null }
  const { path, body } = writeRequest({ ...plain, isStream: true }, options)
  assert.equal(path, '/responses')
  assert.equal(body['stream'], true)
})

test('several instructions are one text', () => {
  const system = [
    { kind: 'text', text: 'One.', cache: { ttl: '5m' } },
    { kind: 'text', text: 'Two.' },
  ] as const
  assert.equal(write({ system })['instructions'], 'One.\n\nTwo.')
})

test('a tool is not strict unless it is said to be', () => {
  const tool = { kind: 'function', name: 'f', parameters: { type: 'object' } } as const
  const [loose, strict] = write({ tools: [tool, { ...tool, strict: true }] })[
    'tools'
  ] as JsonObject[]
  assert.deepEqual([loose?.['strict'], strict?.['strict']], [false, true])
})

test('how to call is not said where there is nothing to call', () => {
  const body = write({ toolChoice: { kind: 'none' }, parallelToolCalls: false })
  assert.equal('tool_choice' in body, false)
  assert.equal('parallel_tool_calls' in body, false)
})

test('limits are those that the model and the protocol take', () => {
  assert.equal(write({ maxOutputTokens: 1 })['max_output_tokens'], 16)
  assert.equal(write({ maxOutputTokens: 5000 })['max_output_tokens'], 1000)
})

test('a long name of a user, or of a call, becomes its digest', () => {
  const user = write({ user: 'u'.repeat(200) })['safety_identifier'] as string
  assert.equal(user.length, 64)
  assert.equal(write({ user: 'u' })['safety_identifier'], 'u')
  const id = 'c'.repeat(65)
  const turns = [
    { role: 'assistant', parts: [{ kind: 'tool-call', id, name: 'f', arguments: '' }] },
    { role: 'user', parts: [{ kind: 'tool-result', id, parts: [], isError: false }] },
  ] as const
  const [call, result] = write({ turns })['input'] as JsonObject[]
  assert.equal(call?.['call_id'], result?.['call_id'])
  const written = call?.['call_id'] as string | undefined
  assert.ok(written !== undefined && written.length <= 64)
  assert.equal(call?.['arguments'], '')
  assert.equal(result?.['output'], '')
})

test('thinking is asked for in words, and thoughts so that they can come back', () => {
  const body = write({ reasoning: { isOn: true, budgetTokens: 10_000, summary: 'summarized' } })
  assert.deepEqual(body['reasoning'], { effort: 'medium', summary: 'auto' })
  assert.deepEqual(body['include'], ['reasoning.encrypted_content'])
  const off = write({ reasoning: { isOn: false, summary: 'omitted' } })
  assert.deepEqual(off['reasoning'], { effort: 'none' })
  assert.equal('include' in off, false)
})

test('a schema is held where it can be', () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  }
  const formatOf = (schema: JsonObject) =>
    (write({ output: { kind: 'json-schema', schema } })['text'] as JsonObject)['format']
  assert.deepEqual(formatOf(closed), {
    type: 'json_schema',
    name: 'answer',
    schema: closed,
    strict: true,
  })
  const open = { ...closed, properties: { a: { type: 'array', items: { type: 'object' } } } }
  assert.equal('strict' in (formatOf(open) as JsonObject), false)
})

test('what OpenAI’s models do unasked is not asked of them', () => {
  assert.equal('temperature' in write({ temperature: 1, topP: 1 }), false)
  assert.equal(write({ temperature: 0.3 })['temperature'], 0.3)
  assert.equal(write({ temperature: 1 }, 'self')['temperature'], 1)
})

test('results come before what the user says with them', () => {
  const turns = [
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'And?' },
        {
          kind: 'tool-result',
          id: 'c',
          parts: [
            { kind: 'text', text: 'a' },
            { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } },
          ],
          isError: true,
        },
      ],
    },
  ] as const
  assert.deepEqual(write({ turns })['input'], [
    {
      type: 'function_call_output',
      call_id: 'c',
      output: [
        { type: 'input_text', text: 'a' },
        { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'auto' },
      ],
    },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
  ])
})

test('an assistant’s picture is shown by the user, who alone can', () => {
  const picture = { kind: 'url', url: 'https://images.example/a.png' } as const
  assert.deepEqual(
    inputOf({ kind: 'text', text: 'See:' }, { kind: 'image', source: picture, detail: 'low' }),
    [
      { type: 'message', role: 'assistant', content: 'See:' },
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_image', image_url: picture.url, detail: 'low' }],
      },
    ],
  )
})

test('only thoughts of OpenAI’s own go back to it, and only whole ones', () => {
  const own = { kind: 'thinking', protocol: 'openai-responses', text: 'Hm.', id: 'rs_1' } as const
  assert.deepEqual(
    inputOf(
      { kind: 'thinking', protocol: 'anthropic-messages', text: 'Secret', signature: 'x' },
      { kind: 'thinking', text: 'Secret' },
      own,
      { ...own, signature: 'enc' },
    ),
    [
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content: 'enc',
      },
    ],
  )
})

test('data without a name gets one, and a text is the text that it is', () => {
  const content = (part: Part) => {
    const [item] = write({ turns: [{ role: 'user', parts: [part] }] })['input'] as JsonObject[]
    return item?.['content']
  }
  const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' } as const
  assert.deepEqual(content({ kind: 'file', source: pdf }), [
    {
      type: 'input_file',
      filename: 'file.pdf',
      file_data: 'data:application/pdf;base64,JVBERi0=',
    },
  ])
  assert.deepEqual(content({ kind: 'file', source: { kind: 'text', text: 'words' } }), [
    { type: 'input_text', text: 'words' },
  ])
})

test('into its own protocol a sealed thought of another maker does not go', () => {
  const request = readRequest({
    model: 'm',
    input: [
      { type: 'reasoning', summary: [], encrypted_content: 'holdfast.e30' },
      { role: 'user', content: 'Hi' },
    ],
  })
  const written = JSON.stringify(writeRequest(request, { model: 'm', maxOutputTokens: null }))
  assert.ok(isSealedMark('holdfast.e30'))
  assert.equal(written.includes('holdfast.'), false)
})
