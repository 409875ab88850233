import { join } from 'node:path'
import { compareText } from '../base/compare.ts'
import { Fault } from '../base/fault.ts'
import {
  destroyPeriod,
  keptBecause,
  LedgerIndex,
  LogFolder,
  nodeFiles,
  periodsKept,
  principalPseudonym,
  rangesOf,
  removeContents,
  RetentionBookKeeper,
} from '../ledger/index.ts'
import type { EntryBody, EntrySelection, LedgerEntry } from '../schema/ledger-entry.ts'
import { idKeyOf, ledgerPlace, type LedgerPlace, openLedger } from './open-ledger.ts'
import { printOut } from './write-output.ts'

export interface HoldFlags {
  readonly config: string
  readonly principal?: string
  readonly directive?: string
  readonly model?: string
  readonly from?: string
  readonly to?: string
  readonly reference: string
  readonly by: string
}

export async function ledgerHold(name: string, flags: HoldFlags): Promise<void> {
  const place = await ledgerPlace(flags.config)
  const selection = await selectionOf(place, flags)
  const held = (await bookOf(place)).holds.some((one) => one.name === name)
  if (held)
    throw new Fault('HF_USAGE', `a hold \`${name}\` stands already`, {
      expected: 'another name',
      advice: '`holdfast ledger search --kind hold` lists them',
    })
  await record(place, {
    kind: 'hold',
    hold: name,
    change: 'placed',
    selection,
    reference: flags.reference,
    by: flags.by,
  })
  await printOut(`hold \`${name}\` placed: what it selects is not removed until it is released\n`)
}

export async function ledgerRelease(
  name: string,
  flags: { readonly config: string; readonly reference: string; readonly by: string },
): Promise<void> {
  const place = await ledgerPlace(flags.config)
  const hold = (await bookOf(place)).holds.find((one) => one.name === name)
  if (hold === undefined)
    throw new Fault('HF_USAGE', `no hold \`${name}\` stands`, {
      expected: 'the name of a hold that was placed and not released',
      advice: '`holdfast ledger search --kind hold` lists them',
    })
  const { selection } = hold
  await record(place, {
    kind: 'hold',
    hold: name,
    change: 'released',
    selection,
    reference: flags.reference,
    by: flags.by,
  })
  await printOut(`hold \`${name}\` released\n`)
}

export interface PruneFlags {
  readonly config: string
  readonly before: string
  readonly by: string
  readonly dryRun: boolean
}

interface Judged {
  readonly removable: ReadonlyMap<string, readonly number[]>
  readonly kept: ReadonlyMap<string, number>
}

/** Removes the contents of entries that nothing keeps any more. The tree, and so every proof, stays as it is. */
export async function ledgerPrune(flags: PruneFlags): Promise<void> {
  const before = new Date(flags.before)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(flags.before) || Number.isNaN(before.getTime()))
    throw new Fault('HF_USAGE', `\`--before ${flags.before}\` is no day`, {
      expected: 'a day such as `2021-01-01`',
    })
  const place = await ledgerPlace(flags.config)
  const { removable, kept } = await judge(place, before.toISOString())
  const count = [...removable.values()].reduce((sum, entries) => sum + entries.length, 0)
  for (const [reason, entries] of [...kept].toSorted(([a], [b]) => compareText(a, b)))
    process.stderr.write(`${entries} kept: ${reason}\n`)
  if (count === 0 && kept.size > 0)
    throw new Fault('HF_LEDGER_RETENTION', `nothing before ${flags.before} may be removed`, {
      expected: 'entries that no hold and no rule of retention keeps',
      advice: 'release the hold, or wait until the retention has ended',
    })
  if (flags.dryRun || count === 0) {
    await printOut(`${count} contents could be removed\n`)
    return
  }
  let removed = 0
  for (const [log, entries] of removable) removed += await prune(place, log, entries, flags.by)
  await printOut(
    `${removed} contents removed; their hashes stay, and \`ledger verify\` still holds\n`,
  )
}

/** The removal is durable in the log itself before anything goes; nobody else writes to it meanwhile. */
async function prune(
  place: LedgerPlace,
  log: string,
  entries: readonly number[],
  by: string,
): Promise<number> {
  const origin = decodeURIComponent(log)
  if (!origin.startsWith(`${place.origin}/`))
    throw new Fault('HF_LEDGER_RETENTION', `\`${origin}\` is no log of \`${place.origin}\``, {
      expected: 'logs that the key of this configuration signs',
    })
  const ranges = rangesOf(entries).map(([first, last]): [number, number] => [first, last])
  const ledger = await openLedger(place, origin.slice(place.origin.length + 1))
  try {
    const rule = `${place.config.retentionYears} years from the latest event; no hold`
    await ledger.recordDurable({ kind: 'removal', origin, ranges, rule, by })
    const removed = await removeContents(new LogFolder(join(place.root, log), nodeFiles), ranges)
    // Places in the segments have moved: the index is made anew when it is next asked.
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      await nodeFiles.remove(join(place.root, name))
    return removed
  } finally {
    await ledger.close()
  }
}

async function judge(place: LedgerPlace, before: string): Promise<Judged> {
  const book = await bookOf(place)
  const removable = new Map<string, number[]>()
  const kept = new Map<string, number>()
  for await (const { log, entry, content } of allEntries(place, { to: before })) {
    const why = keptBecause(content, book, place.config.retentionYears, new Date().toISOString())
    if (why === null) {
      const entries = removable.get(log)
      if (entries === undefined) removable.set(log, [entry])
      else entries.push(entry)
    } else if (why.kind !== 'needed') {
      const reason = why.kind === 'hold' ? `the hold \`${why.hold}\`` : 'the rule of retention'
      kept.set(reason, (kept.get(reason) ?? 0) + 1)
    }
  }
  return { removable, kept }
}

/**
 * Destroys the key under which the classes of a period are sealed, once nothing asks for them any more. A directive
 * that was lifted does not by itself end the duty to keep records: holds and the rule of retention are looked at.
 */
export async function ledgerDestroyPeriod(
  period: string,
  flags: { readonly config: string; readonly reason: string; readonly by: string },
): Promise<void> {
  const place = await ledgerPlace(flags.config)
  const kept = await periodsKept(place.root, nodeFiles)
  if (!kept.includes(period))
    throw new Fault('HF_USAGE', `no key of a period \`${period}\` is kept`, {
      expected:
        kept.length === 0
          ? 'a period whose key is kept; there is none'
          : `one of ${kept.join(', ')}`,
    })
  const book = await bookOf(place)
  const now = new Date().toISOString()
  const reasons = new Map<string, number>()
  for await (const { content } of allEntries(place, {})) {
    const { entry } = content
    const sealed = entry.kind === 'decision' || entry.kind === 'attestation' ? entry.class : null
    const why =
      sealed?.period === period
        ? keptBecause(content, book, place.config.retentionYears, now)
        : null
    if (why === null || why.kind === 'needed') continue
    const reason = why.kind === 'hold' ? `the hold \`${why.hold}\`` : 'the rule of retention'
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  if (reasons.size > 0)
    throw new Fault('HF_LEDGER_RETENTION', `classes sealed in \`${period}\` must be kept`, {
      expected: 'a period whose entries no hold and no rule of retention keeps',
      others: [...reasons].map(([reason, count]) => `${count} entries: ${reason}`),
      advice: 'release the hold, or wait until the retention has ended',
    })
  await record(place, { kind: 'key-destruction', period, reason: flags.reason, by: flags.by })
  await destroyPeriod(place.root, nodeFiles, period)
  await printOut(
    `the key of \`${period}\` is destroyed: classes sealed in it can be read by nobody who kept no copy\n`,
  )
}

async function bookOf(place: LedgerPlace) {
  const keeper = new RetentionBookKeeper()
  for await (const { content } of allEntries(place, {})) keeper.note(content)
  return keeper.book()
}

async function* allEntries(place: LedgerPlace, query: { readonly to?: string }) {
  const index = LedgerIndex.open(place.root, nodeFiles)
  try {
    await index.update()
    for await (const { log, entry, content } of index.search(query))
      yield { log, entry, content: JSON.parse(content.toString('utf8')) as LedgerEntry }
  } finally {
    index.close()
  }
}

async function record(place: LedgerPlace, entry: EntryBody) {
  const ledger = await openLedger(place, 'cli')
  try {
    await ledger.recordDurable(entry)
  } finally {
    await ledger.close()
  }
}

async function selectionOf(place: LedgerPlace, flags: HoldFlags): Promise<EntrySelection> {
  const { directive, model, from, to } = flags
  const principal =
    flags.principal === undefined || flags.principal.startsWith('hmac:')
      ? flags.principal
      : principalPseudonym(
          { ids: await idKeyOf(place), contents: Buffer.alloc(0) },
          flags.principal,
        )
  const given = Object.entries({ principal, directive, model, from, to }).filter(
    ([, value]) => value !== undefined,
  )
  return Object.fromEntries(given)
}
