import type { Part, TextPart, Turn } from './exchange.ts'

export interface AlternatingTurns {
  /** Instructions from the midst of the conversation. */
  readonly system: readonly TextPart[]
  readonly turns: readonly Turn[]
}

/** Stands where a conversation must begin with the user and does not. */
const opening: Turn = { role: 'user', parts: [{ kind: 'text', text: '.' }] }

/**
 * Turns as protocols want them where user and assistant strictly alternate and the user begins: neighbours of one role
 * become one turn, the results of tools stand first in the turn after the calls, empty texts (which are refused there)
 * go, and instructions from the midst are handed out to stand with the others at the beginning.
 */
export function alternateTurns(
  turns: readonly Turn[],
  isCarried: (part: Part) => boolean,
): AlternatingTurns {
  const system: TextPart[] = []
  const merged: { role: 'user' | 'assistant'; parts: Part[] }[] = []
  for (const { role, parts } of turns) {
    const carried = parts.filter((part) => isCarried(part) && !isEmptyText(part))
    if (role === 'system') system.push(...carried.filter((part) => part.kind === 'text'))
    else if (carried.length > 0) {
      const last = merged.at(-1)
      if (last?.role === role) last.parts.push(...carried)
      else merged.push({ role, parts: carried })
    }
  }
  const ordered = merged.map(({ role, parts }) => ({ role, parts: resultsFirst(parts) }))
  return { system, turns: ordered[0]?.role === 'user' ? ordered : [opening, ...ordered] }
}

function isEmptyText(part: Part): boolean {
  return (part.kind === 'text' || part.kind === 'refusal') && part.text.trim() === ''
}

function resultsFirst(parts: readonly Part[]): readonly Part[] {
  const results = parts.filter(({ kind }) => kind === 'tool-result')
  return results.length === 0
    ? parts
    : [...results, ...parts.filter(({ kind }) => kind !== 'tool-result')]
}
