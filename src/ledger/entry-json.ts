import { canonicalJson } from '../base/canonical-json.ts'
import type { DecisionEntry, EntryBody, LedgerEntry } from '../schema/ledger-entry.ts'

/**
 * The canonical form of a `LedgerEntry`. A decision is recorded for every hop of every request, and its shape is known:
 * when its members stand in canonical order, as the hot path builds them, the runtime writes the canonical form by
 * itself, and nothing of it has to be looked at but the names and the few numbers.
 */
export function entryJson(at: string, entry: EntryBody, id: string): string {
  const whole: LedgerEntry = { at, entry, id }
  return entry.kind === 'decision' && isPlain(entry) ? JSON.stringify(whole) : canonicalJson(whole)
}

/** Of the values only objects and numbers can be written in more than one way; these are all that a decision has. */
function isPlain(entry: DecisionEntry): boolean {
  return (
    isInOrder(entry) &&
    Number.isFinite(entry.hop) &&
    (entry.class === null || isInOrder(entry.class)) &&
    (entry.content === undefined || isInOrder(entry.content)) &&
    (entry.tokens === null || (isInOrder(entry.tokens) && areCounts(entry.tokens)))
  )
}

function isInOrder(value: object): boolean {
  let last = ''
  for (const name in value) {
    if (name < last) return false
    last = name
  }
  return true
}

function areCounts(tokens: NonNullable<DecisionEntry['tokens']>): boolean {
  const { cacheRead, cacheWrite, input, output, reasoning } = tokens
  return [cacheRead, cacheWrite, input, output, reasoning].every(isCount)
}

function isCount(count: number | null | undefined): boolean {
  return count === null || count === undefined || Number.isFinite(count)
}
