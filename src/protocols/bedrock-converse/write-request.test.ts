import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, ModelRequest, Part } from '../exchange.ts'
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
const call: Part = { kind: 'tool-call', id: 'c1', name: 'look', arguments: '{"a":1}' }
const result: Part = { kind: 'tool-result', id: 'c1', parts: [text('seen')], isError: true }
const claude = 'us.anthropic.claude-x-v1:0'

function text(value: string): Part & { readonly kind: 'text' } {
  return { kind: 'text', text: value }
}

function written(change: Partial<ModelRequest>, model = 'amazon.nova-x'): JsonObject {
  return writeRequest({ ...plain, ...change }, { model, maxOutputTokens: 8000 }).body
}

test('the model stands in the path, every reserved character of it encoded', () => {
  const pathOf = (model: string, isStream = false) =>
    writeRequest({ ...plain, isStream }, { model, maxOutputTokens: null }).path
  assert.equal(pathOf(claude), '/model/us.anthropic.claude-x-v1%3A0/converse')
  assert.equal(
    pathOf('arn:aws:bedrock:us-east-1:1:inference-profile/a', true),
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fa/converse-stream',
  )
  assert.equal(pathOf("a!'()*b"), '/model/a%21%27%28%29%2Ab/converse')
})

test('a stream is asked for as what it is', () => {
  const { headers } = writeRequest(
    { ...plain, isStream: true },
    { model: 'm', maxOutputTokens: null },
  )
  assert.equal(headers['accept'], 'application/vnd.amazon.eventstream')
})

test('calls, results and settings have their places', () => {
  assert.deepEqual(
    written({
      system: [text('Be brief.')],
      turns: [
        ...plain.turns,
        { role: 'assistant', parts: [call] },
        { role: 'user', parts: [text('and'), result] },
      ],
      tools: [{ ...look, description: 'Looks', strict: true }],
      toolChoice: { kind: 'tool', name: 'look' },
      maxOutputTokens: 99_999,
      temperature: 0.25,
      topP: 0.5,
      stop: ['END'],
      output: { kind: 'json-schema', name: 'x', schema: { type: 'object' } },
    }),
    {
      messages: [
        { role: 'user', content: [{ text: 'Hi' }] },
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'c1', name: 'look', input: { a: 1 } } }],
        },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'c1', content: [{ text: 'seen' }], status: 'error' } },
            { text: 'and' },
          ],
        },
      ],
      system: [{ text: 'Be brief.' }],
      inferenceConfig: { maxTokens: 8000, temperature: 0.25, topP: 0.5, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'look',
              description: 'Looks',
              inputSchema: { json: { type: 'object' } },
              strict: true,
            },
          },
        ],
        toolChoice: { tool: { name: 'look' } },
      },
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { schema: '{"type":"object"}', name: 'x' } },
        },
      },
    },
  )
})

test('tools are listed where the conversation has calls, and forbidden in words there', () => {
  const turns = [
    ...plain.turns,
    { role: 'assistant', parts: [call] } as const,
    { role: 'user', parts: [result] } as const,
  ]
  const spec = { toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }
  assert.deepEqual(written({ turns })['toolConfig'], { tools: [spec] })
  const forbidden = written({ turns, tools: [look], toolChoice: { kind: 'none' } })
  assert.deepEqual(forbidden['toolConfig'], { tools: [spec] })
  assert.deepEqual(forbidden['system'], [{ text: 'Do not call any tool in this answer.' }])
  const fresh = written({ tools: [look], toolChoice: { kind: 'none' } })
  assert.deepEqual([fresh['toolConfig'], fresh['system']], [undefined, undefined])
})

test('a result without a word says so, for nothing is refused', () => {
  const parts = [{ ...result, parts: [text('')], isError: false }]
  assert.deepEqual(written({ turns: [{ role: 'user', parts }] })['messages'], [
    {
      role: 'user',
      content: [{ toolResult: { toolUseId: 'c1', content: [{ text: '(empty)' }] } }],
    },
  ])
})

test('documents have names, formats and something said of them', () => {
  const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' } as const
  const body = written({
    turns: [
      {
        role: 'user',
        parts: [
          { kind: 'file', source: pdf, name: 'a.pdf' },
          { kind: 'file', source: { kind: 'text', text: 'Once', mediaType: 'text/markdown' } },
          { kind: 'file', source: { kind: 'base64', mediaType: 'image/jpg', data: '/9j/' } },
        ],
      },
    ],
  })
  assert.deepEqual(body['messages'], [
    {
      role: 'user',
      content: [
        { document: { format: 'pdf', name: 'a-pdf', source: { bytes: 'JVBERi0=' } } },
        { document: { format: 'md', name: 'document', source: { text: 'Once' } } },
        { image: { format: 'jpeg', source: { bytes: '/9j/' } } },
        { text: '.' },
      ],
    },
  ])
})

test('Anthropic’s models get what is theirs: thoughts, marks of the cache, how to think', () => {
  const change: Partial<ModelRequest> = {
    system: [{ kind: 'text', text: 'Be brief.', cache: { ttl: '1h' } }],
    turns: [
      ...plain.turns,
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', protocol: 'anthropic-messages', text: ' Hm\n', signature: 'RXJq' },
          { kind: 'thinking', protocol: 'gemini', text: 'foreign', signature: 'c2ln' },
          text('b'),
        ],
      },
      ...plain.turns,
    ],
    reasoning: { isOn: true, budgetTokens: 2048, summary: 'auto' },
    topK: 40,
  }
  const theirs = written(change, claude)
  assert.deepEqual(theirs['system'], [
    { text: 'Be brief.' },
    { cachePoint: { type: 'default', ttl: '1h' } },
  ])
  assert.deepEqual(theirs['additionalModelRequestFields'], {
    thinking: { type: 'enabled', budget_tokens: 2048, display: 'summarized' },
    top_k: 40,
  })
  const said = JSON.stringify(theirs['messages'])
  assert.ok(said.includes('{"reasoningText":{"text":" Hm\\n","signature":"RXJq"}}'))
  assert.ok(!said.includes('foreign'))
  const others = written(change)
  assert.deepEqual(others['system'], [{ text: 'Be brief.' }])
  assert.equal(others['additionalModelRequestFields'], undefined)
  assert.deepEqual(others['outputConfig'], { effort: 'low' })
  assert.ok(!JSON.stringify(others).includes('Hm'))
})

test('effort said in Anthropic’s own words does not switch thinking on', () => {
  const change: Partial<ModelRequest> = { reasoning: { isOn: true, effort: 'high' } }
  const own = written({ ...change, protocol: 'anthropic-messages' }, claude)
  assert.equal(own['additionalModelRequestFields'], undefined)
  assert.deepEqual(own['outputConfig'], { effort: 'high' })
  assert.deepEqual(written(change, claude)['additionalModelRequestFields'], {
    thinking: { type: 'adaptive' },
  })
})
