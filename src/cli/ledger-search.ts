import { join, resolve } from 'node:path'
import { csvCell } from '../base/csv-cell.ts'
import { Fault } from '../base/fault.ts'
import {
  type LedgerQuery,
  LogFolder,
  nodeFiles,
  openMessage,
  openPeriod,
  openProvingLog,
  openValue,
  type ProvingLog,
  readContents,
} from '../ledger/index.ts'
import type { EntryBody } from '../schema/ledger-entry.ts'
import { findEntries, type ReadEntry, type SelectionFlags, selectionOf } from './ledger-entries.ts'
import { ledgerCopy, ledgerPlace, type LedgerPlace } from './open-ledger.ts'
import { readPrivateKey } from './read-key.ts'
import { printOut, writeFileInParts } from './write-output.ts'

export interface SearchFlags extends SelectionFlags {
  readonly config: string
  readonly country?: string
  readonly reference?: string
  readonly kind?: string
  readonly limit: string
  readonly counselKey?: string
  readonly format: 'text' | 'json'
}

export async function ledgerSearch(folder: string | undefined, flags: SearchFlags): Promise<void> {
  const place = await placeOf(folder, flags)
  const opener = flags.counselKey === undefined ? null : await sealOpener(place, flags.counselKey)
  let count = 0
  for await (const found of findEntries(place, await queryOf(place, flags))) {
    count += 1
    const entry = found.parsed
    const opened = (await opener?.(entry.entry)) ?? {}
    const shown = Object.entries(opened).map(([name, value]) => `, ${name}: ${value}`)
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ log: found.log, entry: found.entry, content: entry, ...(opener === null ? {} : { opened }) })}\n`
        : `${entry.at}  ${decodeURIComponent(found.log)}#${found.entry}  ${summaryOf(entry.entry)}${shown.join('')}\n`,
    )
  }
  if (count === 0) process.stderr.write('nothing was found\n')
  if (count === Number(flags.limit))
    process.stderr.write(`the first ${count} are shown; --limit shows more\n`)
}

/** For counsel: reads what was sealed for the private key. What was destroyed stays closed. */
async function sealOpener(place: LedgerPlace, reference: string) {
  const key = await readPrivateKey(
    {
      reference: /^(?:env|file):/.test(reference) ? reference : `file:${resolve(reference)}`,
      folder: place.folder,
      name: '--counsel-key',
    },
    'x25519',
  )
  const periods = new Map<string, Promise<Awaited<ReturnType<typeof openPeriod>>>>()
  return async (entry: EntryBody): Promise<Readonly<Record<string, string>>> => {
    if (entry.kind !== 'decision' && entry.kind !== 'attestation') return {}
    const sealed = entry.class
    if (sealed === null) return {}
    const known =
      periods.get(sealed.period) ?? openPeriod(place.root, nodeFiles, sealed.period, key)
    periods.set(sealed.period, known)
    const period = await known
    const value = period === null ? null : openValue(sealed, period)
    const message = entry.kind === 'decision' ? entry.content : undefined
    const content = message === undefined ? null : openMessage(message, key)
    return {
      class: value ?? 'cannot be opened',
      ...(content === null ? {} : openedContents(content)),
    }
  }
}

/** Request and answer, and how much of them there was where they were too long to be kept whole. */
function openedContents(message: Buffer): Readonly<Record<string, string>> {
  const contents = readContents(message)
  if (contents === null) return { content: message.toString('utf8') }
  const shown = (kept: Buffer, bytes: number) =>
    `${kept.toString('utf8')}${kept.length < bytes ? ` … (the first ${kept.length} of ${bytes} bytes)` : ''}`
  return {
    request: shown(contents.request, contents.requestBytes),
    answer: shown(contents.answer, contents.answerBytes),
  }
}

export interface ExportFlags extends Omit<SearchFlags, 'format'> {
  readonly format: 'jsonl' | 'csv'
  readonly output?: string
}

/**
 * JSONL: first one line for each log with its signed checkpoint, then one line an entry with its inclusion proof.
 * CSV: one row an entry, for people; it names the entry, and carries no proof.
 */
export async function ledgerExport(folder: string | undefined, flags: ExportFlags): Promise<void> {
  const place = await placeOf(folder, flags)
  const { output } = flags
  if (output === undefined) return void (await writeExport(place, flags, printOut))
  let entries = 0
  await writeFileInParts(output, async (write) => {
    entries = await writeExport(place, flags, write)
  })
  process.stderr.write(`${output}: ${entries} entries\n`)
}

/** How many entries it wrote. */
async function writeExport(
  place: LedgerPlace,
  flags: ExportFlags,
  write: (text: string) => Promise<void>,
): Promise<number> {
  let entries = 0
  const proving = new Map<string, ProvingLog | null>()
  if (flags.format === 'csv') await write(csvLine(csvColumns))
  for await (const found of findEntries(place, await queryOf(place, flags))) {
    entries += 1
    if (flags.format === 'csv') {
      await write(csvLine(csvRow(found)))
      continue
    }
    let log = proving.get(found.log)
    if (log === undefined) {
      log = await openProvingLog(new LogFolder(join(place.root, found.log), nodeFiles))
      proving.set(found.log, log)
      await write(`${JSON.stringify({ log: found.log, checkpoint: log?.note ?? null })}\n`)
    }
    const proof = log?.prove(found.entry) ?? null
    // The content is given as the text that was hashed, so that nobody has to write it anew to check it.
    const line = {
      log: found.log,
      entry: found.entry,
      content: found.content.toString('utf8'),
      proof,
    }
    await write(`${JSON.stringify(line)}\n`)
  }
  return entries
}

/** The ledger of holdfast.yaml, or one that somebody was given. */
async function placeOf(
  folder: string | undefined,
  { config }: Pick<SearchFlags, 'config'>,
): Promise<LedgerPlace> {
  return folder === undefined ? await ledgerPlace(config) : ledgerCopy(folder)
}

async function queryOf(
  place: LedgerPlace,
  flags: Omit<SearchFlags, 'format'>,
): Promise<LedgerQuery> {
  const { country, reference, kind } = flags
  const limit = Number(flags.limit)
  if (!Number.isInteger(limit) || limit < 1)
    throw new Fault('HF_USAGE', `\`--limit ${flags.limit}\``, { expected: 'a whole number from 1' })
  const given = Object.entries({ country, reference, kind }).filter(
    ([, value]) => value !== undefined,
  )
  return { ...(await selectionOf(place, flags)), ...Object.fromEntries(given), limit }
}

function summaryOf(entry: EntryBody): string {
  switch (entry.kind) {
    case 'decision': {
      const model = entry.model ?? entry.requestedModel
      const directives = entry.directives.length === 0 ? '' : `, ${entry.directives.join(', ')}`
      return `decision ${entry.verdict}: ${entry.requestedModel} → ${model} (${entry.outcome}${directives})`
    }
    case 'directive':
      return `directive ${entry.directive} ${entry.change}`
    case 'hold':
      return `hold ${entry.hold} ${entry.change} for ${entry.reference}`
    case 'trial':
      return `trial ${entry.trial} ${entry.change}`
    case 'requalification':
      return `requalification of ${entry.workflow} ${entry.event}`
    case 'capture':
      return `${entry.tasks} captured tasks of ${entry.workflow} ${entry.event}`
    case 'drill':
      return `drill ${entry.drill} ${entry.event}`
    case 'dossier':
      return `dossier ${entry.dossierKind} ${entry.dossier}`
    case 'snapshot':
      return `snapshot ${entry.snapshot}`
    case 'attestation':
      return `attestation ${entry.change}`
    case 'removal':
      return `removal of ${entry.ranges.length} ranges from ${entry.origin}`
    case 'process':
      return `process ${entry.event}`
    case 'key-destruction':
      return `key of ${entry.period} destroyed`
    case 'key-rotation':
      return 'key rotation'
    case 'configuration':
    case 'catalogue':
    case 'policy':
    case 'route':
    case 'circuit':
    case 'principal':
      return `${entry.kind} ${entry.subject} ${entry.change}`
  }
}

const csvColumns = [
  'at',
  'log',
  'entry',
  'kind',
  'summary',
  'principal',
  'requested model',
  'served model',
  'route',
  'countries',
  'verdict',
  'reasons',
  'directives',
]

function csvRow(found: ReadEntry): readonly string[] {
  const { at, entry } = found.parsed
  const decision = entry.kind === 'decision' ? entry : null
  return [
    at,
    decodeURIComponent(found.log),
    String(found.entry),
    entry.kind,
    summaryOf(entry),
    'principal' in entry ? (entry.principal ?? '') : '',
    decision?.requestedModel ?? '',
    decision?.servedModel ?? '',
    decision?.route ?? '',
    decision?.countries.join(' ') ?? '',
    decision?.verdict ?? '',
    decision?.reasons.join(' ') ?? '',
    decision?.directives.join(' ') ?? '',
  ]
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
