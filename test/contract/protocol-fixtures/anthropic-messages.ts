import type { JsonObject } from '../../../src/protocols/index.ts'
import { conversation, eventStream, type ProtocolFixture } from './protocol-fixture.ts'

const { system, question, preamble, call, result, followUp, tool } = conversation

/** 120 in, of which 64 were read from the cache and 16 put into it. */
const usage = {
  input_tokens: 40,
  cache_creation_input_tokens: 16,
  cache_read_input_tokens: 64,
  output_tokens: 48,
  output_tokens_details: { thinking_tokens: 12 },
}
const readUsage = { input: 120, output: 48, cacheRead: 64, cacheWrite: 16, reasoning: 12 }

function answer(content: readonly JsonObject[], stop_reason: string): JsonObject {
  return {
    id: 'msg_01A7',
    type: 'message',
    role: 'assistant',
    model: 'claude-test-1',
    content,
    stop_reason,
    stop_sequence: null,
    stop_details: null,
    usage,
  }
}

type SseEvent = Parameters<typeof eventStream>[0][number]

/** An event as Anthropic sends it: its type twice. */
function event(data: JsonObject & { readonly type: string }): SseEvent {
  return { event: data.type, data }
}

const start = event({
  type: 'message_start',
  message: {
    id: 'msg_01B8',
    type: 'message',
    role: 'assistant',
    model: 'claude-test-1',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...usage, output_tokens: 1, output_tokens_details: null },
  },
})
const ping = event({ type: 'ping' })

/** A block from its beginning to its end. */
function block(
  index: number,
  content_block: JsonObject,
  deltas: readonly JsonObject[],
): readonly SseEvent[] {
  return [
    event({ type: 'content_block_start', index, content_block }),
    ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })),
    event({ type: 'content_block_stop', index }),
  ]
}

function textBlock(index: number, ...texts: readonly string[]): readonly SseEvent[] {
  const deltas = texts.map((text) => ({ type: 'text_delta', text }))
  return block(index, { type: 'text', text: '' }, deltas)
}

function end(stop_reason: string): readonly SseEvent[] {
  return [
    event({
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null, stop_details: null, container: null },
      usage: { output_tokens: 48, output_tokens_details: { thinking_tokens: 12 } },
    }),
    event({ type: 'message_stop' }),
  ]
}

const thoughts = [
  { type: 'thinking_delta', thinking: 'Both ' },
  { type: 'thinking_delta', thinking: 'at once.' },
  { type: 'signature_delta', signature: 'RXJqc2lnbmF0dXJl' },
]

function errorBody(type: string, message: string, details: JsonObject | null = null): string {
  return JSON.stringify({ type: 'error', error: { type, message, details }, request_id: 'req_1' })
}

export const fixture: ProtocolFixture = {
  requests: [
    {
      name: 'every setting',
      body: {
        model: 'claude-test-1',
        max_tokens: 4096,
        system: 'You are brief.',
        messages: [{ role: 'user', content: 'Hello' }],
        temperature: 0.7000000000000001,
        top_p: 0.9,
        top_k: 40,
        stop_sequences: ['END', '###'],
        thinking: {
          type: 'enabled',
          budget_tokens: 2048,
          display: 'summarized',
          block_binding: { prefix_mismatch_behavior: 'drop_block' },
        },
        output_config: {
          effort: 'max',
          format: {
            type: 'json_schema',
            schema: { type: 'object', properties: { ok: { type: 'boolean' } } },
          },
          task_budget: { type: 'tokens', total: 20_000 },
        },
        metadata: { user_id: 'u-1', team: 'appsec' },
        service_tier: 'standard_only',
        stream: true,
        // Without a word in the superset.
        cache_control: { type: 'ephemeral', ttl: '5m' },
        container: { id: 'container_1', skills: [{ type: 'anthropic', skill_id: 'pdf' }] },
        context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
        diagnostics: { previous_message_id: 'msg_0' },
        fallbacks: [{ model: 'claude-test-0', max_tokens: 99 }],
        inference_geo: 'eu',
        mcp_servers: [{ type: 'url', name: 'files', url: 'https://mcp.example/sse' }],
        speed: 'fast',
        thread: { type: 'continue', previous_message_id: 'msg_0' },
      },
    },
    {
      name: 'every kind of block',
      body: {
        model: 'claude-test-1',
        max_tokens: 4096,
        system: [
          { type: 'text', text: 'You are brief.' },
          {
            type: 'text',
            text: 'You are kind.',
            cache_control: { type: 'ephemeral', ttl: '1h', scope: 'global' },
          },
        ],
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look:', cache_control: { type: 'ephemeral', ttl: '1h' } },
              {
                type: 'image',
                source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
                transformations: { oversized_image: 'downsize' },
              },
              { type: 'image', source: { type: 'url', url: 'https://images.example/a.png' } },
              { type: 'image', source: { type: 'file', file_id: 'file_1' } },
              {
                type: 'document',
                source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
                title: 'a.pdf',
                context: 'A report',
                citations: { enabled: true },
                cache_control: { type: 'ephemeral' },
              },
              {
                type: 'document',
                source: { type: 'text', media_type: 'text/plain', data: 'Once upon a time' },
              },
              { type: 'document', source: { type: 'url', url: 'https://files.example/a.pdf' } },
              { type: 'document', source: { type: 'file', file_id: 'file_2' } },
              {
                type: 'document',
                source: { type: 'content', content: [{ type: 'text', text: 'chunk' }] },
              },
              {
                type: 'search_result',
                source: 'https://x.example',
                title: 'X',
                content: [{ type: 'text', text: 'found' }],
              },
              { type: 'container_upload', file_id: 'file_3' },
            ],
          },
          { role: 'system', content: 'From now on in French.', clear_at: 'never' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Two tools.', signature: 'RXJqc2lnbmF0dXJl' },
              { type: 'redacted_thinking', data: 'RW13S2VuY3J5cHRlZA==' },
              { type: 'fallback', from: { model: 'claude-a' }, to: { model: 'claude-b' } },
              {
                type: 'text',
                text: 'So it says.',
                citations: [
                  {
                    type: 'char_location',
                    cited_text: 'Once',
                    document_index: 0,
                    document_title: null,
                    start_char_index: 0,
                    end_char_index: 4,
                  },
                ],
              },
              {
                type: 'server_tool_use',
                id: 'srvtoolu_1',
                name: 'web_search',
                input: { query: 'weather' },
              },
              {
                type: 'web_search_tool_result',
                tool_use_id: 'srvtoolu_1',
                content: [
                  {
                    type: 'web_search_result',
                    url: 'https://x.example',
                    title: 'X',
                    encrypted_content: 'RW5j',
                  },
                ],
              },
              { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'a', server_name: 'b', input: {} },
              {
                type: 'tool_use',
                id: 'toolu_1',
                name: 'first',
                input: {},
                caller: { type: 'direct' },
              },
              {
                type: 'tool_use',
                id: 'toolu_2',
                name: 'second',
                input: { a: 1.5, b: { c: [null] } },
                caller: { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' },
                cache_control: { type: 'ephemeral' },
              },
              { type: 'tool_use', id: 'toolu_3', name: 'third', input: { x: 1 } },
            ],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'toolu_1',
                content: [
                  { type: 'text', text: 'one' },
                  {
                    type: 'image',
                    source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
                  },
                ],
                is_error: true,
                cache_control: { type: 'ephemeral' },
              },
              { type: 'tool_result', tool_use_id: 'toolu_2', content: 'two', toolset_name: 't' },
              {
                type: 'tool_result',
                tool_use_id: 'toolu_3',
                content: [{ type: 'tool_reference', tool_name: 'first' }],
              },
            ],
          },
          { role: 'assistant', content: 'Well' },
        ],
      },
    },
    {
      name: 'every kind of tool',
      body: {
        model: 'claude-test-1',
        max_tokens: 99,
        messages: [{ role: 'user', content: 'Go' }],
        tools: [
          {
            name: 'get_weather',
            description: 'Weather',
            input_schema: { type: 'object', properties: { city: { type: 'string' } } },
            strict: true,
            defer_loading: true,
            input_examples: [{ city: 'Bergen' }],
            cache_control: { type: 'ephemeral', ttl: '1h' },
          },
          { name: 'none', input_schema: { type: 'object' }, strict: false },
          { type: 'web_search_20260318', name: 'web_search', max_uses: 3 },
          { type: 'advisor_20260301', name: 'advisor', model: 'claude-other' },
          { type: 'mcp_toolset', mcp_server_name: 'files' },
        ],
        tool_choice: { type: 'tool', name: 'get_weather', disable_parallel_tool_use: true },
        thinking: { type: 'disabled' },
      },
    },
    {
      name: 'a request to count tokens',
      body: {
        model: 'claude-test-1',
        messages: [{ role: 'user', content: 'Hello' }],
        tools: [{ name: 'a', input_schema: { type: 'object' } }],
        tool_choice: { type: 'any' },
        thinking: { type: 'between_tools' },
      },
    },
    {
      name: 'effort alone',
      body: {
        model: 'claude-test-1',
        max_tokens: 99,
        messages: [{ role: 'user', content: 'Hello' }],
        output_config: { effort: 'low' },
        compaction: { type: 'summarize' },
        fallbacks: 'default',
      },
    },
  ],
  conversation: {
    model: 'claude-test-1',
    max_tokens: conversation.maxOutputTokens,
    system,
    messages: [
      { role: 'user', content: question },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: preamble },
          {
            type: 'tool_use',
            id: call.id,
            name: call.name,
            input: JSON.parse(call.arguments) as JsonObject,
          },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: call.id, content: result },
          { type: 'text', text: followUp },
        ],
      },
    ],
    tools: [{ name: tool.name, description: tool.description, input_schema: tool.parameters }],
    temperature: conversation.temperature,
    stop_sequences: conversation.stop,
  },
  answers: [
    {
      name: 'text',
      body: answer([{ type: 'text', text: 'Rain, 7.25 °C.' }], 'end_turn'),
      text: 'Rain, 7.25 °C.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts and two calls, one without arguments',
      body: answer(
        [
          { type: 'thinking', thinking: 'Both at once.', signature: 'RXJqc2lnbmF0dXJl' },
          { type: 'text', text: 'I look.' },
          {
            type: 'tool_use',
            id: 'toolu_a',
            name: 'get_weather',
            input: { city: 'Bergen' },
            caller: { type: 'direct' },
          },
          { type: 'tool_use', id: 'toolu_b', name: 'now', input: {} },
        ],
        'tool_use',
      ),
      text: 'I look.',
      thinking: 'Both at once.',
      toolCalls: [
        { id: 'toolu_a', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'toolu_b', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'what the provider itself did, and what nobody knows',
      body: answer(
        [
          { type: 'fallback', from: { model: 'claude-a' }, to: { model: 'claude-test-1' } },
          { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
          { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
          { type: 'text', text: 'Rain.' },
          { type: 'of_next_year', value: [1, { a: null }] },
        ],
        'max_tokens',
      ),
      text: 'Rain.',
      toolCalls: [],
      stop: 'max-tokens',
      usage: readUsage,
    },
  ],
  streams: [
    {
      name: 'text',
      bytes: eventStream([
        start,
        ping,
        ...textBlock(0, 'Rain, ', '7.25 °C — 雨.'),
        ...end('end_turn'),
      ]),
      text: 'Rain, 7.25 °C — 雨.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts, a search of the provider, text and two calls in pieces',
      bytes: eventStream([
        start,
        ...block(0, { type: 'thinking', thinking: '', signature: '' }, thoughts),
        ...block(1, { type: 'redacted_thinking', data: 'RW13S2VuY3J5cHRlZA==' }, []),
        ...block(2, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }, [
          { type: 'input_json_delta', partial_json: '{"query":"q"}' },
        ]),
        ...block(3, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }, []),
        ...textBlock(4, 'I look.'),
        ...block(5, { type: 'tool_use', id: 'toolu_a', name: 'get_weather', input: {} }, [
          { type: 'input_json_delta', partial_json: '' },
          { type: 'input_json_delta', partial_json: '{"city":' },
          { type: 'input_json_delta', partial_json: '"Bergen"}' },
        ]),
        ...block(6, { type: 'tool_use', id: 'toolu_b', name: 'now', input: {} }, []),
        ...end('tool_use'),
      ]),
      text: 'I look.',
      thinking: 'Both at once.',
      toolCalls: [
        { id: 'toolu_a', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'toolu_b', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
  ],
  brokenStreams: [
    {
      name: 'cut after a word',
      bytes: eventStream([start, ...textBlock(0, 'Rain').slice(0, 2)]),
      class: null,
    },
    {
      name: 'closed after the reason, without its last word',
      bytes: eventStream([start, ...textBlock(0, 'Rain'), ...end('end_turn').slice(0, 1)]),
      class: null,
    },
    {
      name: 'overloaded in its midst',
      bytes: eventStream([
        start,
        ...textBlock(0, 'Rain').slice(0, 2),
        event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
      ]),
      class: 'overload',
    },
    {
      name: 'refused in its midst',
      bytes: eventStream([
        start,
        event({
          type: 'error',
          error: {
            type: 'invalid_request_error',
            message: 'Output blocked by content filtering policy',
          },
        }),
      ]),
      class: 'content-policy',
    },
    {
      name: 'an event that is no JSON',
      bytes: eventStream([start, { event: 'content_block_start', data: '{"type":"con' }, ping]),
      class: 'transport',
    },
    {
      name: 'a piece of a block that has not begun',
      bytes: eventStream([start, ...textBlock(0, 'Rain').slice(1), ...end('end_turn')]),
      class: 'transport',
    },
  ],
  errors: [
    {
      name: 'a model that is gone',
      status: 404,
      body: errorBody('not_found_error', 'Claude Fable 5 is not available. Please use Opus 4.8.'),
      class: 'withdrawn',
    },
    {
      name: 'a thread that is gone',
      status: 404,
      body: errorBody('not_found_error', 'no such thread', { error_code: 'thread_not_found' }),
      class: 'client',
    },
    {
      name: 'a key that is refused',
      status: 401,
      body: errorBody('authentication_error', 'invalid x-api-key'),
      class: 'auth',
    },
    {
      name: 'a model the key may not use',
      status: 403,
      body: errorBody('permission_error', 'Your API key may not use the model claude-x.'),
      class: 'withdrawn',
    },
    {
      name: 'too many requests',
      status: 429,
      body: errorBody('rate_limit_error', 'This request would exceed your account’s rate limit.'),
      class: 'quota',
    },
    {
      name: 'no money',
      status: 400,
      body: errorBody('invalid_request_error', 'Your credit balance is too low.'),
      class: 'quota',
    },
    {
      name: 'too long',
      status: 400,
      body: errorBody(
        'invalid_request_error',
        'prompt is too long: 215000 tokens > 200000 maximum',
      ),
      class: 'context',
    },
    {
      name: 'too many bytes',
      status: 413,
      body: errorBody('request_too_large', 'Request exceeds the maximum size'),
      class: 'context',
    },
    {
      name: 'against the rules on content',
      status: 400,
      body: errorBody('invalid_request_error', 'Output blocked by content filtering policy'),
      class: 'content-policy',
    },
    {
      name: 'a wrong request',
      status: 400,
      body: errorBody('invalid_request_error', '`temperature` is deprecated for this model.'),
      class: 'client',
    },
    {
      name: 'overloaded',
      status: 529,
      body: errorBody('overloaded_error', 'Overloaded'),
      class: 'overload',
    },
    {
      name: 'a page of a proxy',
      status: 502,
      body: '<html><body>Bad Gateway</body></html>',
      class: 'overload',
    },
  ],
}
