import { conversation, eventStream, type ProtocolFixture } from './protocol-fixture.ts'

const { system, question, preamble, call, result, followUp, tool } = conversation

/** A chunk as OpenAI sends it. */
function chunk(delta: object, finish: string | null = null): { readonly data: string } {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }]
  return { data: JSON.stringify({ ...chunkHead, choices, usage: null }) }
}

const chunkHead = {
  id: 'chatcmpl-B1x',
  object: 'chat.completion.chunk',
  created: 1_781_270_400,
  model: 'gpt-test-1',
}

const usage = {
  prompt_tokens: 120,
  completion_tokens: 48,
  total_tokens: 168,
  prompt_tokens_details: { cached_tokens: 64 },
  completion_tokens_details: { reasoning_tokens: 12 },
}
const readUsage = { input: 120, output: 48, cacheRead: 64, cacheWrite: null, reasoning: 12 }

const usageChunk = { data: JSON.stringify({ ...chunkHead, choices: [], usage }) }
const done = { data: '[DONE]' }

function answer(message: object, finish: string) {
  return {
    id: 'chatcmpl-A7',
    object: 'chat.completion',
    created: 1_781_270_400,
    model: 'gpt-test-1',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, ...message },
        logprobs: null,
        finish_reason: finish,
      },
    ],
    usage,
  }
}

/** A piece of a call as it streams. */
function piece(index: number | null, id: string | null, name: string | null, args: string) {
  return {
    ...(index === null ? {} : { index }),
    ...(id === null ? {} : { id, type: 'function' }),
    function: { ...(name === null ? {} : { name }), arguments: args },
  }
}

export const fixture: ProtocolFixture = {
  requests: [
    {
      name: 'every setting',
      body: {
        model: 'gpt-test-1',
        messages: [{ role: 'user', content: 'Hello' }],
        max_completion_tokens: 4096,
        temperature: 0.7000000000000001,
        top_p: 0.9,
        top_k: 40,
        seed: 42,
        presence_penalty: -0.5,
        frequency_penalty: 0.25,
        logit_bias: { '50256': -100 },
        logprobs: true,
        top_logprobs: 3,
        n: 2,
        stop: ['END', '\n\n'],
        reasoning_effort: 'xhigh',
        verbosity: 'low',
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'verdict',
            description: 'What was found',
            schema: { type: 'object', properties: { ok: { type: 'boolean' } } },
            strict: true,
          },
        },
        user: 'u-1',
        metadata: { team: 'appsec' },
        service_tier: 'flex',
        store: true,
        prompt_cache_key: 'reviews',
        stream: true,
        stream_options: { include_usage: true, include_obfuscation: false },
        // Without a word in the superset.
        modalities: ['text', 'audio'],
        audio: { voice: 'alloy', format: 'wav' },
        prediction: { type: 'content', content: 'x' },
        web_search_options: { search_context_size: 'low' },
        prompt_cache_options: { mode: 'explicit', ttl: '30m' },
        chat_template_kwargs: { enable_thinking: false },
      },
    },
    {
      name: 'every kind of message and part',
      body: {
        model: 'gpt-test-1',
        messages: [
          {
            role: 'system',
            content: [
              { type: 'text', text: 'Be brief.' },
              { type: 'text', text: 'Be kind.', prompt_cache_breakpoint: { mode: 'explicit' } },
            ],
          },
          {
            role: 'user',
            name: 'robin',
            content: [
              { type: 'text', text: 'Look:', cache_control: { type: 'ephemeral', ttl: '1h' } },
              {
                type: 'image_url',
                image_url: { url: 'https://images.example/a.png', detail: 'low' },
              },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
              { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
              {
                type: 'file',
                file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
              },
              { type: 'file', file: { file_id: 'file-123' } },
              { type: 'video_url', video_url: { url: 'https://videos.example/a.mp4' } },
            ],
          },
          {
            role: 'assistant',
            reasoning_content: 'Two tools.',
            content: 'I look.',
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'first', arguments: '{}' } },
              {
                id: 'call_2',
                type: 'function',
                function: { name: 'second', arguments: '{"a": 1.50}' },
                extra_content: { google: { thought_signature: 'c2ln' } },
              },
              { id: 'call_3', type: 'custom', custom: { name: 'shell', input: 'ls -l' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'one' },
          {
            role: 'tool',
            tool_call_id: 'call_2',
            content: [
              { type: 'text', text: 'two' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call_3', content: '' },
          { role: 'system', content: 'From now on in French.' },
          { role: 'assistant', content: null, refusal: 'Je ne peux pas.' },
          { role: 'user', content: 'Why?' },
          { role: 'assistant', content: null, audio: { id: 'audio_1' } },
          {
            role: 'assistant',
            content: 'See there.',
            annotations: [
              {
                type: 'url_citation',
                url_citation: {
                  start_index: 4,
                  end_index: 9,
                  title: 'T',
                  url: 'https://x.example',
                },
              },
            ],
          },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
              { type: 'text', text: 'Well.' },
            ],
          },
        ],
      },
    },
    {
      name: 'every kind of tool',
      body: {
        model: 'gpt-test-1',
        messages: [{ role: 'user', content: 'Go' }],
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              description: 'Weather',
              parameters: { type: 'object', properties: { city: { type: 'string' } } },
              strict: true,
            },
          },
          {
            type: 'function',
            function: { name: 'none', parameters: { type: 'object', properties: {} } },
            cache_control: { type: 'ephemeral' },
          },
          { type: 'custom', custom: { name: 'shell', format: { type: 'text' } } },
        ],
        tool_choice: { type: 'function', function: { name: 'get_weather' } },
        parallel_tool_calls: false,
        max_tokens: 99,
        safety_identifier: 'hash-1',
        response_format: { type: 'json_object' },
      },
    },
    {
      name: 'a choice among allowed tools',
      body: {
        model: 'gpt-test-1',
        messages: [{ role: 'user', content: 'Go' }],
        tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'object' } } }],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'a' } }] },
        },
        response_format: { type: 'text' },
      },
    },
  ],
  conversation: {
    model: 'gpt-test-1',
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: question },
      {
        role: 'assistant',
        content: preamble,
        tool_calls: [
          {
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          },
        ],
      },
      { role: 'tool', tool_call_id: call.id, content: result },
      { role: 'user', content: followUp },
    ],
    tools: [{ type: 'function', function: tool }],
    max_completion_tokens: conversation.maxOutputTokens,
    temperature: conversation.temperature,
    stop: conversation.stop,
  },
  answers: [
    {
      name: 'text',
      body: answer({ content: 'Rain, 7.25 °C.' }, 'stop'),
      text: 'Rain, 7.25 °C.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts and two calls, one without arguments',
      body: answer(
        {
          reasoning_content: 'Both at once.',
          content: 'I look.',
          tool_calls: [
            {
              id: 'call_a',
              type: 'function',
              function: { name: 'get_weather', arguments: '{"city":"Bergen"}' },
            },
            { id: 'call_b', type: 'function', function: { name: 'now', arguments: '{}' } },
          ],
        },
        'tool_calls',
      ),
      text: 'I look.',
      thinking: 'Both at once.',
      toolCalls: [
        { id: 'call_a', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'call_b', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'cut by the limit',
      body: answer({ content: 'Rain and' }, 'length'),
      text: 'Rain and',
      toolCalls: [],
      stop: 'max-tokens',
      usage: readUsage,
    },
  ],
  streams: [
    {
      name: 'text',
      bytes: eventStream([
        chunk({ role: 'assistant', content: '', refusal: null }),
        chunk({ content: 'Rain, ' }),
        chunk({ content: '7.25 °C — 雨.' }),
        chunk({}, 'stop'),
        usageChunk,
        done,
      ]),
      text: 'Rain, 7.25 °C — 雨.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts, text and two calls in pieces',
      bytes: eventStream([
        chunk({ role: 'assistant', content: '' }),
        chunk({ reasoning_content: 'Both ' }),
        chunk({ reasoning_content: 'at once.' }),
        chunk({ content: 'I look.' }),
        chunk({ tool_calls: [piece(0, 'call_a', 'get_weather', '')] }),
        chunk({ tool_calls: [piece(0, null, null, '{"city":')] }),
        chunk({ tool_calls: [piece(0, null, null, '"Bergen"}')] }),
        chunk({ tool_calls: [piece(1, 'call_b', 'now', '{}')] }),
        chunk({}, 'tool_calls'),
        usageChunk,
        done,
      ]),
      text: 'I look.',
      thinking: 'Both at once.',
      toolCalls: [
        { id: 'call_a', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'call_b', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'of a compatible server: comments, no index, all in one chunk, no closing mark',
      bytes: Buffer.concat([
        new TextEncoder().encode(': PROCESSING\r\n\r\n'),
        eventStream([
          {
            data: JSON.stringify({
              id: '',
              model: 'qwen',
              choices: [
                {
                  delta: {
                    reasoning: 'Once.',
                    content: 'I look.',
                    tool_calls: [
                      piece(null, 'call_a', 'get_weather', '{"city":"Bergen"}'),
                      piece(null, 'call_b', 'now', '{}'),
                    ],
                  },
                  finish_reason: 'stop',
                },
              ],
              usage,
            }),
          },
        ]),
      ]),
      text: 'I look.',
      thinking: 'Once.',
      toolCalls: [
        { id: 'call_a', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'call_b', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
  ],
  brokenStreams: [
    {
      name: 'cut after a word',
      bytes: eventStream([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Rain' })]),
      class: null,
    },
    {
      name: 'closed politely without a reason to finish',
      bytes: eventStream([chunk({ content: 'Rain' }), done]),
      class: 'transport',
    },
    {
      name: 'an error object in a stream that began well',
      bytes: eventStream([
        chunk({ content: 'Rain' }),
        { data: '{"error":{"message":"overloaded","type":"server_error","code":503}}' },
      ]),
      class: 'overload',
    },
    {
      name: 'an event that is no JSON',
      bytes: eventStream([chunk({ content: 'Rain' }), { data: '{"id": "chatc' }, done]),
      class: 'transport',
    },
    {
      name: 'broken off by the provider',
      bytes: eventStream([chunk({ content: 'Rain' }), chunk({}, 'error'), done]),
      class: 'overload',
    },
  ],
  errors: [
    {
      name: 'a model that is gone',
      status: 404,
      body: '{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}',
      class: 'withdrawn',
    },
    {
      name: 'a key that is refused',
      status: 401,
      body: '{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}',
      class: 'auth',
    },
    {
      name: 'no money',
      status: 429,
      body: '{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}',
      class: 'quota',
    },
    {
      name: 'too long',
      status: 400,
      body: '{"error":{"message":"This model\'s maximum context length is 128000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}',
      class: 'context',
    },
    {
      name: 'against the rules on content',
      status: 400,
      body: '{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}',
      class: 'content-policy',
    },
    {
      name: 'a wrong request',
      status: 400,
      body: '{"error":{"message":"Invalid type for temperature","type":"invalid_request_error","param":"temperature","code":"invalid_type"}}',
      class: 'client',
    },
    {
      name: 'a page of a proxy',
      status: 502,
      body: '<html><body>Bad Gateway</body></html>',
      class: 'overload',
    },
    {
      name: 'an error with status 200',
      status: 200,
      body: '{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"slow down"}}}',
      class: 'quota',
    },
  ],
}
