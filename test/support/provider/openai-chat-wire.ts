import type { Answer, Piece, Stop } from './answer.ts'
import { tokensOf } from './answer-text.ts'
import { embeddingVectors } from './embedding-vectors.ts'
import { type Carries, type Frame, frame, isToken, sseComment, sseFrame } from './frame.ts'
import { numberOrNull } from './json-reading.ts'
import { inputTokensOf } from './make-answer.ts'
import { openaiChatPieceDeltas } from './openai-chat-deltas.ts'
import { readOpenaiChatRequest } from './openai-chat-request.ts'
import { openaiError, openaiErrorObject, openaiHeaders } from './openai-errors.ts'
import { openaiModels } from './openai-models.ts'
import {
  modelAt,
  type Served,
  sseHeaders,
  unknownFields,
  type WholeBody,
  type Wire,
} from './wire.ts'

export const openaiChatWire: Wire = {
  protocol: 'openai-chat',
  read: readOpenaiChatRequest,
  whole,
  stream,
  streamHeaders: (served) => [...sseHeaders, ['x-request-id', `req_fault${served.number}`]],
  error: openaiError,
  inBandError: (kind, served) => [
    sseFrame('error', { error: openaiErrorObject(kind, served) }),
    frame('terminal', 'data: [DONE]\n\n'),
  ],
  brokenEvent: () =>
    frame('comment', 'data: {"id":"chatcmpl-fault","object":"chat.completion.chunk","choi\n\n'),
  keepAlive: () => sseComment('keep-alive'),
  countTokens: (served) => openaiError('not-supported', served),
  embed,
  listModels: openaiModels,
}

const finishReasons: Readonly<Record<Stop, string>> = {
  end: 'stop',
  length: 'length',
  'tool-use': 'tool_calls',
  'stop-sequence': 'stop',
  refusal: 'stop',
  'content-filter': 'content_filter',
  pause: 'stop',
  context: 'length',
}

function whole(answer: Answer, served: Served): WholeBody {
  const choices = Array.from({ length: served.request.choices }, (_, index) => ({
    index,
    message: messageOf(answer, served),
    logprobs: logprobsOf(served, spoken(answer)),
    finish_reason: finishReasons[answer.stop],
  }))
  return {
    status: 200,
    headers: openaiHeaders(served),
    body: {
      id: idOf(served),
      object: 'chat.completion',
      created: served.createdSeconds,
      ...modelAt(served, 0),
      choices,
      ...(served.order.usage === 'missing' ? {} : { usage: usageOf(answer) }),
      service_tier: 'default',
      system_fingerprint: 'fp_fault',
      ...unknownFields(served),
    },
  }
}

function idOf(served: Served): string {
  return `chatcmpl-fault${served.number}`
}

function spoken(answer: Answer): string {
  return answer.pieces.map((one) => (one.kind === 'text' ? one.text : '')).join('')
}

function messageOf(answer: Answer, served: Served): object {
  const text = spoken(answer)
  const refusal = answer.pieces.find((one) => one.kind === 'refusal')
  const calls = answer.pieces.filter((one) => one.kind === 'tool-call')
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    refusal: refusal?.text ?? null,
    annotations: [],
    ...reasoningOf(answer.pieces, served),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(wholeCall) }),
  }
}

function wholeCall(piece: Extract<Piece, { kind: 'tool-call' }>): object {
  return {
    id: `call_${piece.id}`,
    type: 'function',
    function: { name: piece.name, arguments: piece.argumentsText },
  }
}

function reasoningOf(pieces: readonly Piece[], served: Served): object {
  const thinking = pieces.find((one) => one.kind === 'thinking')
  if (thinking === undefined) return {}
  const { text, signature } = thinking
  if (served.order.reasoning === 'reasoning_content') return { reasoning_content: text }
  const detail = {
    type: 'reasoning.text',
    text,
    signature,
    format: 'anthropic-claude-v1',
    index: 0,
  }
  return { reasoning: text, reasoning_details: [detail] }
}

function usageOf(answer: Answer): object {
  const { inputTokens, outputTokens, thinkingTokens, cacheReadTokens } = answer.usage
  const prompt = inputTokens + cacheReadTokens
  return {
    prompt_tokens: prompt,
    completion_tokens: outputTokens,
    total_tokens: prompt + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: thinkingTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

function logprobsOf(served: Served, text: string): object | null {
  if (!served.request.areLogprobsWanted) return null
  const content = tokensOf(text).map((token) => ({
    token,
    logprob: -0.25,
    bytes: [...Buffer.from(token)],
    top_logprobs: [],
  }))
  return { content, refusal: null }
}

interface Chunk {
  readonly carries: Carries
  readonly choices: readonly object[]
  readonly usage?: object
}

function stream(answer: Answer, served: Served): readonly Frame[] {
  const indexes = Array.from({ length: served.request.choices }, (_, index) => index)
  const chunks = indexes.flatMap((index) => choiceChunks(answer, served, index))
  const last = usageChunk(answer, served)
  let tokens = 0
  const frames = [...chunks, ...(last === null ? [] : [last])].map((chunk) => {
    const bytes = sseFrame(chunk.carries, bodyOf(chunk, served, tokens))
    if (isToken(bytes)) tokens += 1
    return bytes
  })
  return [...frames, frame('terminal', 'data: [DONE]\n\n')]
}

function bodyOf(chunk: Chunk, served: Served, tokens: number): object {
  const hasUsage = served.request.isUsageWanted && served.order.usage === 'standard'
  const cumulative =
    served.order.usage === 'cumulative' ? { usage: { completion_tokens: tokens } } : {}
  return {
    id: idOf(served),
    object: 'chat.completion.chunk',
    created: served.createdSeconds,
    ...modelAt(served, tokens),
    service_tier: 'default',
    system_fingerprint: 'fp_fault',
    choices: chunk.choices,
    ...(hasUsage ? { usage: null } : cumulative),
    ...(chunk.usage === undefined ? {} : { usage: chunk.usage }),
    ...(chunk.carries === 'start' ? unknownFields(served) : {}),
  }
}

function choiceChunks(answer: Answer, served: Served, index: number): readonly Chunk[] {
  const chunk = (carries: Carries, delta: object, reason: string | null, text = ''): Chunk => ({
    carries,
    choices: [{ index, delta, logprobs: logprobsOf(served, text), finish_reason: reason }],
  })
  const deltas = openaiChatPieceDeltas(answer.pieces, served.order.reasoning)
  const finish = chunk('finish', {}, finishReasons[answer.stop])
  return [
    chunk('start', { role: 'assistant', content: '', refusal: null }, null),
    ...deltas.map(({ carries, delta, text }) => chunk(carries, delta, null, text)),
    served.order.usage === 'with-finish' ? { ...finish, usage: usageOf(answer) } : finish,
  ]
}

/** OpenAI tells usage in a chunk of its own, to those who asked for it. */
function usageChunk(answer: Answer, served: Served): Chunk | null {
  const { usage } = served.order
  const isTold = usage === 'cumulative' || (usage === 'standard' && served.request.isUsageWanted)
  return isTold ? { carries: 'usage', choices: [], usage: usageOf(answer) } : null
}

function embed(served: Served): WholeBody {
  const { body, embedInputs } = served.request
  const vectors = embeddingVectors(served.order.seed, embedInputs, numberOrNull(body['dimensions']))
  const isBase64 = body['encoding_format'] === 'base64'
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: isBase64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector,
  }))
  const tokens = inputTokensOf(served.request)
  return {
    status: 200,
    headers: openaiHeaders(served),
    body: {
      object: 'list',
      data,
      ...modelAt(served, 0),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
  }
}
