import { access, constants } from 'node:fs/promises'
import {
  type FoundEntry,
  LedgerIndex,
  type LedgerQuery,
  nodeFiles,
  principalPseudonym,
} from '../ledger/index.ts'
import type { EntrySelection, LedgerEntry } from '../schema/ledger-entry.ts'
import { instantOfFlag } from './instant-flag.ts'
import { idKeyOf, type LedgerPlace } from './open-ledger.ts'

/** The flags by which entries are selected, for a search and for a hold alike. */
export interface SelectionFlags {
  readonly principal?: string
  readonly directive?: string
  readonly model?: string
  readonly from?: string
  readonly to?: string
}

/** What the flags select, as it stands in entries: persons by their ids, instants in the one form that compares. */
export async function selectionOf(
  place: LedgerPlace,
  { principal, directive, model, from, to }: SelectionFlags,
): Promise<EntrySelection> {
  const given = {
    principal: principal === undefined ? undefined : await personOf(place, principal),
    directive,
    model,
    from: from === undefined ? undefined : instantOfFlag(from, '--from'),
    to: to === undefined ? undefined : instantOfFlag(to, '--to'),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** A name becomes the id under which it stands in entries; that needs the key of ids. */
async function personOf(place: LedgerPlace, principal: string): Promise<string> {
  if (/^hmac:[0-9a-f]{64}$/.test(principal)) return principal
  const ids = await idKeyOf(place)
  return principalPseudonym({ ids, contents: ids }, principal)
}

export interface ReadEntry extends FoundEntry {
  readonly parsed: LedgerEntry
}

/** Entries in the order of their instants, from an index that is brought up to date first. */
export async function* findEntries(
  place: LedgerPlace,
  query: LedgerQuery,
): AsyncGenerator<ReadEntry> {
  const index = (await mayKeepIndex(place))
    ? LedgerIndex.open(place.root, nodeFiles)
    : LedgerIndex.open(place.root, nodeFiles, ':memory:')
  try {
    await index.update()
    for await (const found of index.search(query))
      yield { ...found, parsed: JSON.parse(found.content.toString('utf8')) as LedgerEntry }
  } finally {
    index.close()
  }
}

/** Nothing is written beside evidence that somebody was given, nor where nothing can be. */
async function mayKeepIndex({ root, isCopy }: LedgerPlace): Promise<boolean> {
  if (isCopy) return false
  return await access(root, constants.W_OK).then(
    () => true,
    () => false,
  )
}
