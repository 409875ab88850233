import type { EntryBody, EntrySelection, LedgerEntry } from '../../schema/ledger-entry.ts'
import { partyOf } from '../search/entry-words.ts'

/**
 * What keeps an entry. 15 CFR 762.6 asks for five years from the latest of the events it speaks of, and forbids any
 * destruction once an agency has asked: that is a hold. (Text as of 27 January 2025; counsel decides what applies.)
 */

export interface Hold {
  readonly name: string
  readonly selection: EntrySelection
  readonly reference: string
}

/** What must be known of the whole ledger to judge one entry. */
export interface RetentionBook {
  /** Holds that were placed and not released. */
  readonly holds: readonly Hold[]
  /** Latest instant at which anything happened under a directive, by its id. */
  readonly latestByDirective: ReadonlyMap<string, string>
}

export class RetentionBookKeeper {
  readonly #holds = new Map<string, Hold>()
  readonly #latest = new Map<string, string>()

  /** Entries must come in the order of their instants. */
  note({ at, entry }: LedgerEntry): void {
    for (const directive of directivesOf(entry)) this.#latest.set(directive, at)
    if (entry.kind !== 'hold') return
    if (entry.change === 'placed')
      this.#holds.set(entry.hold, {
        name: entry.hold,
        selection: entry.selection,
        reference: entry.reference,
      })
    else this.#holds.delete(entry.hold)
  }

  book(): RetentionBook {
    return { holds: [...this.#holds.values()], latestByDirective: this.#latest }
  }
}

export type Kept =
  | { readonly kind: 'hold'; readonly hold: string }
  | { readonly kind: 'retention'; readonly until: string }
  /** Entries by which others are explained are never removed. */
  | { readonly kind: 'needed' }

/** Why an entry may not be removed at an instant; null: it may. */
export function keptBecause(
  whole: LedgerEntry,
  book: RetentionBook,
  retentionYears: number,
  now: string,
): Kept | null {
  const { at, entry } = whole
  if (['hold', 'removal', 'key-rotation', 'key-destruction'].includes(entry.kind))
    return { kind: 'needed' }
  const hold = book.holds.find((one) => isSelected(whole, one.selection))
  if (hold !== undefined) return { kind: 'hold', hold: hold.name }
  const latest = directivesOf(entry).reduce((last, directive) => {
    const one = book.latestByDirective.get(directive) ?? last
    return one > last ? one : last
  }, at)
  const until = yearsAfter(latest, retentionYears)
  return now < until ? { kind: 'retention', until } : null
}

function isSelected({ at, entry }: LedgerEntry, selection: EntrySelection): boolean {
  const { principal, directive, model, from, to } = selection
  return (
    (principal === undefined || partyOf(entry) === principal) &&
    (directive === undefined || directivesOf(entry).includes(directive)) &&
    (model === undefined || modelsOf(entry).includes(model)) &&
    (from === undefined || at >= from) &&
    (to === undefined || at < to)
  )
}

function directivesOf(entry: EntryBody): readonly string[] {
  if (entry.kind === 'decision') return entry.directives
  return entry.kind === 'directive' ? [entry.directive] : []
}

function modelsOf(entry: EntryBody): readonly (string | null)[] {
  if (entry.kind === 'decision') return [entry.requestedModel, entry.model, entry.servedModel]
  return entry.kind === 'trial' ? [entry.verdict?.key.model ?? null] : []
}

/** The same day and time so many years later; 29 February becomes 1 March. Parts of years count as days of 365. */
function yearsAfter(at: string, years: number): string {
  const date = new Date(at)
  const whole = Math.trunc(years)
  date.setUTCFullYear(date.getUTCFullYear() + whole)
  return new Date(date.getTime() + (years - whole) * 365 * 86_400_000).toISOString()
}
