import { join } from 'node:path'
import { compareText } from '../base/compare.ts'
import { Fault } from '../base/fault.ts'
import {
  destroyPeriod,
  keptBecause,
  type LedgerQuery,
  LogFolder,
  nodeFiles,
  periodsKept,
  rangesOf,
  removeContents,
  RetentionBookKeeper,
} from '../ledger/index.ts'
import type { EntryBody, EntrySelection } from '../schema/ledger-entry.ts'
import { confirmLedger } from './confirm-ledger.ts'
import { findEntries, type SelectionFlags, selectionOf } from './ledger-entries.ts'
import { ledgerPlace, type LedgerPlace, openLedger } from './open-ledger.ts'
import { printOut } from './write-output.ts'

export interface HoldFlags extends SelectionFlags {
  readonly config: string
  readonly reference: string
  readonly by: string
}

export async function ledgerHold(name: string, flags: HoldFlags): Promise<void> {
  await placeHold(name, flags)
  await printOut(`hold \`${name}\` placed: what it selects is not removed until it is released\n`)
}

/** Gives back what it selects, as it stands in the ledger. */
export async function placeHold(name: string, flags: HoldFlags): Promise<EntrySelection> {
  const place = await ledgerPlace(flags.config)
  const selection = await selectionOf(place, flags)
  const held = (await holdsIn(place)).some((one) => one.name === name)
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
  return selection
}

/** The holds that stand. */
export async function holdsIn(place: LedgerPlace) {
  return (await bookOf(place, { kind: 'hold' })).holds
}

export interface ReleaseFlags {
  readonly config: string
  readonly reference: string
  readonly by: string
}

export async function ledgerRelease(name: string, flags: ReleaseFlags): Promise<void> {
  await releaseHold(name, flags)
  await printOut(`hold \`${name}\` released\n`)
}

export async function releaseHold(name: string, flags: ReleaseFlags): Promise<EntrySelection> {
  const place = await ledgerPlace(flags.config)
  const hold = (await holdsIn(place)).find((one) => one.name === name)
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
  return selection
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

export async function ledgerPrune(flags: PruneFlags): Promise<void> {
  const { removable, removed, kept, inUse } = await pruneLedger(flags)
  for (const { entries, reason } of kept) process.stderr.write(`${entries} kept: ${reason}\n`)
  if (removable === 0 && kept.length > 0)
    throw new Fault('HF_LEDGER_RETENTION', `nothing before ${flags.before} may be removed`, {
      expected: 'entries that no hold and no rule of retention keeps',
      advice: 'release the hold, or wait until the retention has ended',
    })
  if (flags.dryRun || removable === 0) {
    await printOut(`${removable} contents could be removed\n`)
    return
  }
  await printOut(
    `${removed} contents removed; their hashes stay, and \`ledger verify\` still holds\n`,
  )
  if (inUse.length > 0)
    throw new Fault('HF_LEDGER_IN_USE', `nothing was removed from ${inUse.join(', ')}`, {
      expected: 'logs to which no process writes meanwhile',
    })
}

interface Pruned {
  /** Contents that nothing keeps. */
  readonly removable: number
  readonly removed: number
  readonly kept: readonly { readonly reason: string; readonly entries: number }[]
  /** Logs to which a process writes: nothing was removed from them. */
  readonly inUse: readonly string[]
}

/** Removes the contents of entries that nothing keeps any more. The tree, and so every proof, stays as it is. */
export async function pruneLedger(flags: PruneFlags): Promise<Pruned> {
  const before = new Date(flags.before)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(flags.before) || Number.isNaN(before.getTime()))
    throw new Fault('HF_USAGE', `\`--before ${flags.before}\` is no day`, {
      expected: 'a day such as `2021-01-01`',
    })
  const place = await ledgerPlace(flags.config)
  const { removable, kept: reasons } = await judge(place, { to: before.toISOString() }, () => true)
  const count = [...removable.values()].reduce((sum, entries) => sum + entries.length, 0)
  const kept = [...reasons]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([reason, entries]) => ({ reason, entries }))
  if (flags.dryRun) return { removable: count, removed: 0, kept, inUse: [] }
  let removed = 0
  const inUse: string[] = []
  for (const [log, entries] of removable) {
    try {
      removed += await prune(place, log, entries, flags.by)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'HF_LEDGER_IN_USE') throw error
      inUse.push(decodeURIComponent(log))
    }
  }
  return { removable: count, removed, kept, inUse }
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
    // Places in the segments have moved.
    await dropIndex(place)
    return removed
  } finally {
    await ledger.close()
  }
}

/** The index is made anew when it is next asked. */
async function dropIndex({ root }: LedgerPlace): Promise<void> {
  for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
    await nodeFiles.remove(join(root, name))
}

/** What keeps the entries that are meant, and which of them nothing keeps. */
async function judge(
  place: LedgerPlace,
  query: LedgerQuery,
  isMeant: (entry: EntryBody) => boolean,
): Promise<Judged> {
  await confirmLedger(place)
  // What verifies is the logs. Whoever can write to the folder may have changed the index as well.
  await dropIndex(place)
  const book = await bookOf(place)
  const now = new Date().toISOString()
  const removable = new Map<string, number[]>()
  const kept = new Map<string, number>()
  for await (const { log, entry, parsed } of findEntries(place, query)) {
    if (!isMeant(parsed.entry)) continue
    const why = keptBecause(parsed, book, place.config.retentionYears, now)
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

export interface DestroyFlags {
  readonly config: string
  readonly reason: string
  readonly by: string
}

export async function ledgerDestroyPeriod(period: string, flags: DestroyFlags): Promise<void> {
  await destroyPeriodKey(period, flags)
  await printOut(
    `the key of \`${period}\` is destroyed: classes sealed in it can be read by nobody who kept no copy\n`,
  )
}

/**
 * Destroys the key under which the classes of a period are sealed, once nothing asks for them any more. A directive
 * that was lifted does not by itself end the duty to keep records: holds and the rule of retention are looked at.
 */
export async function destroyPeriodKey(period: string, flags: DestroyFlags): Promise<void> {
  const place = await ledgerPlace(flags.config)
  const kept = await periodsKept(place.root, nodeFiles)
  if (!kept.includes(period))
    throw new Fault('HF_USAGE', `no key of a period \`${period}\` is kept`, {
      expected:
        kept.length === 0
          ? 'a period whose key is kept; there is none'
          : `one of ${kept.join(', ')}`,
    })
  const { kept: reasons } = await judge(
    place,
    {},
    (entry) =>
      (entry.kind === 'decision' || entry.kind === 'attestation') && entry.class?.period === period,
  )
  if (reasons.size > 0)
    throw new Fault('HF_LEDGER_RETENTION', `classes sealed in \`${period}\` must be kept`, {
      expected: 'a period whose entries no hold and no rule of retention keeps',
      others: [...reasons].map(([reason, count]) => `${count} entries: ${reason}`),
      advice: 'release the hold, or wait until the retention has ended',
    })
  await record(place, { kind: 'key-destruction', period, reason: flags.reason, by: flags.by })
  await destroyPeriod(place.root, nodeFiles, period)
}

/** All that bears on retention; for holds alone their own entries are enough. */
async function bookOf(place: LedgerPlace, query: LedgerQuery = {}) {
  const keeper = new RetentionBookKeeper()
  for await (const { parsed } of findEntries(place, query)) keeper.note(parsed)
  return keeper.book()
}

async function record(place: LedgerPlace, entry: EntryBody) {
  const ledger = await openLedger(place, 'cli')
  try {
    await ledger.recordDurable(entry)
  } finally {
    await ledger.close()
  }
}
