import type { Answer, Piece, Stop } from './answer.ts'
import { embeddingVectors } from './embedding-vectors.ts'
import { type Carries, type Frame, frame, isToken, sseComment, sseFrame } from './frame.ts'
import { geminiError } from './gemini-errors.ts'
import { readGeminiRequest } from './gemini-request.ts'
import { jsonOrNull } from './json-reading.ts'
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

export const geminiWire: Wire = {
  protocol: 'gemini',
  read: readGeminiRequest,
  whole,
  stream,
  streamHeaders: (served) => (served.request.isEventStream ? sseHeaders : jsonHeaders),
  error: geminiError,
  inBandError: (kind, served) => [sseFrame('error', geminiError(kind, served).body)],
  brokenEvent: () => frame('comment', 'data: {"candidates":[{"content":{"parts":[{"te\n\n'),
  keepAlive: () => sseComment('keep-alive'),
  countTokens,
  embed,
  listModels,
}

function ok(body: unknown): WholeBody {
  return { status: 200, headers: jsonHeaders, body }
}

const finishReasons: Readonly<Record<Stop, string>> = {
  end: 'STOP',
  length: 'MAX_TOKENS',
  'tool-use': 'STOP',
  'stop-sequence': 'STOP',
  refusal: 'SAFETY',
  'content-filter': 'PROHIBITED_CONTENT',
  pause: 'STOP',
  context: 'MAX_TOKENS',
}

interface Part {
  readonly carries: Carries
  readonly part: object
}

function whole(answer: Answer, served: Served): WholeBody {
  const parts = answer.pieces.flatMap((piece) => wholeParts(piece))
  const signed = withSignature(parts, answer)
  const content = signed.length === 0 ? {} : { content: contentOf(signed.map((one) => one.part)) }
  return ok({
    candidates: [{ ...content, ...finishOf(answer), index: 0 }],
    ...(served.order.usage === 'missing' ? {} : { usageMetadata: usageOf(answer, null) }),
    ...common(served, Number.POSITIVE_INFINITY),
    ...unknownFields(served),
  })
}

function contentOf(parts: readonly object[]): object {
  return { parts, role: 'model' }
}

function common(served: Served, tokens: number): object {
  const { model } = modelAt(served, tokens)
  return {
    ...(model === undefined ? {} : { modelVersion: model }),
    responseId: `fault${served.number}`,
  }
}

function finishOf(answer: Answer): object {
  const called = answer.pieces.some((one) => one.kind === 'tool-call')
  return {
    finishReason: finishReasons[answer.stop],
    ...(called ? { finishMessage: 'Model generated function call(s).' } : {}),
  }
}

function wholeParts(piece: Piece): readonly Part[] {
  switch (piece.kind) {
    case 'thinking':
      return [{ carries: 'thinking', part: { text: piece.text, thought: true } }]
    case 'text':
      return [{ carries: 'text', part: { text: piece.text } }]
    case 'tool-call':
      return [callPart(piece)]
    case 'redacted-thinking':
    case 'refusal':
    case 'model-fallback':
      return []
  }
}

/** Arguments come in one piece. */
function callPart(piece: Extract<Piece, { kind: 'tool-call' }>): Part {
  const args = jsonOrNull(Buffer.from(piece.argumentsText)) ?? {}
  return { carries: 'tool-arguments', part: { functionCall: { name: piece.name, args } } }
}

/** The signature of what was thought hangs on the first call, or on the last part when nothing is called. */
function withSignature(parts: readonly Part[], answer: Answer): readonly Part[] {
  const thinking = answer.pieces.find((one) => one.kind === 'thinking')
  if (thinking === undefined || parts.length === 0) return parts
  const call = parts.findIndex((one) => 'functionCall' in one.part)
  const at = call === -1 ? parts.length - 1 : call
  return parts.map((one, index) =>
    index === at ? { ...one, part: { ...one.part, thoughtSignature: thinking.signature } } : one,
  )
}

function usageOf(answer: Answer, uttered: number | null): object {
  const { inputTokens, outputTokens, thinkingTokens, cacheReadTokens } = answer.usage
  const thoughts = uttered === null ? thinkingTokens : Math.min(uttered, thinkingTokens)
  const candidates = (uttered ?? outputTokens) - thoughts
  const prompt = inputTokens + cacheReadTokens
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    totalTokenCount: prompt + candidates + thoughts,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    ...(cacheReadTokens === 0 ? {} : { cachedContentTokenCount: cacheReadTokens }),
    ...(thinkingTokens === 0 ? {} : { thoughtsTokenCount: thoughts }),
  }
}

function stream(answer: Answer, served: Served): readonly Frame[] {
  const parts = withSignature(streamParts(answer), answer)
  let tokens = 0
  const bodies = parts.map(({ carries, part }) => {
    const isLast = carries === 'terminal'
    const body = {
      candidates: [{ content: contentOf([part]), ...(isLast ? finishOf(answer) : {}), index: 0 }],
      ...chunkUsage(answer, served, isLast ? null : tokens + 1),
      ...common(served, tokens),
      ...(tokens === 0 ? unknownFields(served) : {}),
    }
    const written = sseFrame(carries, body)
    if (isToken(written)) tokens += 1
    return { carries, body, written }
  })
  if (served.request.isEventStream) return bodies.map((one) => one.written)
  return bodies.map(({ carries, body }, index) => {
    const opening = index === 0 ? '[' : ',\r\n'
    const closing = index === bodies.length - 1 ? ']' : ''
    return frame(carries, `${opening}${JSON.stringify(body)}${closing}`)
  })
}

/** Usage stands in every chunk, unless a form asks for less. */
function chunkUsage(answer: Answer, served: Served, uttered: number | null): object {
  const { usage } = served.order
  if (usage === 'missing' || (usage === 'with-finish' && uttered !== null)) return {}
  return { usageMetadata: usageOf(answer, uttered) }
}

function streamParts(answer: Answer): readonly Part[] {
  const parts = answer.pieces.flatMap((piece): readonly Part[] => {
    if (piece.kind === 'tool-call') return [callPart(piece)]
    if (piece.kind === 'thinking') {
      return pieceTokens(piece).map((text) => ({
        carries: 'thinking',
        part: { text, thought: true },
      }))
    }
    if (piece.kind !== 'text') return []
    return pieceTokens(piece).map((text) => ({ carries: 'text', part: { text } }))
  })
  return [...parts, { carries: 'terminal', part: { text: '' } }]
}

function countTokens(served: Served): WholeBody {
  const tokens = inputTokensOf(served.request)
  return ok({
    totalTokens: tokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }],
  })
}

function embed(served: Served): WholeBody {
  const { body, embedInputs } = served.request
  const vectors = embeddingVectors(served.order.seed, embedInputs, null)
  const [first] = vectors
  const isBatch = Array.isArray(body['requests'])
  return ok(
    isBatch
      ? { embeddings: vectors.map((values) => ({ values })) }
      : { embedding: { values: first } },
  )
}

function listModels(models: readonly string[], served: Served): WholeBody {
  const all = models.map((name) => ({
    name: `models/${name}`,
    version: '001',
    displayName: name,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  }))
  if (served.request.operation !== 'show-model') return ok({ models: all })
  const shown = all.find((one) => one.name === `models/${served.request.model}`)
  return shown === undefined ? geminiError('model-not-found', served) : ok(shown)
}
