import type { Answer, Piece, Stop } from '../answer.ts'
import { tokensOf } from '../answer-text.ts'
import { tokenCount } from '../make-answer.ts'
import { type Fault, fault } from './fault.ts'

const refusal: Piece = { kind: 'refusal', text: "I'm sorry, but I can't help with that." }

function saying(answer: Answer, pieces: readonly Piece[], stop: Stop): Answer {
  return {
    ...answer,
    pieces,
    stop,
    stopSequence: null,
    usage: { ...answer.usage, outputTokens: tokenCount(pieces) },
  }
}

function firstWords(answer: Answer, count: number): readonly Piece[] {
  return answer.pieces.flatMap((piece): readonly Piece[] =>
    piece.kind === 'text'
      ? [{ ...piece, text: tokensOf(piece.text).slice(0, count).join('') }]
      : [],
  )
}

/** HTTP is content; the answer is not what was hoped for. */
export const contentFaults: readonly Fault[] = [
  fault({
    id: 'refusal',
    title: 'refuses with status 200',
    errorClass: 'refusal',
    strikes: 'before-content',
    answer: (answer) => saying(answer, [refusal], 'refusal'),
  }),
  fault({
    id: 'refusal-later',
    title: 'refuses with status 200 after 10 tokens',
    errorClass: 'refusal',
    strikes: 'mid-content',
    protocols: ['anthropic-messages', 'gemini', 'bedrock-converse'],
    answer: (answer) => saying(answer, firstWords(answer, 10), 'refusal'),
  }),
  fault({
    id: 'content-filter',
    title: 'a content filter ends the answer after 10 tokens, with status 200',
    errorClass: 'refusal',
    strikes: 'mid-content',
    answer: (answer) => saying(answer, firstWords(answer, 10), 'content-filter'),
  }),
  fault({
    id: 'empty-answer',
    title: 'ends in order and has said nothing',
    errorClass: 'none',
    strikes: 'after-content',
    answer: (answer) => saying(answer, [], 'end'),
  }),
  fault({
    id: 'usage-missing',
    title: 'tells no usage',
    errorClass: 'none',
    strikes: 'after-content',
    order: (order) => ({ ...order, usage: 'missing' }),
  }),
]
