import type { Feature, ModelRequest, Part } from '../../../src/protocols/index.ts'

/** A request that uses one feature beside one that is the same without it. */
export interface FeatureRequest {
  readonly with: ModelRequest
  readonly without: ModelRequest
  /** A text that is found in the written request if the feature is carried, and only then. */
  readonly marker: string | null
}

const base: ModelRequest = {
  model: 'm',
  isStream: false,
  system: [{ kind: 'text', text: 'system' }],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'base' }] }],
  tools: [
    {
      kind: 'function',
      name: 'look',
      description: 'Looks',
      parameters: { type: 'object', properties: { at: { type: 'string' } } },
    },
  ],
  maxOutputTokens: 4000,
  unknown: {},
  written: new Map(),
}

function setting(change: Partial<ModelRequest>, marker: string | null): FeatureRequest {
  return { with: { ...base, ...change }, without: base, marker }
}

/** In the user's turn, behind its text. */
function userPart(
  part: Part,
  marker: string | null,
  without: readonly Part[] = [],
): FeatureRequest {
  return {
    with: { ...base, turns: [{ role: 'user', parts: [text('base'), part] }] },
    without: { ...base, turns: [{ role: 'user', parts: [text('base'), ...without] }] },
    marker,
  }
}

function assistantPart(
  part: Part,
  marker: string | null,
  without: readonly Part[] = [],
): FeatureRequest {
  const answer = (parts: readonly Part[]): ModelRequest => ({
    ...base,
    turns: [...base.turns, { role: 'assistant', parts }, { role: 'user', parts: [text('go on')] }],
  })
  return {
    with: answer([part, text('said')]),
    without: answer([...without, text('said')]),
    marker,
  }
}

function toolResult(change: Partial<Part & { kind: 'tool-result' }>, marker: string | null) {
  const conversation = (result: Part): ModelRequest => ({
    ...base,
    turns: [
      ...base.turns,
      {
        role: 'assistant',
        parts: [{ kind: 'tool-call', id: 'c1', name: 'look', arguments: '{}' }],
      },
      { role: 'user', parts: [result] },
    ],
  })
  const plain = {
    kind: 'tool-result' as const,
    id: 'c1',
    name: 'look',
    parts: [{ kind: 'text' as const, text: 'seen' }],
    isError: false,
  }
  return { with: conversation({ ...plain, ...change }), without: conversation(plain), marker }
}

function text(value: string): Part & { kind: 'text' } {
  return { kind: 'text', text: value }
}

const png = { kind: 'base64', mediaType: 'image/png', data: 'aW1hZ2U=' } as const
const schema = { type: 'object', properties: { marker_of_schema: { type: 'string' } } }

export const featureRequests: Readonly<Record<Feature, FeatureRequest>> = {
  audio: userPart({ kind: 'audio', data: 'bWFya2Vy', format: 'wav' }, 'bWFya2Vy'),
  'cache-marks': {
    with: { ...base, system: [{ kind: 'text', text: 'system', cache: { ttl: null } }] },
    without: base,
    marker: null,
  },
  citations: assistantPart(
    { kind: 'text', text: 'cited', citations: [{ type: 'marker_of_citation' }] },
    'marker_of_citation',
    [text('cited')],
  ),
  'file-base64': userPart(
    {
      kind: 'file',
      source: { kind: 'base64', mediaType: 'application/pdf', data: 'ZmlsZQ==' },
      name: 'a.pdf',
    },
    'ZmlsZQ==',
  ),
  'file-id': userPart({ kind: 'file', source: { kind: 'id', id: 'marker_of_file' } }, null),
  'file-text': userPart(
    { kind: 'file', source: { kind: 'text', text: 'marker of file', mediaType: 'text/plain' } },
    'marker of file',
  ),
  'file-url': userPart(
    {
      kind: 'file',
      source: {
        kind: 'url',
        url: 'https://files.example/marker.pdf',
        mediaType: 'application/pdf',
      },
    },
    'https://files.example/marker.pdf',
  ),
  'frequency-penalty': setting({ frequencyPenalty: 0.123 }, '0.123'),
  'image-base64': userPart({ kind: 'image', source: png }, png.data),
  'image-detail': userPart({ kind: 'image', source: png, detail: 'low' }, null, [
    { kind: 'image', source: png },
  ]),
  'image-id': userPart({ kind: 'image', source: { kind: 'id', id: 'marker_of_image' } }, null),
  'image-url': userPart(
    {
      kind: 'image',
      source: { kind: 'url', url: 'https://images.example/marker.png', mediaType: 'image/png' },
    },
    'https://images.example/marker.png',
  ),
  'json-output': setting({ output: { kind: 'json' } }, null),
  'json-schema-output': setting(
    { output: { kind: 'json-schema', name: 'x', schema } },
    'marker_of_schema',
  ),
  'logit-bias': setting({ logitBias: { '31337': -7 } }, '31337'),
  logprobs: setting({ logprobs: 7 }, null),
  'max-output-tokens': setting({ maxOutputTokens: 3217 }, '3217'),
  metadata: setting({ metadata: { key: 'marker_of_metadata' } }, 'marker_of_metadata'),
  n: setting({ n: 3 }, null),
  'opaque-parts': userPart(
    { kind: 'opaque', protocol: 'anthropic-messages', value: { type: 'new' } },
    null,
  ),
  'parallel-tool-calls': setting({ parallelToolCalls: false }, null),
  'presence-penalty': setting({ presencePenalty: 0.321 }, '0.321'),
  'previous-response': setting({ previousResponseId: 'resp_marker' }, 'resp_marker'),
  'prompt-cache-key': setting({ promptCacheKey: 'marker_of_cache' }, 'marker_of_cache'),
  'provider-tools': setting(
    { tools: [{ kind: 'provider', protocol: 'openai-responses', value: { type: 'web_search' } }] },
    null,
  ),
  reasoning: setting({ reasoning: { isOn: true, effort: 'high', budgetTokens: 2048 } }, null),
  'reasoning-summary': {
    with: { ...base, reasoning: { isOn: true, effort: 'high', summary: 'detailed' } },
    without: { ...base, reasoning: { isOn: true, effort: 'high' } },
    marker: null,
  },
  'refusal-parts': assistantPart(
    { kind: 'refusal', text: 'marker of refusal' },
    'marker of refusal',
  ),
  seed: setting({ seed: 424_242 }, '424242'),
  'service-tier': setting({ serviceTier: 'flex' }, null),
  stop: setting({ stop: ['marker of stop'] }, 'marker of stop'),
  store: setting({ store: true }, null),
  'strict-tools': {
    with: { ...base, tools: base.tools.map((tool) => ({ ...tool, strict: true })) },
    without: base,
    marker: null,
  },
  'system-turns': {
    with: { ...base, turns: [...base.turns, { role: 'system', parts: [text('marker midst')] }] },
    without: base,
    marker: 'marker midst',
  },
  temperature: setting({ temperature: 0.123_456_789_012_3 }, '0.1234567890123'),
  'thinking-parts': assistantPart(
    { kind: 'thinking', text: 'marker of thought', signature: 'c2lnbmF0dXJl' },
    'marker of thought',
  ),
  'tool-choice': setting({ toolChoice: { kind: 'required' } }, null),
  'tool-result-error': toolResult({ isError: true }, null),
  'tool-result-media': toolResult({ parts: [{ kind: 'image', source: png }] }, png.data),
  tools: { with: base, without: { ...base, tools: [] }, marker: 'look' },
  'top-k': setting({ topK: 37 }, '37'),
  'top-p': setting({ topP: 0.777 }, '0.777'),
  'turn-names': {
    with: { ...base, turns: [{ role: 'user', name: 'marker_name', parts: [text('base')] }] },
    without: base,
    marker: 'marker_name',
  },
  user: setting({ user: 'marker_of_user' }, 'marker_of_user'),
  verbosity: setting({ verbosity: 'low' }, null),
}
