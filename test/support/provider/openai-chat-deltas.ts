import type { Piece } from './answer.ts'
import type { Carries } from './frame.ts'
import { pieceTokens } from './make-answer.ts'
import type { ReasoningForm } from './prompt-cues.ts'

export interface ChatDelta {
  readonly carries: Carries
  readonly delta: object
  /** For log probabilities. */
  readonly text: string
}

/** What the pieces of an answer are in the deltas of a Chat Completions stream. */
export function openaiChatPieceDeltas(
  pieces: readonly Piece[],
  form: ReasoningForm,
): readonly ChatDelta[] {
  const calls = pieces.filter((one) => one.kind === 'tool-call')
  return pieces.flatMap((piece) => {
    if (piece.kind === 'tool-call') return callDeltas(piece, calls.indexOf(piece))
    if (piece.kind === 'thinking') return thinkingDeltas(piece, form)
    if (piece.kind === 'text') {
      return pieceTokens(piece).map((text) => chatDelta('text', { content: text }, text))
    }
    if (piece.kind === 'refusal') {
      return pieceTokens(piece).map((text) => chatDelta('refusal', { refusal: text }))
    }
    return []
  })
}

function chatDelta(carries: Carries, delta: object, text = ''): ChatDelta {
  return { carries, delta, text }
}

function callDeltas(
  piece: Extract<Piece, { kind: 'tool-call' }>,
  index: number,
): readonly ChatDelta[] {
  const start = {
    index,
    id: `call_${piece.id}`,
    type: 'function',
    function: { name: piece.name, arguments: '' },
  }
  return [
    chatDelta('tool-start', { tool_calls: [start] }),
    ...pieceTokens(piece).map((text) =>
      chatDelta('tool-arguments', { tool_calls: [{ index, function: { arguments: text } }] }),
    ),
  ]
}

function thinkingDeltas(
  piece: Extract<Piece, { kind: 'thinking' }>,
  form: ReasoningForm,
): readonly ChatDelta[] {
  const tokens = pieceTokens(piece)
  if (form === 'reasoning_content') {
    return tokens.map((text) => chatDelta('thinking', { reasoning_content: text }))
  }
  const common = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 }
  const { signature } = piece
  return [
    ...tokens.map((text) =>
      chatDelta('thinking', { reasoning: text, reasoning_details: [{ ...common, text }] }),
    ),
    chatDelta('signature', { reasoning_details: [{ ...common, signature }] }),
  ]
}
