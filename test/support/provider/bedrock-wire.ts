import type { Answer, Piece, Stop } from './answer.ts'
import { bedrockError, bedrockException, bedrockHeaders } from './bedrock-errors.ts'
import { readBedrockRequest } from './bedrock-request.ts'
import { eventStreamFrame } from './event-stream-frame.ts'
import type { Carries, Frame } from './frame.ts'
import { jsonOrNull } from './json-reading.ts'
import { inputTokensOf, pieceTokens } from './make-answer.ts'
import { modelAt, type Served, unknownFields, type WholeBody, type Wire } from './wire.ts'

export const bedrockWire: Wire = {
  protocol: 'bedrock-converse',
  read: readBedrockRequest,
  whole,
  stream,
  streamHeaders: (served) => [
    ['content-type', 'application/vnd.amazon.eventstream'],
    ['x-amzn-requestid', `req-fault-${served.number}`],
  ],
  error: bedrockError,
  inBandError: (kind, served) => {
    const { type, message } = bedrockException(kind, served)
    const headers = { ':message-type': 'exception', ':exception-type': type } as const
    return [eventStreamFrame('error', headers, JSON.stringify({ message }))]
  },
  brokenEvent: () =>
    eventStreamFrame(
      'comment',
      { ':message-type': 'event', ':event-type': 'contentBlockDelta' },
      '{"contentBlockIndex":0,"delta":{"te',
    ),
  keepAlive: () =>
    eventStreamFrame(
      'comment',
      { ':message-type': 'event', ':event-type': 'initial-response' },
      '{}',
    ),
  countTokens: (served) => ok({ inputTokens: inputTokensOf(served.request) }, served),
  embed: (served) => bedrockError('not-supported', served),
  listModels,
}

function ok(body: unknown, served: Served): WholeBody {
  return { status: 200, headers: bedrockHeaders(served), body }
}

const stopReasons: Readonly<Record<Stop, string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  'tool-use': 'tool_use',
  'stop-sequence': 'stop_sequence',
  refusal: 'content_filtered',
  'content-filter': 'guardrail_intervened',
  pause: 'end_turn',
  context: 'model_context_window_exceeded',
}

function whole(answer: Answer, served: Served): WholeBody {
  return ok(
    {
      metrics: { latencyMs: 42 },
      output: { message: { content: answer.pieces.flatMap(blockOf), role: 'assistant' } },
      stopReason: stopReasons[answer.stop],
      ...(served.order.usage === 'missing' ? {} : { usage: usageOf(answer) }),
      ...traceOf(served),
      ...unknownFields(served),
    },
    served,
  )
}

/** Converse names no model, except behind a prompt router: there the trace says which one was invoked. */
function traceOf(served: Served): object {
  const { model } = modelAt(served, 0)
  if (model === undefined || model === served.request.model) return {}
  return { trace: { promptRouter: { invokedModelId: model } } }
}

function blockOf(piece: Piece): readonly object[] {
  switch (piece.kind) {
    case 'thinking': {
      const reasoningText = { text: piece.text, signature: piece.signature }
      return [{ reasoningContent: { reasoningText } }]
    }
    case 'redacted-thinking':
      return [{ reasoningContent: { redactedContent: piece.data } }]
    case 'text':
      return [{ text: piece.text }]
    case 'tool-call': {
      const input = jsonOrNull(Buffer.from(piece.argumentsText)) ?? {}
      return [{ toolUse: { toolUseId: `tooluse_${piece.id}`, name: piece.name, input } }]
    }
    case 'refusal':
    case 'model-fallback':
      return []
  }
}

function usageOf(answer: Answer): object {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = answer.usage
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
    cacheReadInputTokens: cacheReadTokens,
    cacheWriteInputTokens: cacheWriteTokens,
  }
}

function stream(answer: Answer, served: Served): readonly Frame[] {
  const pieces = answer.pieces.filter((one) => blockOf(one).length > 0)
  const metadata = {
    metrics: { latencyMs: 42 },
    ...(served.order.usage === 'missing' ? {} : { usage: usageOf(answer) }),
    ...traceOf(served),
  }
  return [
    event('start', 'messageStart', { role: 'assistant', ...unknownFields(served) }),
    ...pieces.flatMap((piece, index) => blockEvents(piece, index)),
    event('finish', 'messageStop', { stopReason: stopReasons[answer.stop] }),
    event('terminal', 'metadata', metadata),
  ]
}

const padding = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Every event is padded by a field `p`, which means nothing. */
function event(carries: Carries, type: string, data: object): Frame {
  const body = JSON.stringify({ ...data, p: padding.slice(0, (type.length * 7) % 40) })
  return eventStreamFrame(carries, { ':message-type': 'event', ':event-type': type }, body)
}

/** Only tool blocks are announced; the others begin with their first delta. */
function blockEvents(piece: Piece, index: number): readonly Frame[] {
  const at = { contentBlockIndex: index }
  const delta = (carries: Carries, inner: object): Frame =>
    event(carries, 'contentBlockDelta', { ...at, delta: inner })
  const stop = event('block-end', 'contentBlockStop', at)
  switch (piece.kind) {
    case 'thinking':
      return [
        ...pieceTokens(piece).map((text) => delta('thinking', { reasoningContent: { text } })),
        delta('signature', { reasoningContent: { signature: piece.signature } }),
        stop,
      ]
    case 'redacted-thinking':
      return [delta('signature', { reasoningContent: { redactedContent: piece.data } }), stop]
    case 'text':
      return [...pieceTokens(piece).map((text) => delta('text', { text })), stop]
    case 'tool-call': {
      const toolUse = { toolUseId: `tooluse_${piece.id}`, name: piece.name }
      return [
        event('tool-start', 'contentBlockStart', { ...at, start: { toolUse } }),
        ...pieceTokens(piece).map((input) => delta('tool-arguments', { toolUse: { input } })),
        stop,
      ]
    }
    case 'refusal':
    case 'model-fallback':
      return []
  }
}

function listModels(models: readonly string[], served: Served): WholeBody {
  const modelSummaries = models.map((modelId) => ({
    modelId,
    modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}`,
    modelName: modelId,
    providerName: 'Provider',
    inputModalities: ['TEXT'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    customizationsSupported: [],
    inferenceTypesSupported: ['ON_DEMAND'],
    modelLifecycle: { status: 'ACTIVE' },
  }))
  if (served.request.operation !== 'show-model') return ok({ modelSummaries }, served)
  const modelDetails = modelSummaries.find((one) => one.modelId === served.request.model)
  return modelDetails === undefined
    ? bedrockError('model-not-found', served)
    : ok({ modelDetails }, served)
}
