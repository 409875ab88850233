import type { JsonObject } from '../../../src/protocols/index.ts'
import { conversation, eventStream, type ProtocolFixture } from './protocol-fixture.ts'

const { system, question, preamble, call, result, followUp, tool } = conversation

const usageMetadata = {
  promptTokenCount: 120,
  candidatesTokenCount: 36,
  totalTokenCount: 168,
  cachedContentTokenCount: 64,
  thoughtsTokenCount: 12,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 120 }],
}
const readUsage = { input: 120, output: 48, cacheRead: 64, cacheWrite: null, reasoning: 12 }

const head = {
  modelVersion: 'gemini-test-1',
  createTime: '2026-06-12T13:20:00.123456Z',
  responseId: 'A7x_-9',
}

function answer(parts: readonly JsonObject[], finishReason: string): JsonObject {
  return {
    candidates: [{ content: { role: 'model', parts }, finishReason, index: 0, safetyRatings: [] }],
    usageMetadata,
    ...head,
  }
}

/** A piece of an answer; usage grows from piece to piece. */
function piece(parts: readonly JsonObject[], candidate: JsonObject = {}): { data: JsonObject } {
  const counts = { promptTokenCount: 120, totalTokenCount: 120 }
  const content = { role: 'model', parts }
  return {
    data: { candidates: [{ content, index: 0, ...candidate }], usageMetadata: counts, ...head },
  }
}

function last(parts: readonly JsonObject[], finishReason = 'STOP'): { data: JsonObject } {
  return { data: answer(parts, finishReason) }
}

function functionCall(name: string, args: JsonObject): JsonObject {
  return { functionCall: { name, args } }
}

function status(code: number, word: string, message: string, reason?: string): string {
  const details =
    reason === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }]
  return JSON.stringify({ error: { code, message, status: word, details } })
}

export const fixture: ProtocolFixture = {
  requests: [
    {
      name: 'every setting',
      body: {
        contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
        systemInstruction: { role: 'user', parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
        generationConfig: {
          temperature: 0.7000000000000001,
          topP: 0.9,
          topK: 40,
          maxOutputTokens: 4096,
          stopSequences: ['END', '\n\n'],
          seed: 42,
          presencePenalty: -0.5,
          frequencyPenalty: 0.25,
          candidateCount: 2,
          responseLogprobs: true,
          logprobs: 3,
          responseMimeType: 'application/json',
          responseJsonSchema: { type: 'object', properties: { ok: { type: 'boolean' } } },
          thinkingConfig: { includeThoughts: true, thinkingLevel: 'HIGH' },
          // Without a word in the superset.
          mediaResolution: 'MEDIA_RESOLUTION_LOW',
          speechConfig: { languageCode: 'en-US' },
        },
        serviceTier: 'flex',
        store: false,
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_ONLY_HIGH' }],
        labels: { team: 'appsec' },
        cachedContent: 'cachedContents/1',
      },
    },
    {
      name: 'every kind of part and tool',
      body: {
        contents: [
          {
            role: 'user',
            parts: [
              { text: 'Look:' },
              { inlineData: { mimeType: 'image/png', data: 'iVBORw0=' } },
              { inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } },
              {
                inlineData: { mimeType: 'application/pdf', data: 'JVBERi0=', displayName: 'a.pdf' },
              },
              { fileData: { mimeType: 'image/jpeg', fileUri: 'https://images.example/a' } },
              {
                fileData: { mimeType: 'video/mp4', fileUri: 'gs://bucket/a.mp4' },
                videoMetadata: { fps: 2 },
              },
            ],
          },
          {
            role: 'model',
            parts: [
              { text: 'Two steps.', thought: true, thoughtSignature: 'dGhvdWdodA==' },
              { text: 'I look.' },
              { text: '', thoughtSignature: 'ZW5k' },
              {
                functionCall: { id: 'call-1', name: 'first', args: {} },
                thoughtSignature: 'Zmlyc3Q=',
              },
              functionCall('second', { a: 1.5, b: [null, { c: 'd' }] }),
              { executableCode: { language: 'PYTHON', code: 'print(1)' } },
            ],
          },
          {
            role: 'user',
            parts: [
              { functionResponse: { id: 'call-1', name: 'first', response: { output: 'one' } } },
              {
                functionResponse: {
                  name: 'second',
                  response: { temperature: 7.25, unit: 'C' },
                  parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
                },
              },
            ],
          },
          { role: 'model', parts: [functionCall('third', {})] },
          {
            role: 'user',
            parts: [{ functionResponse: { name: 'third', response: { error: 'It broke.' } } }],
          },
        ],
        tools: [
          {
            functionDeclarations: [
              {
                name: 'first',
                description: 'The first',
                parametersJsonSchema: {
                  type: 'object',
                  properties: { at: { $ref: '#/$defs/place' } },
                  $defs: { place: { type: 'string' } },
                },
                behavior: 'BLOCKING',
              },
              { name: 'second' },
            ],
          },
          { googleSearch: {} },
        ],
        toolConfig: {
          functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['first'] },
          retrievalConfig: { languageCode: 'en' },
        },
      },
    },
    {
      name: 'other choices',
      body: {
        contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
        tools: [{ functionDeclarations: [{ name: 'first' }, { name: 'second' }] }],
        toolConfig: {
          functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['first', 'second'] },
        },
        generationConfig: {
          responseMimeType: 'text/x.enum',
          responseSchema: { type: 'STRING', enum: ['a', 'b'] },
          thinkingConfig: { thinkingBudget: 0 },
        },
      },
    },
  ],
  conversation: {
    systemInstruction: { parts: [{ text: system }] },
    contents: [
      { role: 'user', parts: [{ text: question }] },
      {
        role: 'model',
        parts: [
          { text: preamble },
          { functionCall: { id: call.id, name: call.name, args: { city: 'Bergen', days: 1 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: call.id, name: call.name, response: { output: result } } },
          { text: followUp },
        ],
      },
    ],
    tools: [
      {
        functionDeclarations: [
          {
            name: tool.name,
            description: tool.description,
            parametersJsonSchema: tool.parameters,
          },
        ],
      },
    ],
    generationConfig: {
      maxOutputTokens: conversation.maxOutputTokens,
      temperature: conversation.temperature,
      stopSequences: conversation.stop,
    },
  },
  answers: [
    {
      name: 'a text in two parts',
      body: answer([{ text: 'Rain, ' }, { text: '7.25°.' }], 'STOP'),
      text: 'Rain, 7.25°.',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts and calls, without ids',
      body: answer(
        [
          { text: 'Two steps.', thought: true },
          { text: 'I look.' },
          { ...functionCall('get_weather', { city: 'Bergen' }), thoughtSignature: 'c2ln' },
          functionCall('now', {}),
        ],
        'STOP',
      ),
      text: 'I look.',
      thinking: 'Two steps.',
      toolCalls: [
        { name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'a call with an id and no arguments',
      body: answer([{ functionCall: { id: 'fn-1', name: 'now' } }], 'STOP'),
      text: '',
      toolCalls: [{ id: 'fn-1', name: 'now', arguments: '{}' }],
      stop: 'tool-calls',
      usage: readUsage,
    },
    {
      name: 'cut at the limit',
      body: answer([{ text: 'Rai' }], 'MAX_TOKENS'),
      text: 'Rai',
      toolCalls: [],
      stop: 'max-tokens',
      usage: readUsage,
    },
  ],
  streams: [
    {
      name: 'a text in pieces, with a mark at its end',
      bytes: eventStream([
        piece([{ text: 'Rain' }]),
        piece([{ text: ', 7.25' }]),
        piece([{ text: '° — «ja» 🌧' }]),
        last([{ text: '', thoughtSignature: 'ZW5k' }]),
      ]),
      text: 'Rain, 7.25° — «ja» 🌧',
      toolCalls: [],
      stop: 'stop',
      usage: readUsage,
    },
    {
      name: 'thoughts, a text and calls',
      bytes: eventStream([
        piece([{ text: 'Two ', thought: true }]),
        piece([{ text: 'steps.', thought: true }]),
        piece([{ text: 'I ' }]),
        piece([
          { text: 'look.' },
          { ...functionCall('get_weather', { city: 'Bergen' }), thoughtSignature: 'c2ln' },
        ]),
        piece([functionCall('now', {})]),
        last([{ text: '' }]),
      ]),
      text: 'I look.',
      thinking: 'Two steps.',
      toolCalls: [
        { name: 'get_weather', arguments: '{"city":"Bergen"}' },
        { name: 'now', arguments: '{}' },
      ],
      stop: 'tool-calls',
      usage: readUsage,
    },
  ],
  brokenStreams: [
    {
      name: 'cut within a text',
      bytes: eventStream([piece([{ text: 'Rain' }]), piece([{ text: ', 7' }])]),
      class: null,
    },
    {
      name: 'garbage',
      bytes: eventStream([piece([{ text: 'Rain' }]), { data: '{"candidates": [' }]),
      class: 'transport',
    },
    {
      name: 'an error within',
      bytes: eventStream([
        piece([{ text: 'Rain' }]),
        {
          data: {
            error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' },
          },
        },
      ]),
      class: 'overload',
    },
  ],
  errors: [
    {
      name: 'no such model',
      status: 404,
      body: status(404, 'NOT_FOUND', 'models/x is not found for API version v1beta.'),
      class: 'withdrawn',
    },
    {
      name: 'a wrong key',
      status: 400,
      body: status(400, 'INVALID_ARGUMENT', 'API key not valid.', 'API_KEY_INVALID'),
      class: 'auth',
    },
    {
      name: 'no permission',
      status: 403,
      body: status(403, 'PERMISSION_DENIED', 'The caller does not have permission'),
      class: 'auth',
    },
    {
      name: 'no money or too fast',
      status: 429,
      body: status(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.'),
      class: 'quota',
    },
    {
      name: 'too busy, within a list',
      status: 503,
      body: `[${status(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.')}]`,
      class: 'overload',
    },
    {
      name: 'too long',
      status: 400,
      body: status(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).',
      ),
      class: 'context',
    },
    {
      name: 'a wrong argument',
      status: 400,
      body: status(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received. Unknown name "x"'),
      class: 'client',
    },
    {
      name: 'not from here',
      status: 400,
      body: status(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
      class: 'auth',
    },
  ],
}
