import { createHash } from 'node:crypto'
import { type Answer, type Piece, spokenText, type Stop } from './answer.ts'
import { answerText, argumentTokens, tokensOf } from './answer-text.ts'
import { continuedText, heardChars } from './continuation.ts'
import { jsonForSchema } from './json-for-schema.ts'
import type { ModelRequest, Tool } from './model-request.ts'
import { type AnswerOrder, cuedMessage, type OrderedCall, withoutCues } from './prompt-cues.ts'

/**
 * The answer to a request: a function of the conversation and the order alone. Neither the model's name nor the
 * protocol changes it, so that a fallback can be seen to go on where another model was cut.
 */
export function makeAnswer(request: ModelRequest, order: AnswerOrder): Answer {
  const from = firstTurn(request)
  const rounds = request.messages.slice(from + 1).filter((one) => one.toolResults > 0).length
  const calls = rounds > 0 ? [] : callsOf(request, order)
  const full = textOf(request, { ...order, seed: order.seed + rounds }, calls.length > 0)
  const spoken = spokenPart(request, order, { from, full, hasCalls: calls.length > 0 })
  const pieces = [
    ...thinkingOf(order),
    ...(spoken === '' ? [] : [{ kind: 'text', text: spoken } as const]),
    ...calls,
  ]
  return ended(pieces, request, order)
}

/** Where the present task begins: the last message with cues, else the first of the user. */
function firstTurn(request: ModelRequest): number {
  const cued = cuedMessage(request.messages)
  return cued === -1 ? request.messages.findIndex((one) => one.role === 'user') : cued
}

interface Spoken {
  readonly from: number
  readonly full: string
  readonly hasCalls: boolean
}

/** All of the text, or what is left of it when the conversation shows a beginning that was cut off. */
function spokenPart(request: ModelRequest, order: AnswerOrder, spoken: Spoken): string {
  const { from, full, hasCalls } = spoken
  const turns = request.messages.slice(from + 1)
  const last = turns.at(-1)
  if (last === undefined || last.toolResults > 0) return full
  const toolTurn = turns.findLastIndex((one) => one.toolResults > 0)
  const sinceTools = turns.slice(toolTurn + 1)
  const heard = heardChars(full, sinceTools)
  const called = sinceTools.some((one) => one.toolCalls > 0)
  if (heard === null || (heard >= full.length && (!hasCalls || called))) return full
  const isPrefill = last.role === 'assistant'
  return continuedText(full, heard, isPrefill ? { ...order, continuation: 'none' } : order)
}

function textOf(request: ModelRequest, order: AnswerOrder, hasCalls: boolean): string {
  if (order.say !== null) return order.say
  if (order.isEcho) return echoOf(request)
  if (request.outputSchema !== null && !hasCalls) {
    return JSON.stringify(jsonForSchema(request.outputSchema, order.seed))
  }
  return answerText(order.seed, order.words)
}

function echoOf(request: ModelRequest): string {
  return withoutCues(request.messages.findLast((one) => one.role === 'user')?.text ?? '')
}

function callsOf(request: ModelRequest, order: AnswerOrder): readonly Piece[] {
  return orderedCalls(request, order).map((call, index) => {
    const tool = request.tools.find((one) => one.name === call.name)
    const made = JSON.stringify(jsonForSchema(tool?.schema ?? {}, order.seed + index))
    return {
      kind: 'tool-call',
      id: callId(order, index),
      name: call.name,
      argumentsText: call.argumentsText ?? made,
    }
  })
}

/** What the cues order; without them what the request forces. */
function orderedCalls(request: ModelRequest, order: AnswerOrder): readonly OrderedCall[] {
  const { toolChoice, tools } = request
  if (order.calls.length > 0) return order.calls
  if (order.callCount > 0) return tools.slice(0, order.callCount).map(madeUp)
  if (toolChoice === 'required') return tools.slice(0, 1).map(madeUp)
  if (typeof toolChoice === 'object') return [{ name: toolChoice.name, argumentsText: null }]
  return []
}

function madeUp(tool: Tool): OrderedCall {
  return { name: tool.name, argumentsText: null }
}

function callId(order: AnswerOrder, index: number): string {
  return createHash('sha256').update(`${order.seed}/${index}`).digest('hex').slice(0, 20)
}

function thinkingOf(order: AnswerOrder): readonly Piece[] {
  const thinking: Piece = {
    kind: 'thinking',
    text: answerText(order.seed + 101, order.thinkWords),
    signature: signatureOf(order.seed),
  }
  return [
    ...(order.thinkWords === 0 ? [] : [thinking]),
    ...(order.isRedacted
      ? [{ kind: 'redacted-thinking', data: signatureOf(order.seed + 1) } as const]
      : []),
  ]
}

/** As long as real ones, which a careless translator truncates. */
function signatureOf(seed: number): string {
  const parts = Array.from({ length: 9 }, (_, index) =>
    createHash('sha512').update(`signature ${seed} ${index}`).digest(),
  )
  return Buffer.concat(parts).toString('base64')
}

/** Cuts at the first stop sequence and at the token limit, then counts. */
function ended(whole: readonly Piece[], request: ModelRequest, order: AnswerOrder): Answer {
  const stopped = atStopSequence(whole, request.stopSequences)
  const { pieces, isCut } = atTokenLimit(stopped.pieces, request.maxTokens)
  const natural: Stop = pieces.some((one) => one.kind === 'tool-call') ? 'tool-use' : 'end'
  const reached = isCut ? 'length' : stopped.sequence === null ? natural : 'stop-sequence'
  return {
    pieces,
    stop: order.stop ?? reached,
    stopSequence: reached === 'stop-sequence' ? stopped.sequence : null,
    usage: {
      inputTokens: inputTokensOf(request),
      outputTokens: tokenCount(pieces),
      thinkingTokens: tokenCount(pieces.filter((one) => one.kind === 'thinking')),
      cacheReadTokens: order.cachedTokens,
      cacheWriteTokens: 0,
    },
  }
}

function atStopSequence(
  pieces: readonly Piece[],
  sequences: readonly string[],
): { readonly pieces: readonly Piece[]; readonly sequence: string | null } {
  const text = spokenText(pieces)
  const [first] = sequences
    .map((sequence) => ({ sequence, at: sequence === '' ? -1 : text.indexOf(sequence) }))
    .filter((one) => one.at !== -1)
    .toSorted((left, right) => left.at - right.at)
  if (first === undefined) return { pieces, sequence: null }
  const kept = pieces
    .filter((one) => one.kind !== 'tool-call')
    .map((one) => (one.kind === 'text' ? { ...one, text: one.text.slice(0, first.at) } : one))
  return { pieces: kept, sequence: first.sequence }
}

function atTokenLimit(
  pieces: readonly Piece[],
  maxTokens: number | null,
): { readonly pieces: readonly Piece[]; readonly isCut: boolean } {
  let left = maxTokens ?? Number.POSITIVE_INFINITY
  const kept: Piece[] = []
  for (const piece of pieces) {
    const tokens = pieceTokens(piece)
    if (tokens.length <= left) {
      kept.push(piece)
      left -= tokens.length
      continue
    }
    if ((piece.kind === 'text' || piece.kind === 'thinking') && left > 0) {
      kept.push({ ...piece, text: tokens.slice(0, left).join('') })
    }
    return { pieces: kept, isCut: true }
  }
  return { pieces: kept, isCut: false }
}

export function pieceTokens(piece: Piece): readonly string[] {
  if (piece.kind === 'tool-call') return argumentTokens(piece.argumentsText)
  if (piece.kind === 'redacted-thinking' || piece.kind === 'model-fallback') return []
  return tokensOf(piece.text)
}

export function tokenCount(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + pieceTokens(piece).length, 0)
}

/** Four characters a token, and never none. */
export function inputTokensOf(request: ModelRequest): number {
  const chars = request.messages.reduce((sum, one) => sum + one.text.length, 0)
  return Math.max(1, Math.ceil(chars / 4)) + request.tools.length * 10
}
