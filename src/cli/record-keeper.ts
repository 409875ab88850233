import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { Fault, messageOf } from '../base/fault.ts'
import type { Ledger } from '../ledger/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { EntryBody } from '../schema/ledger-entry.ts'
import type { LedgerPlace } from './open-ledger.ts'
import { type LazyStore, lazyStore, openedStore, storeSettings } from './open-store.ts'

/** So long a command waits for others that record. */
const ledgerWaitMs = 15_000

/** How often it is asked whether the disk has refused an entry that somebody waits for. */
const problemPollMs = 20

/** Entries that waited for the ledger, taken at once. */
const waitingAtOnce = 500

/** An entry, or how it is made: where nothing is recorded, nothing is made, and no key is asked for. */
export type EntrySource = EntryBody | (() => Promise<EntryBody>)

/** What a decision is recorded with. */
export interface Recorder {
  /** Durable when it returns. Throws `HF_LEDGER_UNRECORDED`: then nothing that allows more may be done. */
  record(entry: EntrySource): Promise<void>
  /** For what takes effect in any case: an entry that cannot be recorded waits in the store, and that is told. */
  recordAnyway(entry: EntrySource): Promise<void>
}

/** Ledger and store of one holdfast.yaml, for whoever decides something. Both are opened when they are first needed. */
export interface RecordKeeper {
  readonly store: LazyStore
  /** Whether holdfast.yaml has a `ledger`. */
  readonly isKept: boolean
  /** Keys and rules of the ledger; null: there is none. */
  place(): Promise<LedgerPlace | null>
  /**
   * Runs work that decides. Among the commands of one machine it runs alone while a ledger is kept, so that what it
   * reads in the store is still so when it records.
   */
  deciding<T>(work: (recorder: Recorder) => Promise<T>): Promise<T>
  /** What has to be said, each text once. */
  warnings(): readonly string[]
  close(): Promise<void>
}

export interface RecordKeeperOptions {
  readonly config: Pick<HoldfastConfig, 'ledger' | 'store'> | null
  readonly configPath: string
  /** A store that the process holds open. */
  readonly store?: Store | undefined
  /** One that the process opens when it is first needed, and closes itself. */
  readonly lazyStore?: LazyStore | undefined
  /** The durable door of a ledger that the process holds open. */
  readonly recordDurable?: ((entry: EntryBody) => Promise<unknown>) | undefined
}

type Store = Parameters<typeof openedStore>[0]
type Write = (entry: EntryBody) => Promise<unknown>

export function recordKeeper(options: RecordKeeperOptions): RecordKeeper {
  const { config, configPath } = options
  const store = storeOf(options)
  const isKept = config?.ledger !== undefined
  const told = new Set<string>()
  const recorderOver = (write: Write): Recorder => ({
    record: async (source) => {
      try {
        await write(await made(source))
      } catch (error) {
        throw unrecorded(error)
      }
    },
    recordAnyway: async (source) => {
      let entry: EntryBody | null = null
      try {
        entry = await made(source)
        await write(entry)
      } catch (error) {
        told.add(await keepForLater(store, entry, error))
      }
    },
  })
  const tellNothing = async (): Promise<void> => void told.add(nothingRecorded)
  const nowhere: Recorder = { record: tellNothing, recordAnyway: tellNothing }
  const place = async (): Promise<LedgerPlace | null> => {
    if (!isKept) return null
    const { ledgerPlace } = await import('./open-ledger.ts')
    return await ledgerPlace(configPath)
  }
  /** Set while work runs: what it calls records with it. */
  let current: Recorder | null = null
  const during = async <T>(
    recorder: Recorder,
    work: (recorder: Recorder) => Promise<T>,
  ): Promise<T> => {
    current = recorder
    try {
      return await work(recorder)
    } finally {
      current = null
    }
  }
  return {
    store,
    isKept,
    place,
    deciding: async (work) => {
      if (current !== null) return await work(current)
      if (!isKept) return await during(nowhere, work)
      if (options.recordDurable !== undefined)
        return await during(recorderOver(options.recordDurable), work)
      return await withCommandLedger(place, async (write) => {
        await recordWaiting(store, write)
        return await during(recorderOver(write), work)
      })
    },
    warnings: () => [...told],
    close: () => store.close(),
  }
}

function storeOf({ config, configPath, store, lazyStore: held }: RecordKeeperOptions): LazyStore {
  if (held !== undefined) return { ...held, close: async () => undefined }
  return store === undefined ? lazyStore(storeSettings(config, configPath)) : openedStore(store)
}

export const nothingRecorded =
  'holdfast.yaml has no `ledger`, so nothing of this is recorded as evidence; docs/guide/ledger.md'

/** The log of commands, open while work runs. One that cannot be opened or written throws at every entry. */
async function withCommandLedger<T>(
  place: () => Promise<LedgerPlace | null>,
  work: (write: Write) => Promise<T>,
): Promise<T> {
  let ledger: Ledger
  try {
    ledger = await openWhenFree(place)
  } catch (error) {
    return await work(() => Promise.reject(asError(error)))
  }
  try {
    return await work((entry) => durably(ledger, entry))
  } finally {
    // What could not be written was told to whoever recorded it.
    await ledger.close().catch(() => undefined)
  }
}

/** Only one process at a time writes to a log, and none of them holds it for long. */
async function openWhenFree(place: () => Promise<LedgerPlace | null>): Promise<Ledger> {
  const { openLedger } = await import('./open-ledger.ts')
  const found = await place()
  if (found === null) throw new TypeError('there is no ledger to open')
  const endsAt = performance.now() + ledgerWaitMs
  for (let turn = 0; ; turn += 1) {
    try {
      return await openLedger(found, 'cli')
    } catch (error) {
      const isTaken = error instanceof Fault && error.code === 'HF_LEDGER_IN_USE'
      if (!isTaken || performance.now() > endsAt) throw error
      await wait(5 + (turn % 10) * 5)
    }
  }
}

/** The ledger itself would try again for ever; a command has to say that it could not. */
export async function durably(ledger: Ledger, entry: EntryBody): Promise<void> {
  const done = ledger.recordDurable(entry).then(() => true)
  for (;;) {
    if (await Promise.race([done, wait(problemPollMs, false)])) return
    if (ledger.problem !== null)
      throw new Fault('HF_LEDGER_FULL', `the ledger cannot be written: ${ledger.problem}`)
  }
}

/** What waited since the ledger could not be written goes first, in its order. */
async function recordWaiting(store: LazyStore, write: Write): Promise<void> {
  try {
    const there = await store.ifThere()
    if (there === null) return
    for (;;) {
      const waiting = await there.unrecorded.list(waitingAtOnce)
      for (const { id, at, entry } of waiting) {
        await write('happenedAt' in entry ? entry : ({ ...entry, happenedAt: at } as EntryBody))
        await there.unrecorded.remove(id)
      }
      if (waiting.length < waitingAtOnce) return
    }
  } catch {
    // It goes on waiting; whoever records next tells why nothing can be written.
  }
}

async function made(source: EntrySource): Promise<EntryBody> {
  return typeof source === 'function' ? await source() : source
}

async function keepForLater(
  store: LazyStore,
  entry: EntryBody | null,
  why: unknown,
): Promise<string> {
  const problem = `the ledger cannot be written: ${messageOf(why)}`
  if (entry === null) return `${problem}; what was done is in force and stands in no record`
  try {
    const opened = await store.open()
    await opened.unrecorded.add(entry, new Date().toISOString())
    return `${problem}; what was done is in force, and is recorded once it can be`
  } catch (error) {
    return `${problem}; what was done is in force and stands in no record, since the store cannot be written either: ${messageOf(error)}`
  }
}

function unrecorded(error: unknown): Fault {
  const fault = error instanceof Fault ? error : null
  return new Fault('HF_LEDGER_UNRECORDED', `the ledger cannot be written: ${messageOf(error)}`, {
    expected: fault?.expected,
    place: fault?.place,
    advice: fault?.advice,
    cause: error,
  })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
