import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI from 'openai'
import {
  type AnswerContext,
  codecs,
  type JsonObject,
  type StreamEvent,
} from '../../src/protocols/index.ts'

/** OpenAI's own client reads every response that we write, and puts its stream together as we took it apart. */

const codec = codecs['openai-responses']

const tools = [
  { type: 'custom', name: 'patch' },
  {
    type: 'function',
    name: 'look',
    parameters: { type: 'object', properties: { at: { type: 'string' } } },
    strict: false,
  },
] as const

const context: AnswerContext = {
  id: 'answer-1',
  model: 'vendor/served',
  created: 1_781_270_400,
  request: codec.readRequest({ model: 'asked', input: 'Hi', tools, stream: true }),
}

const usage = { input: 9, output: 5, cacheRead: 4, cacheWrite: null, reasoning: 2 }
const citation = {
  type: 'url_citation',
  url: 'https://a.example',
  title: 'A',
  start_index: 0,
  end_index: 2,
}

const parts = [
  { kind: 'thinking', protocol: 'anthropic-messages', text: 'Hm, so.', signature: 'c2ln' },
  { kind: 'text', text: 'I look. 🌧', citations: [citation] },
  { kind: 'tool-call', id: 'call_1', name: 'look', arguments: '{"at":"x"}', signature: 'bWFyaw==' },
  { kind: 'tool-call', id: 'call_2', name: 'patch', arguments: '{"input":"*** \\"x\\"\\n"}' },
] as const

const stop = { reason: 'tool-calls', raw: 'tool_use' } as const

const events: readonly StreamEvent[] = [
  { kind: 'start', id: 'msg_7', model: 'wire', created: 7 },
  {
    kind: 'part-start',
    index: 0,
    part: { kind: 'thinking', protocol: 'anthropic-messages', text: '' },
  },
  { kind: 'thinking', index: 0, text: 'Hm, ' },
  { kind: 'ping' },
  { kind: 'thinking', index: 0, text: 'so.' },
  { kind: 'signature', index: 0, signature: 'c2ln' },
  { kind: 'part-end', index: 0 },
  { kind: 'part-start', index: 1, part: { kind: 'text', text: '' } },
  { kind: 'text', index: 1, text: 'I look. ' },
  { kind: 'text', index: 1, text: '🌧' },
  { kind: 'citation', index: 1, citation },
  { kind: 'part-end', index: 1 },
  { kind: 'part-start', index: 2, part: { ...parts[2], arguments: '' } },
  { kind: 'arguments', index: 2, text: '{"at":' },
  { kind: 'arguments', index: 2, text: '"x"}' },
  { kind: 'part-end', index: 2 },
  { kind: 'part-start', index: 3, part: { ...parts[3], arguments: '' } },
  { kind: 'arguments', index: 3, text: parts[3].arguments },
  { kind: 'part-end', index: 3 },
  { kind: 'usage', usage },
  { kind: 'stop', stop },
  { kind: 'end' },
]

/** A client whose server answers everything with one body. */
function clientOf(body: string, type: string, status = 200): OpenAI {
  const fetch = () =>
    Promise.resolve(new Response(body, { status, headers: { 'content-type': type } }))
  return new OpenAI({ apiKey: 'sk-test', baseURL: 'http://127.0.0.1:1/v1', maxRetries: 0, fetch })
}

const asked = { model: 'asked', input: 'Hi' } as const

test('a stream becomes the answer that it was', async () => {
  const writer = codec.createWriter(context)
  const text = events.map((event) => writer.write(event)).join('')
  const stream = clientOf(text, 'text/event-stream').responses.stream(asked)
  const streamed = await stream.finalResponse()
  const answer = { id: 'msg_7', model: 'wire', created: 7, parts, stop, usage }
  const whole = await clientOf(
    JSON.stringify(codec.writeAnswer(answer, context)),
    'application/json',
  ).responses.create(asked)
  assert.equal(streamed.output_text, 'I look. 🌧')
  assert.equal(whole.output_text, 'I look. 🌧')
  assert.deepEqual(plain(streamed.output), plain(whole.output))
  assert.deepEqual(streamed.usage, whole.usage)
  assert.equal(streamed.status, 'completed')
  assert.deepEqual(
    streamed.output.map(({ type }) => type),
    ['reasoning', 'message', 'reasoning', 'function_call', 'custom_tool_call'],
  )
})

test('a stream that fails is an error to the client, whatever came before', async () => {
  for (const count of [0, 1, 5, 14]) {
    const writer = codec.createWriter(context)
    const told = events.slice(0, count).map((event) => writer.write(event))
    const failure = writer.fail({ status: 502, type: 'server_error', message: 'It broke.' })
    const client = clientOf([...told, failure].join(''), 'text/event-stream')
    await assert.rejects(client.responses.stream(asked).finalResponse(), /It broke\./)
  }
})

test('an error of ours is one of the client’s, with all that it says', async () => {
  const { status, body } = codec.writeError({
    status: 403,
    type: 'model_not_permitted',
    message: 'Not for you.',
    detail: { permitted: ['alibaba/qwen3-32b'] },
  })
  const client = clientOf(JSON.stringify(body), 'application/json', status)
  await assert.rejects(client.responses.create(asked), (error) => {
    assert.ok(error instanceof OpenAI.PermissionDeniedError)
    assert.equal(error.code, 'model_not_permitted')
    assert.deepEqual((error.error as JsonObject)['permitted'], ['alibaba/qwen3-32b'])
    return true
  })
})

/** Without what the client adds of its own. */
function plain(output: readonly object[]): unknown {
  return output.map((item) => {
    const { parsed_arguments: _, ...rest } = item as JsonObject
    const { content } = rest
    if (!Array.isArray(content)) return rest
    return {
      ...rest,
      content: content.map((part: JsonObject) => {
        const { parsed: _parsed, ...own } = part
        return own
      }),
    }
  })
}
