import { EventStreamCodec } from '@smithy/eventstream-codec'
import type { JsonObject } from '../../../src/protocols/index.ts'
import { conversation, type ProtocolFixture } from './protocol-fixture.ts'

const { system, question, preamble, call, result, followUp, tool } = conversation

/** 120 in, of which 64 were read from the cache and 16 put into it. */
const usage = {
  inputTokens: 40,
  outputTokens: 48,
  totalTokens: 168,
  cacheReadInputTokens: 64,
  cacheWriteInputTokens: 16,
}
const readUsage = { input: 120, output: 48, cacheRead: 64, cacheWrite: 16, reasoning: null }

function answer(content: readonly JsonObject[], stopReason: string): JsonObject {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage,
    metrics: { latencyMs: 551 },
  }
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
)

function frame(headers: Readonly<Record<string, string>>, body: string): Uint8Array {
  const typed = Object.entries(headers).map(([name, value]) => [
    name,
    { type: 'string' as const, value },
  ])
  return codec.encode({ headers: Object.fromEntries(typed), body: Buffer.from(body, 'utf8') })
}

/** An event as AWS sends it, with the padding that hides its length. */
function event(type: string, body: JsonObject): Uint8Array {
  const headers = {
    ':event-type': type,
    ':content-type': 'application/json',
    ':message-type': 'event',
  }
  return frame(headers, JSON.stringify({ ...body, p: 'abcdefghijkl' }))
}

function exception(type: string, message: string): Uint8Array {
  const headers = {
    ':exception-type': type,
    ':content-type': 'application/json',
    ':message-type': 'exception',
  }
  return frame(headers, JSON.stringify({ message }))
}

const start = event('messageStart', { role: 'assistant' })
const stop = (stopReason: string) => event('messageStop', { stopReason })
const metadata = event('metadata', { usage, metrics: { latencyMs: 551 } })

function block(
  contentBlockIndex: number,
  begin: JsonObject | null,
  deltas: readonly JsonObject[],
): readonly Uint8Array[] {
  return [
    ...(begin === null ? [] : [event('contentBlockStart', { start: begin, contentBlockIndex })]),
    ...deltas.map((delta) => event('contentBlockDelta', { delta, contentBlockIndex })),
    event('contentBlockStop', { contentBlockIndex }),
  ]
}

const damaged = Uint8Array.from(event('contentBlockDelta', { contentBlockIndex: 0 }))
damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1

export const fixture: ProtocolFixture = {
  requests: [
    {
      name: 'every setting',
      body: {
        messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
        system: [{ text: 'You are brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
        inferenceConfig: {
          maxTokens: 4096,
          temperature: 0.7000000000000001,
          topP: 0.9,
          stopSequences: ['END', '###'],
        },
        outputConfig: {
          effort: 'max',
          textFormat: {
            type: 'json_schema',
            structure: { jsonSchema: { name: 'verdict', schema: '{"type":"object"}' } },
          },
        },
        requestMetadata: { team: 'appsec' },
        serviceTier: { type: 'flex' },
        // Without a word in the superset.
        additionalModelRequestFields: { top_k: 40 },
        additionalModelResponseFieldPaths: ['/stop_sequence'],
        guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
        performanceConfig: { latency: 'optimized' },
      },
    },
    {
      name: 'every kind of block',
      body: {
        messages: [
          {
            role: 'user',
            content: [
              { text: 'Look:' },
              { cachePoint: { type: 'default' } },
              { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } },
              { image: { format: 'jpeg', source: { s3Location: { uri: 's3://b/a.jpg' } } } },
              {
                document: {
                  format: 'pdf',
                  name: 'report',
                  source: { bytes: 'JVBERi0=' },
                  context: 'A report',
                  citations: { enabled: true },
                },
              },
              { document: { format: 'txt', name: 'tale', source: { text: 'Once upon' } } },
              { document: { name: 'parts', source: { content: [{ text: 'chunk' }] } } },
              { audio: { format: 'mp3', source: { bytes: 'SUQz' } } },
              { video: { format: 'mp4', source: { bytes: 'AAAA' } } },
              { guardContent: { text: { text: 'guarded', qualifiers: ['query'] } } },
              { searchResult: { source: 'x', title: 'X', content: [{ text: 'found' }] } },
              { cachePoint: { type: 'default' } },
            ],
          },
          {
            role: 'assistant',
            content: [
              { reasoningContent: { reasoningText: { text: 'Two.', signature: 'RXJq' } } },
              { reasoningContent: { redactedContent: 'RW13' } },
              {
                citationsContent: {
                  content: [{ text: 'So it says.' }],
                  citations: [{ title: 'tale', location: { documentChar: { start: 0, end: 4 } } }],
                },
              },
              { citationsContent: { content: [{ text: 'a' }, { text: 'b' }], citations: [] } },
              { toolUse: { toolUseId: 'tooluse_1', name: 'first', input: {} } },
              { toolUse: { toolUseId: 'tooluse_2', name: 'second', input: { a: [1.5, null] } } },
              {
                toolUse: {
                  toolUseId: 'tooluse_3',
                  name: 'nova_grounding',
                  input: {},
                  type: 'server_tool_use',
                },
              },
            ],
          },
          {
            role: 'user',
            content: [
              {
                toolResult: {
                  toolUseId: 'tooluse_1',
                  content: [
                    { text: 'one' },
                    { json: { sky: 'rain' } },
                    { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } },
                  ],
                  status: 'error',
                },
              },
              {
                toolResult: {
                  toolUseId: 'tooluse_2',
                  content: [{ text: 'two' }],
                  status: 'success',
                },
              },
              { toolResult: { toolUseId: 'tooluse_3', content: [{ text: 'x' }], type: 'search' } },
            ],
          },
          { role: 'system', content: [{ text: 'From now on in French.' }] },
        ],
      },
    },
    {
      name: 'every kind of tool',
      body: {
        messages: [{ role: 'user', content: [{ text: 'Go' }] }],
        toolConfig: {
          tools: [
            {
              toolSpec: {
                name: 'get_weather',
                description: 'Weather',
                inputSchema: {
                  json: { type: 'object', properties: { city: { type: 'string' } } },
                },
                strict: true,
              },
            },
            { cachePoint: { type: 'default' } },
            { systemTool: { name: 'nova_grounding' } },
          ],
          toolChoice: { tool: { name: 'get_weather' } },
        },
      },
    },
  ],
  conversation: {
    messages: [
      { role: 'user', content: [{ text: question }] },
      {
        role: 'assistant',
        content: [
          { text: preamble },
          {
            toolUse: {
              toolUseId: call.id,
              name: call.name,
              input: JSON.parse(call.arguments) as JsonObject,
            },
          },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: call.id, content: [{ text: result }] } },
          { text: followUp },
        ],
      },
    ],
    system: [{ text: system }],
    inferenceConfig: {
      maxTokens: conversation.maxOutputTokens,
      temperature: conversation.temperature,
      stopSequences: conversation.stop,
    },
    toolConfig: {
      tools: [
        {
          toolSpec: {
            name: tool.name,
            description: tool.description,
            inputSchema: { json: tool.parameters },
          },
        },
      ],
    },
  },
  answers: [
    {
      name: 'text',
      body: answer([{ text: 'Rain, 7.25 °C.' }], 'end_turn'),
      text: 'Rain, 7.25 °C.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts and two calls, one without arguments',
      body: answer(
        [
          { reasoningContent: { reasoningText: { text: 'Both at once.', signature: 'RXJq' } } },
          { citationsContent: { content: [{ text: 'I look.' }], citations: [{ title: 'T' }] } },
          { toolUse: { toolUseId: 'tooluse_a', name: 'get_weather', input: { city: 'Bergen' } } },
          { toolUse: { toolUseId: 'tooluse_b', name: 'now', input: {} } },
        ],
        'tool_use',
      ),
      text: 'I look.',
      thinking: 'Both at once.',
      toolCalls: [
        { id: 'tooluse_a', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'tooluse_b', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'cut by the limit',
      body: answer([{ text: 'Rain and' }], 'max_tokens'),
      text: 'Rain and',
      toolCalls: [],
      stop: 'max-tokens',
      usage: readUsage,
    },
  ],
  streams: [
    {
      name: 'text',
      bytes: Buffer.concat([
        start,
        ...block(0, null, [{ text: 'Rain, ' }, { text: '7.25 °C — 雨.' }]),
        stop('end_turn'),
        metadata,
      ]),
      text: 'Rain, 7.25 °C — 雨.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts, text and two calls in pieces',
      bytes: Buffer.concat([
        start,
        ...block(0, null, [
          { reasoningContent: { text: 'Both ' } },
          { reasoningContent: { text: 'at once.' } },
          { reasoningContent: { signature: 'RXJq' } },
        ]),
        ...block(1, null, [{ text: 'I look.' }, { citation: { title: 'T', source: 's' } }]),
        ...block(2, { toolUse: { toolUseId: 'tooluse_a', name: 'get_weather' } }, [
          { toolUse: { input: '' } },
          { toolUse: { input: '{"city":' } },
          { toolUse: { input: '"Bergen"}' } },
        ]),
        ...block(3, { toolUse: { toolUseId: 'tooluse_b', name: 'now' } }, []),
        stop('tool_use'),
        metadata,
      ]),
      text: 'I look.',
      thinking: 'Both at once.',
      toolCalls: [
        { id: 'tooluse_a', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'tooluse_b', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
  ],
  brokenStreams: [
    {
      name: 'cut after a word',
      bytes: Buffer.concat([start, ...block(0, null, [{ text: 'Rain' }]).slice(0, 1)]),
      class: null,
    },
    {
      name: 'throttled in its midst',
      bytes: Buffer.concat([start, exception('throttlingException', 'Too many tokens')]),
      class: 'quota',
    },
    {
      name: 'the model fails in its midst',
      bytes: Buffer.concat([start, exception('modelStreamErrorException', 'It stumbled.')]),
      class: 'overload',
    },
    {
      name: 'refused in its midst',
      bytes: Buffer.concat([start, exception('validationException', 'Malformed input')]),
      class: 'client',
    },
    {
      name: 'an error without an exception',
      bytes: Buffer.concat([
        start,
        frame(
          { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Oh.' },
          '',
        ),
      ]),
      class: 'overload',
    },
    {
      name: 'a frame whose checksum is wrong',
      bytes: Buffer.concat([start, damaged, stop('end_turn'), metadata]),
      class: 'transport',
    },
    {
      name: 'no frames at all',
      bytes: new TextEncoder().encode('data: {"type":"ping"}\n\n'),
      class: 'transport',
    },
  ],
  errors: [
    {
      name: 'a model that is gone',
      status: 404,
      body: '{"message":"This model version has reached the end of its life."}',
      class: 'withdrawn',
    },
    {
      name: 'a model that nobody knows',
      status: 400,
      body: '{"message":"The provided model identifier is invalid."}',
      class: 'withdrawn',
    },
    {
      name: 'a model the account has no access to',
      status: 403,
      body: '{"message":"You don\'t have access to the model with the specified model ID."}',
      class: 'withdrawn',
    },
    {
      name: 'a credential that is refused',
      status: 403,
      body: '{"message":"The security token included in the request is invalid."}',
      class: 'auth',
    },
    {
      name: 'too many requests',
      status: 429,
      body: '{"__type":"com.amazon.coral.service#ThrottlingException","message":"Too many tokens"}',
      class: 'quota',
    },
    {
      name: 'too long',
      status: 400,
      body: '{"message":"Input is too long for requested model."}',
      class: 'context',
    },
    {
      name: 'a wrong request',
      status: 400,
      body: '{"message":"The model returned the following errors: temperature: range: 0..1"}',
      class: 'client',
    },
    {
      name: 'the model failed',
      status: 424,
      body: '{"message":"It stumbled."}',
      class: 'overload',
    },
    { name: 'the model was slow', status: 408, body: '{"message":"Timed out"}', class: 'overload' },
    { name: 'not there', status: 503, body: '{"message":"Try again"}', class: 'overload' },
  ],
}
