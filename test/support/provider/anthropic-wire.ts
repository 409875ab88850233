import type { Answer, Piece, Stop } from './answer.ts'
import { anthropicError } from './anthropic-errors.ts'
import { readAnthropicRequest } from './anthropic-request.ts'
import { type Carries, type Frame, frame, sseFrame } from './frame.ts'
import { type JsonObject, jsonOrNull } from './json-reading.ts'
import { inputTokensOf, pieceTokens } from './make-answer.ts'
import {
  jsonHeaders,
  modelAt,
  type Served,
  sseHeaders,
  unknownFields,
  type WholeBody,
  type Wire,
} from './wire.ts'

export const anthropicWire: Wire = {
  protocol: 'anthropic-messages',
  read: readAnthropicRequest,
  whole,
  stream,
  streamHeaders: (served) => [...sseHeaders, ['request-id', `req_fault${served.number}`]],
  error: anthropicError,
  inBandError: (kind, served) => [sseFrame('error', anthropicError(kind, served).body, 'error')],
  brokenEvent: () =>
    frame(
      'comment',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
    ),
  keepAlive: () => sseFrame('ping', { type: 'ping' }, 'ping'),
  countTokens: (served) => ok({ input_tokens: inputTokensOf(served.request) }, served),
  embed: (served) => anthropicError('not-supported', served),
  listModels,
}

function ok(body: unknown, served: Served): WholeBody {
  return {
    status: 200,
    headers: [...jsonHeaders, ['request-id', `req_fault${served.number}`]],
    body,
  }
}

function whole(answer: Answer, served: Served): WholeBody {
  return ok(
    {
      ...messageHead(served),
      ...wholeModel(answer, served),
      content: answer.pieces.flatMap(blockOf),
      ...stopOf(answer),
      ...(served.order.usage === 'missing' ? {} : { usage: usageOf(answer, served) }),
      ...unknownFields(served),
    },
    served,
  )
}

/** A whole answer names the fallback that served it; a stream has named the first model by then. */
function wholeModel(answer: Answer, served: Served): { readonly model?: string } {
  const fallback = answer.pieces.findLast((one) => one.kind === 'model-fallback')
  return fallback?.kind === 'model-fallback' ? { model: fallback.to } : modelAt(served, 0)
}

export function messageIdOf(served: Served): string {
  return `msg_fault${served.number}`
}

function messageHead(served: Served): object {
  return { id: messageIdOf(served), type: 'message', role: 'assistant', container: null }
}

function blockOf(piece: Piece): readonly object[] {
  switch (piece.kind) {
    case 'thinking':
      return [{ type: 'thinking', thinking: piece.text, signature: piece.signature }]
    case 'redacted-thinking':
      return [{ type: 'redacted_thinking', data: piece.data }]
    case 'text':
      return [{ type: 'text', text: piece.text, citations: null }]
    case 'tool-call':
      return [{ ...toolHead(piece), input: jsonOrNull(Buffer.from(piece.argumentsText)) ?? {} }]
    case 'model-fallback':
      return [fallbackBlock(piece)]
    case 'refusal':
      return []
  }
}

function toolHead(piece: Extract<Piece, { kind: 'tool-call' }>): object {
  return {
    type: 'tool_use',
    id: `toolu_${piece.id}`,
    name: piece.name,
    input: {},
    caller: { type: 'direct' },
  }
}

function fallbackBlock(piece: Extract<Piece, { kind: 'model-fallback' }>): object {
  return {
    type: 'fallback',
    from: { model: piece.from },
    to: { model: piece.to },
    trigger: { type: 'refusal', category: 'cyber' },
  }
}

const stopReasons: Readonly<Record<Stop, string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  'tool-use': 'tool_use',
  'stop-sequence': 'stop_sequence',
  refusal: 'refusal',
  'content-filter': 'refusal',
  pause: 'pause_turn',
  context: 'model_context_window_exceeded',
}

function stopOf(answer: Answer): object {
  const reason = stopReasons[answer.stop]
  const details =
    reason === 'refusal'
      ? {
          type: 'refusal',
          category: 'cyber',
          explanation: 'This request triggered restrictions on violative cyber content.',
        }
      : null
  return { stop_reason: reason, stop_sequence: answer.stopSequence, stop_details: details }
}

function usageOf(answer: Answer, served: Served): object {
  return {
    ...inputUsage(answer),
    output_tokens: answer.usage.outputTokens,
    output_tokens_details: { thinking_tokens: answer.usage.thinkingTokens },
    server_tool_use: null,
    service_tier: 'standard',
    ...iterationsOf(answer, served),
  }
}

function inputUsage(answer: Answer): object {
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = answer.usage
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation: { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
    inference_geo: 'not_available',
  }
}

/** The only place where a stream admits that a fallback model spoke. */
function iterationsOf(answer: Answer, served: Served): object {
  const fallback = answer.pieces.find((one) => one.kind === 'model-fallback')
  const model = fallback?.kind === 'model-fallback' ? fallback.to : answer.writtenBy
  if (model === undefined) return {}
  const common = {
    input_tokens: answer.usage.inputTokens,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    cache_creation: null,
  }
  return {
    iterations: [
      { type: 'message', model: served.request.model, output_tokens: 0, ...common },
      {
        type: 'fallback_message',
        model,
        output_tokens: answer.usage.outputTokens,
        ...common,
      },
    ],
  }
}

function stream(answer: Answer, served: Served): readonly Frame[] {
  const { usage } = served.order
  const start = {
    type: 'message_start',
    message: {
      ...messageHead(served),
      ...modelAt(served, 0),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      ...(usage === 'missing' ? {} : { usage: { ...inputUsage(answer), output_tokens: 1 } }),
      ...unknownFields(served),
    },
  }
  const finish = {
    type: 'message_delta',
    delta: stopOf(answer),
    ...(usage === 'missing' ? {} : { usage: usageOf(answer, served) }),
  }
  const blocks = answer.pieces.filter((piece) => piece.kind !== 'refusal')
  return [
    event('start', start),
    ...withPing(blocks.flatMap((piece, index) => blockFrames(piece, index))),
    event('finish', finish),
    event('terminal', { type: 'message_stop' }),
  ]
}

function withPing(frames: readonly Frame[]): readonly Frame[] {
  const ping = sseFrame('ping', { type: 'ping' }, 'ping')
  return [...frames.slice(0, 1), ping, ...frames.slice(1)]
}

function event(carries: Carries, data: JsonObject & { readonly type: string }): Frame {
  return sseFrame(carries, data, data.type)
}

function blockFrames(piece: Piece, index: number): readonly Frame[] {
  const stop = event('block-end', { type: 'content_block_stop', index })
  return [blockStart(piece, index), ...blockDeltas(piece, index), stop]
}

function blockStart(piece: Piece, index: number): Frame {
  const carries = piece.kind === 'tool-call' ? 'tool-start' : 'block-start'
  const start = { type: 'content_block_start', index, content_block: emptyBlock(piece) }
  return event(carries, start)
}

function emptyBlock(piece: Piece): object {
  switch (piece.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'redacted-thinking':
      return { type: 'redacted_thinking', data: piece.data }
    case 'tool-call':
      return toolHead(piece)
    case 'model-fallback':
      return fallbackBlock(piece)
    case 'text':
    case 'refusal':
      return { type: 'text', text: '', citations: null }
  }
}

function blockDeltas(piece: Piece, index: number): readonly Frame[] {
  const delta = (carries: Carries, inner: object): Frame => {
    const data = { type: 'content_block_delta', index, delta: inner }
    return event(carries, data)
  }
  const tokens = pieceTokens(piece)
  switch (piece.kind) {
    case 'thinking':
      return [
        ...tokens.map((text) => delta('thinking', { type: 'thinking_delta', thinking: text })),
        delta('signature', { type: 'signature_delta', signature: piece.signature }),
      ]
    case 'text':
      return tokens.map((text) => delta('text', { type: 'text_delta', text }))
    case 'tool-call':
      return [
        delta('tool-start', { type: 'input_json_delta', partial_json: '' }),
        ...tokens.map((text) =>
          delta('tool-arguments', { type: 'input_json_delta', partial_json: text }),
        ),
      ]
    case 'redacted-thinking':
    case 'model-fallback':
    case 'refusal':
      return []
  }
}

function listModels(models: readonly string[], served: Served): WholeBody {
  const data = models.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
    deprecated_at: null,
    retires_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    capabilities: null,
  }))
  const page = {
    data,
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }
  const shown = data.find((one) => one.id === served.request.model)
  if (served.request.operation !== 'show-model') return ok(page, served)
  return shown === undefined ? anthropicError('model-not-found', served) : ok(shown, served)
}
