import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findEntries } from '../../src/cli/ledger-entries.ts'
import { ledgerPlace } from '../../src/cli/open-ledger.ts'
import type { EntryBody, LedgerEntry } from '../../src/schema/ledger-entry.ts'
import { holdfast } from '../system/holdfast.ts'

/** Makes keys in a folder, and gives the lines of a holdfast.yaml anywhere that keeps a ledger with them. */
export function ledgerLines(folder: string): string {
  const made = holdfast(['ledger', 'keys', 'init', '--directory', 'keys'], { cwd: folder })
  if (made.status !== 0) throw new Error(made.stderr)
  return made.stdout.replaceAll('file:keys', `file:${join(folder, 'keys')}`)
}

/** Everything that the ledger of a folder holds, in its order. */
export async function entriesOf(folder: string): Promise<readonly LedgerEntry[]> {
  const place = await ledgerPlace(join(folder, 'holdfast.yaml'))
  const entries: LedgerEntry[] = []
  for await (const { parsed } of findEntries(place, {})) entries.push(parsed)
  return entries
}

/** The entry of one kind; several kinds share the one that has a subject. */
export type EntryOf<Kind extends EntryBody['kind']> = Kind extends
  | 'configuration'
  | 'policy'
  | 'catalogue'
  | 'principal'
  ? Extract<EntryBody, { subject: string }>
  : Extract<EntryBody, { kind: Kind }>

export async function entriesOfKind<Kind extends EntryBody['kind']>(
  folder: string,
  kind: Kind,
): Promise<readonly EntryOf<Kind>[]> {
  const entries = await entriesOf(folder)
  return entries.flatMap(({ entry }) => (entry.kind === kind ? [entry as EntryOf<Kind>] : []))
}

/** Whether every entry follows its schema and stands under the signed head of its log. */
export function isLedgerWhole(folder: string): boolean {
  return holdfast(['ledger', 'verify', '--schema'], { cwd: folder }).status === 0
}

/** Puts a file where the ledger would begin, so that nothing can be written; gives back how it is taken away. */
export function blockLedger(folder: string): () => void {
  const path = join(folder, '.holdfast/ledger')
  rmSync(path, { recursive: true, force: true })
  writeFileSync(path, 'in the way')
  return () => rmSync(path)
}

export function appendTo(path: string, text: string): void {
  writeFileSync(path, readFileSync(path, 'utf8') + text)
}
