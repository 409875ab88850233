import type { Message } from './model-request.ts'
import type { AnswerOrder } from './prompt-cues.ts'

/** How far back a later turn may begin, because it repeated what was said before. */
const overlapCharsMax = 400

/**
 * How much of `full` the caller has already heard, read from the assistant's turns of its conversation; null when
 * they are not the beginning of it. White space that a gateway changed does not matter.
 */
export function heardChars(full: string, turns: readonly Message[]): number | null {
  let heard = 0
  for (const turn of turns) {
    if (turn.role !== 'assistant' || turn.text.trim() === '') continue
    const end = endOfTurn(full, heard, turn.text)
    if (end === null) return null
    heard = end
  }
  return heard === 0 ? null : heard
}

function endOfTurn(full: string, heard: number, turn: string): number | null {
  for (let start = heard; start >= Math.max(0, heard - overlapCharsMax); start -= 1) {
    const end = endOfMatch(full, start, turn)
    if (end !== null && end >= heard) return end
  }
  return null
}

function endOfMatch(full: string, start: number, turn: string): number | null {
  const said = turn.trimEnd()
  let at = start
  let index = 0
  while (true) {
    index = afterSpace(said, index)
    if (index === said.length) break
    at = afterSpace(full, at)
    if (full[at] !== said[index]) return null
    at += 1
    index += 1
  }
  return said.length === turn.length ? at : afterSpace(full, at)
}

function afterSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1
  return at
}

/** What the model says when it is asked to go on with `full` after `heard` characters. */
export function continuedText(full: string, heard: number, order: AnswerOrder): string {
  const anchor = full.slice(Math.max(0, heard - order.anchorChars), heard)
  const rest = full.slice(heard)
  switch (order.continuation) {
    case 'exact':
      return anchor + rest
    case 'whitespace':
      return withOtherSpaces(anchor) + rest
    case 'none':
      return rest
    case 'preamble':
      return `Of course. Here is the rest:\n\n${anchor}${rest}`
    case 'restart':
      return full
  }
}

/** Every gap is another one than before. */
function withOtherSpaces(text: string): string {
  return text.replace(/\s+/g, (gap) => (gap === ' ' ? '\n' : ' '))
}
