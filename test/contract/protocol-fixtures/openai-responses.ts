import type { JsonObject } from '../../../src/protocols/index.ts'
import { conversation, eventStream, type ProtocolFixture } from './protocol-fixture.ts'

const { system, question, preamble, call, result, followUp, tool } = conversation

const usage = {
  input_tokens: 120,
  input_tokens_details: { cached_tokens: 64, cache_write_tokens: 16 },
  output_tokens: 48,
  output_tokens_details: { reasoning_tokens: 12 },
  total_tokens: 168,
}
const readUsage = { input: 120, output: 48, cacheRead: 64, cacheWrite: 16, reasoning: 12 }

function response(output: readonly JsonObject[], change: JsonObject = {}): JsonObject {
  return {
    id: 'resp_A7',
    object: 'response',
    created_at: 1_781_270_400,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'gpt-test-1',
    output,
    usage,
    ...change,
  }
}

function message(...content: readonly JsonObject[]): JsonObject {
  return { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content }
}

function said(text: string, annotations: readonly JsonObject[] = []): JsonObject {
  return { type: 'output_text', text, annotations, logprobs: [] }
}

function called(place: string, name: string, args: string): JsonObject {
  return {
    id: `fc_${place}`,
    type: 'function_call',
    status: 'completed',
    call_id: `call_${place}`,
    name,
    arguments: args,
  }
}

const thought = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'Two steps.' }],
  encrypted_content: 'gAAAAB-1',
}
const citation = {
  type: 'url_citation',
  url: 'https://sources.example/a',
  title: 'A',
  start_index: 0,
  end_index: 3,
}

/** Events numbered as they are sent. */
function stream(...events: readonly JsonObject[]): Uint8Array {
  return eventStream(
    events.map((event, index) => ({
      event: event['type'] as string,
      data: { ...event, sequence_number: index },
    })),
  )
}

const started = { ...response([]), status: 'in_progress', usage: null }
const beginning = [
  { type: 'response.created', response: started },
  { type: 'response.in_progress', response: started },
]

function at(item: string, place: number, members: JsonObject): JsonObject {
  return { item_id: item, output_index: place, ...members }
}

function added(place: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.added', output_index: place, item }
}

function done(place: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.done', output_index: place, item }
}

function saying(place: number, pieces: readonly string[]): readonly JsonObject[] {
  const text = pieces.join('')
  const where = at('msg_1', place, { content_index: 0 })
  return [
    added(place, { ...message(), status: 'in_progress' }),
    { type: 'response.content_part.added', ...where, part: said('') },
    ...pieces.map((delta) => ({
      type: 'response.output_text.delta',
      ...where,
      delta,
      logprobs: [],
      obfuscation: 'x7',
    })),
    { type: 'response.output_text.done', ...where, text, logprobs: [] },
    { type: 'response.content_part.done', ...where, part: said(text) },
    done(place, message(said(text))),
  ]
}

function thinking(place: number, paragraphs: readonly string[]): readonly JsonObject[] {
  const summary = paragraphs.map((text) => ({ type: 'summary_text', text }))
  return [
    added(place, { ...thought, summary: [] }),
    ...paragraphs.flatMap((text, index) => {
      const where = at('rs_1', place, { summary_index: index })
      return [
        {
          type: 'response.reasoning_summary_part.added',
          ...where,
          part: { type: 'summary_text', text: '' },
        },
        { type: 'response.reasoning_summary_text.delta', ...where, delta: text },
        { type: 'response.reasoning_summary_text.done', ...where, text },
        {
          type: 'response.reasoning_summary_part.done',
          ...where,
          part: { type: 'summary_text', text },
        },
      ]
    }),
    done(place, { ...thought, summary }),
  ]
}

function calling(
  place: number,
  item: JsonObject,
  pieces: readonly string[],
): readonly JsonObject[] {
  const where = at(item['id'] as string, place, {})
  return [
    added(place, { ...item, status: 'in_progress', arguments: '' }),
    ...pieces.map((delta) => ({
      type: 'response.function_call_arguments.delta',
      ...where,
      delta,
    })),
    { type: 'response.function_call_arguments.done', ...where, arguments: pieces.join('') },
    done(place, item),
  ]
}

function completed(...output: readonly JsonObject[]): JsonObject {
  return { type: 'response.completed', response: response(output) }
}

export const fixture: ProtocolFixture = {
  requests: [
    {
      name: 'every setting',
      body: {
        model: 'gpt-test-1',
        instructions: 'Be brief.',
        input: [
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
        ],
        max_output_tokens: 4096,
        temperature: 0.7000000000000001,
        top_p: 0.9,
        parallel_tool_calls: false,
        text: {
          verbosity: 'low',
          format: {
            type: 'json_schema',
            name: 'verdict',
            description: 'What was found',
            schema: { type: 'object', properties: { ok: { type: 'boolean' } } },
            strict: true,
          },
        },
        reasoning: { effort: 'xhigh', summary: 'detailed', context: 'all_turns' },
        include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
        top_logprobs: 3,
        safety_identifier: 'u-1',
        user: 'u-old',
        metadata: { team: 'appsec' },
        service_tier: 'flex',
        store: false,
        previous_response_id: 'resp_0',
        prompt_cache_key: 'reviews',
        stream: true,
        // Without a word in the superset.
        stream_options: { include_obfuscation: false },
        truncation: 'auto',
        max_tool_calls: 4,
        background: false,
        context_management: [{ type: 'compaction', compact_threshold: 100_000 }],
        prompt_cache_options: { mode: 'explicit', ttl: '30m' },
        moderation: { model: 'omni-moderation-latest' },
      },
    },
    {
      name: 'every kind of item and content',
      body: {
        model: 'gpt-test-1',
        instructions: 'Be brief.',
        input: [
          {
            type: 'message',
            role: 'developer',
            content: [
              { type: 'input_text', text: 'Be kind.' },
              {
                type: 'input_text',
                text: 'Be right.',
                prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' },
              },
            ],
          },
          {
            type: 'message',
            role: 'user',
            content: [
              {
                type: 'input_text',
                text: 'Look:',
                prompt_cache_breakpoint: { mode: 'explicit' },
              },
              { type: 'input_image', image_url: 'https://images.example/a.png', detail: 'low' },
              { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0=', detail: 'auto' },
              { type: 'input_image', file_id: 'file-1', detail: 'high' },
              {
                type: 'input_file',
                filename: 'a.pdf',
                file_data: 'data:application/pdf;base64,JVBERi0=',
                detail: 'low',
              },
              { type: 'input_file', file_url: 'https://files.example/a.pdf' },
              { type: 'input_file', file_id: 'file-2' },
              { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
            ],
          },
          { ...thought, status: 'completed' },
          {
            id: 'rs_2',
            type: 'reasoning',
            summary: [],
            content: [{ type: 'reasoning_text', text: 'Raw.' }],
          },
          {
            ...message({ type: 'output_text', text: 'I look.', annotations: [citation] }),
            phase: 'commentary',
          },
          called('1', 'first', '{}'),
          { ...called('2', 'second', '{"a": 1.50}'), namespace: 'crm' },
          {
            type: 'custom_tool_call',
            id: 'ctc_3',
            call_id: 'call_3',
            name: 'patch',
            input: '*** Begin\n"x"',
          },
          { type: 'function_call_output', call_id: 'call_1', output: 'one', status: 'completed' },
          {
            type: 'function_call_output',
            call_id: 'call_2',
            output: [
              { type: 'input_text', text: 'two' },
              { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
            ],
          },
          { type: 'custom_tool_call_output', call_id: 'call_3', output: 'done' },
          {
            type: 'message',
            role: 'system',
            content: [{ type: 'input_text', text: 'Now be quick.' }],
          },
          { type: 'message', role: 'assistant', content: 'Well.' },
          message({ type: 'refusal', refusal: 'No.' }),
          { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search' } },
          { type: 'item_reference', id: 'msg_0' },
          {
            type: 'message',
            role: 'user',
            content: [{ type: 'input_text', text: 'Go on.' }],
          },
        ],
        tools: [
          {
            type: 'function',
            name: 'first',
            description: 'The first',
            parameters: { type: 'object', properties: {}, additionalProperties: false },
            strict: true,
            defer_loading: true,
          },
          { type: 'function', name: 'second', parameters: { type: 'object', properties: {} } },
          {
            type: 'custom',
            name: 'patch',
            description: 'Changes files',
            format: { type: 'grammar', syntax: 'lark', definition: 'start: X' },
          },
          { type: 'web_search', search_context_size: 'low' },
        ],
        tool_choice: { type: 'custom', name: 'patch' },
        conversation: 'conv_1',
        prompt: { id: 'pmpt_1', variables: { who: 'me' } },
      },
    },
    {
      name: 'a tool of the provider is chosen',
      body: {
        model: 'gpt-test-1',
        input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
        tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }],
        tool_choice: { type: 'file_search' },
        text: { format: { type: 'json_object' } },
        background: true,
      },
    },
  ],
  conversation: {
    model: 'gpt-test-1',
    instructions: system,
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: question }] },
      { type: 'message', role: 'assistant', content: preamble },
      { type: 'function_call', call_id: call.id, name: call.name, arguments: call.arguments },
      { type: 'function_call_output', call_id: call.id, output: result },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: followUp }] },
    ],
    tools: [{ type: 'function', ...tool }],
    max_output_tokens: conversation.maxOutputTokens,
    temperature: conversation.temperature,
  },
  answers: [
    {
      name: 'a text',
      body: response([message(said('Rain, '), said('7.25°.', [citation]))]),
      text: 'Rain, 7.25°.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts and calls',
      body: response([
        thought,
        message(said('I look.')),
        called('1', 'get_weather', '{"city":"Bergen"}'),
        called('2', 'now', '{}'),
      ]),
      text: 'I look.',
      thinking: 'Two steps.',
      toolCalls: [
        { id: 'call_1', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'call_2', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'cut at the limit',
      body: response([{ ...message(said('Rai')), status: 'incomplete' }], {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      }),
      text: 'Rai',
      toolCalls: [],
      stop: 'max-tokens',
      usage: readUsage,
    },
  ],
  streams: [
    {
      name: 'a text in pieces',
      bytes: stream(
        ...beginning,
        ...saying(0, ['Rain', ', 7.25', '° — «ja» 🌧']),
        completed(message(said('Rain, 7.25° — «ja» 🌧'))),
      ),
      text: 'Rain, 7.25° — «ja» 🌧',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts, a text and two calls',
      bytes: stream(
        ...beginning,
        ...thinking(0, ['Two steps.', 'Then done.']),
        ...saying(1, ['I ', 'look.']),
        ...calling(2, called('1', 'get_weather', '{"city":"Bergen"}'), ['{"city', '":"Bergen"}']),
        ...calling(3, called('2', 'now', '{}'), ['{}']),
        completed(),
      ),
      text: 'I look.',
      thinking: 'Two steps.\n\nThen done.',
      toolCalls: [
        { id: 'call_1', name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { id: 'call_2', name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'two calls at a time',
      bytes: stream(
        ...beginning,
        added(0, { ...called('1', 'first', ''), status: 'in_progress' }),
        added(1, { ...called('2', 'second', ''), status: 'in_progress' }),
        { type: 'response.function_call_arguments.delta', ...at('fc_2', 1, {}), delta: '{"b":' },
        { type: 'response.function_call_arguments.delta', ...at('fc_1', 0, {}), delta: '{"a":1}' },
        { type: 'response.function_call_arguments.delta', ...at('fc_2', 1, {}), delta: '2}' },
        done(1, called('2', 'second', '{"b":2}')),
        done(0, called('1', 'first', '{"a":1}')),
        completed(),
      ),
      text: '',
      toolCalls: [
        { id: 'call_1', name: 'first', arguments: '{"a":1}' },
        { id: 'call_2', name: 'second', arguments: '{"b":2}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'what its model itself wrote of its thoughts, and items that come whole',
      bytes: stream(
        ...beginning,
        added(0, { id: 'rs_1', type: 'reasoning', summary: [], content: [] }),
        {
          type: 'response.content_part.added',
          ...at('rs_1', 0, { content_index: 0, part: { type: 'reasoning_text', text: '' } }),
        },
        {
          type: 'response.reasoning_text.delta',
          ...at('rs_1', 0, { content_index: 0, delta: 'Hm.' }),
        },
        done(0, {
          id: 'rs_1',
          type: 'reasoning',
          summary: [],
          content: [{ type: 'reasoning_text', text: 'Hm. So.' }],
        }),
        done(1, message(said('Whole.'))),
        done(2, called('1', 'first', '{"a":1}')),
        completed(),
      ),
      text: 'Whole.',
      thinking: 'Hm. So.',
      toolCalls: [{ id: 'call_1', name: 'first', arguments: '{"a":1}' }],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'all in the last event, and the limit reached',
      bytes: stream({
        type: 'response.incomplete',
        response: response([message(said('Rai'))], {
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
        }),
      }),
      text: 'Rai',
      toolCalls: [],
      stop: 'max-tokens',
      usage: readUsage,
    },
  ],
  brokenStreams: [
    {
      name: 'cut within a text',
      bytes: stream(...beginning, ...saying(0, ['Rain', ', 7']).slice(0, 4)),
      class: null,
    },
    {
      name: 'no last word',
      bytes: stream(...beginning, ...saying(0, ['Rain'])),
      class: null,
    },
    {
      name: 'garbage',
      bytes: new Uint8Array([
        ...stream(...beginning, ...saying(0, ['Rain']).slice(0, 3)),
        ...eventStream([{ data: '{"type": "response.outp' }]),
      ]),
      class: 'transport',
    },
    {
      name: 'an error within',
      bytes: stream(...beginning, ...saying(0, ['Rain']).slice(0, 3), {
        type: 'error',
        code: 'server_error',
        message: 'The server had an error.',
        param: null,
      }),
      class: 'overload',
    },
    {
      name: 'an error in its other form',
      bytes: stream(...beginning, {
        type: 'error',
        error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'No money.' },
      }),
      class: 'quota',
    },
    {
      name: 'a response that failed',
      bytes: stream(...beginning, {
        type: 'response.failed',
        response: response([], {
          status: 'failed',
          error: { code: 'rate_limit_exceeded', message: 'Slower.' },
        }),
      }),
      class: 'quota',
    },
    {
      name: 'a response that is against the rules',
      bytes: stream(...beginning, {
        type: 'response.failed',
        response: response([], {
          status: 'failed',
          error: { code: 'bio_policy', message: 'This was blocked.' },
        }),
      }),
      class: 'content-policy',
    },
  ],
  errors: [
    {
      name: 'no such model',
      status: 404,
      body: '{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}',
      class: 'withdrawn',
    },
    {
      name: 'a wrong key',
      status: 401,
      body: '{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}',
      class: 'auth',
    },
    {
      name: 'no money',
      status: 429,
      body: '{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
      class: 'quota',
    },
    {
      name: 'too long',
      status: 400,
      body: '{"error":{"message":"Your input exceeds the context window of this model.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}',
      class: 'context',
    },
    {
      name: 'a state that is not there',
      status: 400,
      body: '{"error":{"message":"Previous response with id \'resp_0\' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}',
      class: 'client',
    },
    {
      name: 'a wrong argument',
      status: 400,
      body: '{"error":{"message":"Invalid \'max_output_tokens\'","type":"invalid_request_error","param":"max_output_tokens","code":"integer_below_min_value"}}',
      class: 'client',
    },
    {
      name: 'a response that failed, as a whole answer',
      status: 200,
      body: JSON.stringify(
        response([], { status: 'failed', error: { code: 'server_error', message: 'It broke.' } }),
      ),
      class: 'overload',
    },
    {
      name: 'a gateway in between',
      status: 502,
      body: '<html>Bad Gateway</html>',
      class: 'overload',
    },
  ],
}
