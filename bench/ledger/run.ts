import { hash, randomBytes } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { canonicalJson } from '../../src/base/canonical-json.ts'
import { segmentThreads } from '../../src/cli/segment-threads.ts'
import {
  folderOf,
  Ledger,
  LedgerIndex,
  nodeFiles,
  noteSigner,
  type SegmentReader,
  verifyLedger,
} from '../../src/ledger/index.ts'
import { privateKeyOf } from '../../src/ledger/note/signed-note.ts'
import { median, note, numberOf, reportBenchmark } from '../benchmark.ts'
import { generatedDecision, pseudonymOf } from './generated-entries.ts'

/**
 * How fast the ledger takes, verifies and finds entries, beside rows put into SQLite in the same run.
 *
 *   npm run bench:ledger [-- --entries=300000] [--search=1000000] [--rounds=3] [--keep]
 *
 * `--search=10000000` is the size that the aim names; it takes ten minutes and 14 GB. Processor time stands beside
 * what the clock says, since other programs may have wanted the same cores.
 */

/** Against what the same machine does in the same minutes; these decide. */
const aims = {
  /** Entries recorded against rows of the same text put into SQLite in batches that are as durable (WAL, FULL). */
  appendRatioToSqlite: 1,
  /** Entries verified against those rows read back in their order and hashed into a chain, which is the least there is. */
  verifyRatioToSqlite: 1,
  /** A search, at most, against as many records of that length read at random places of the same log, one by one. */
  searchRatioToBareReads: 2,
}

/** What was asked for in absolute figures, on a machine that does nothing else. */
const absoluteAims = {
  appendsPerSecond: 100_000,
  verifiedPerSecond: 300_000,
  /** The slowest of the searches. */
  searchMs: 200,
}

const signer = noteSigner('bench/ledger', privateKeyOf(Buffer.alloc(32, 3)))

async function main(words: readonly string[]): Promise<void> {
  const entries = numberOf(words, 'entries', 300_000)
  const searched = numberOf(words, 'search', 1_000_000)
  const rounds = numberOf(words, 'rounds', 3)
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'))
  const clear = () => {
    if (!words.includes('--keep')) rmSync(scratch, { recursive: true, force: true })
  }
  process.once('SIGINT', () => {
    clear()
    process.exit(130)
  })
  try {
    confirmRoom(scratch, Math.max(2 * entries, searched))
    const loadBefore = loadavg()
    const runs: Round[] = []
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await measureRound(join(scratch, 'round'), entries))
      note(`round ${round + 1}: ${JSON.stringify(runs.at(-1))}`)
    }
    const strict = await measureStrict(join(scratch, 'strict'))
    const search = await measureSearch(join(scratch, 'search'), searched)
    const load = { before: loadBefore, after: loadavg() }
    report(runs, { ...strict, ...search }, { settings: { entries, searched, rounds }, load })
  } finally {
    clear()
  }
}

/** An entry takes 1.2 KB in the log and some hundred bytes in the index. */
const bytesPerEntryAtMost = 1800

function confirmRoom(folder: string, entries: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1)
  const needed = entries * bytesPerEntryAtMost
  if (bavail * bsize < needed)
    throw new Error(
      `${gigabytes(needed)} GB are needed in ${tmpdir()}, ${gigabytes(bavail * bsize)} are free: name another folder in TMPDIR, or less with --search`,
    )
}

interface Round {
  readonly appendsPerSecond: number
  readonly sqliteRowsPerSecond: number
  readonly sqliteRowsHashedPerSecond: number
  /** With the threads that the command line hands in. */
  readonly verifiedPerSecond: number
  readonly verifiedPerSecondInOneThread: number
  /** Of the thread that records: what is left to whoever runs beside it. */
  readonly recorderMicrosecondsPerAppend: number
  /** All threads, the writing ones as well. */
  readonly processorMicrosecondsPerAppend: number
  readonly processorMicrosecondsPerRow: number
  readonly processorMicrosecondsPerVerified: number
  readonly processorMicrosecondsPerVerifiedInOneThread: number
  readonly bytesPerEntry: number
}

function openLedger(root: string, now: () => number = Date.now): Promise<Ledger> {
  return Ledger.open({
    root,
    signer,
    files: nodeFiles,
    now,
    after: (ms, then) => void (ms === 0 ? setImmediate(then) : setTimeout(then, ms)),
    random: randomBytes,
  })
}

async function measureRound(folder: string, entries: number): Promise<Round> {
  mkdirSync(folder, { recursive: true })
  // The same two thousand again and again: a benchmark that holds all of them measures the garbage collector.
  const made = Array.from({ length: 2000 }, (_, number) => generatedDecision(number, 5000))
  const append = await spent(async () => {
    const ledger = await openLedger(folder)
    for (let done = 0; done < entries; done += made.length)
      await fill(ledger, made.slice(0, entries - done))
    await ledger.close()
  })
  const baseline = join(folder, 'baseline.sqlite')
  const sqlite = await spent(() => fillSqlite(baseline, made, entries))
  const chain = await spent(async () => hashSqlite(baseline, entries))
  const one = await spent(() => confirmWhole(folder, entries))
  const threads = segmentThreads()
  const several = await spent(async () => {
    await confirmWhole(folder, entries, threads)
    await threads.end()
  })
  const bytes = bytesIn(join(folder, folderOf(signer.name)))
  rmSync(folder, { recursive: true })
  return {
    appendsPerSecond: entries / append.seconds,
    sqliteRowsPerSecond: entries / sqlite.seconds,
    sqliteRowsHashedPerSecond: entries / chain.seconds,
    verifiedPerSecond: entries / several.seconds,
    verifiedPerSecondInOneThread: entries / one.seconds,
    recorderMicrosecondsPerAppend: append.threadMicroseconds / entries,
    processorMicrosecondsPerAppend: append.microseconds / entries,
    processorMicrosecondsPerRow: sqlite.microseconds / entries,
    processorMicrosecondsPerVerified: several.microseconds / entries,
    processorMicrosecondsPerVerifiedInOneThread: one.microseconds / entries,
    bytesPerEntry: bytes / entries,
  }
}

const batch = 500

type MadeEntries = readonly ReturnType<typeof generatedDecision>[]

/** As fast as the ledger takes them, with pauses in which it writes. */
async function fill(ledger: Ledger, made: MadeEntries): Promise<void> {
  for (const [index, entry] of made.entries()) {
    ledger.record(entry)
    if (index % batch === batch - 1) await ledger.room()
  }
}

/** In batches, as the ledger writes them; a commit for each row would be slower by far. */
async function fillSqlite(path: string, made: MadeEntries, entries: number): Promise<void> {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE entry (id INTEGER PRIMARY KEY, at TEXT, content TEXT)')
  const insert = database.prepare('INSERT INTO entry (at, content) VALUES (?, ?)')
  for (let from = 0; from < entries; from += batch) {
    database.exec('BEGIN')
    const start = from % made.length
    for (const entry of made.slice(start, start + batch))
      insert.run(new Date().toISOString(), canonicalJson(entry))
    database.exec('COMMIT')
    await new Promise((resolve) => setImmediate(resolve))
  }
  database.close()
}

/** Every row in its order, its text hashed, and that with the hash of all before it. */
function hashSqlite(path: string, entries: number): void {
  const database = new DatabaseSync(path, { readOnly: true })
  let chained = Buffer.alloc(32)
  let rows = 0
  for (const { content } of database.prepare('SELECT content FROM entry ORDER BY id').iterate()) {
    const leaf = hash('sha256', String(content), 'buffer')
    chained = hash('sha256', Buffer.concat([chained, leaf]), 'buffer')
    rows += 1
  }
  database.close()
  if (rows !== entries) throw new Error(`${rows} rows were read of ${entries}`)
}

async function confirmWhole(root: string, entries: number, reader?: SegmentReader): Promise<void> {
  const given = reader === undefined ? {} : { reader }
  const found = await verifyLedger({ root, files: nodeFiles, trusted: [signer], ...given })
  if (!found.isWhole || found.logs[0]?.entries !== entries)
    throw new Error('the ledger is not whole')
}

const strictEntries = 2000
const requestsAtOnce = 50

/** What a request waits for when its decision must be durable first: alone, and with others that wait too. */
async function measureStrict(folder: string) {
  const ledger = await openLedger(folder)
  const measure = async (atOnce: number) => {
    const times: number[] = []
    const requests = async () => {
      while (times.length < strictEntries) {
        const startedAt = performance.now()
        await ledger.recordDurable(generatedDecision(times.length, 100))
        times.push(performance.now() - startedAt)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, requests))
    return times.toSorted((a, b) => a - b)
  }
  const [alone, together] = [await measure(1), await measure(requestsAtOnce)]
  await ledger.close()
  return {
    strictMsP50: share(alone, 0.5),
    strictMsP99: share(alone, 0.99),
    strictMsP50Of50AtOnce: share(together, 0.5),
    strictMsP99Of50AtOnce: share(together, 0.99),
  }
}

/** The value below which such a share of the sorted values lies. */
function share(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(sorted.length * part)] ?? 0
}

const searches = 20
const recordBytes = 1_200
const firstInstant = Date.parse('2026-06-12T00:00:00Z')
/** Between entries: ten million of them are two days and a half of fifty a second. */
const entryMs = 20

async function measureSearch(root: string, entries: number) {
  const principals = Math.max(100, Math.floor(entries / 200))
  await fillToSearch(root, entries, principals)
  const index = LedgerIndex.open(root, nodeFiles)
  const progress = progressOf('indexed', entries)
  const indexing = await spent(() => index.update(progress))
  const length = entries * entryMs
  const interval = {
    from: new Date(firstInstant + length / 4).toISOString(),
    to: new Date(firstInstant + (length * 3) / 4).toISOString(),
  }
  const times: number[] = []
  const bareTimes: number[] = []
  const log = join(root, folderOf(signer.name))
  let found = 0
  for (let person = 0; person < searches; person += 1) {
    const principal = pseudonymOf(Math.floor((person * principals) / searches))
    const before = found
    const { seconds } = await spent(async () => {
      for await (const one of index.search({ principal, ...interval }))
        found += one.content.length > 0 ? 1 : 0
    })
    times.push(seconds * 1000)
    const bare = await spent(async () => readAtRandom(log, found - before))
    bareTimes.push(bare.seconds * 1000)
  }
  index.close()
  if (found === 0) throw new Error('the searches found nothing')
  return {
    indexedPerSecond: entries / indexing.seconds,
    indexBytesPerEntry: statSync(join(root, 'index.sqlite')).size / entries,
    searchMsMedian: median(times),
    searchMsWorst: Math.max(...times),
    bareReadsMsMedian: median(bareTimes),
    searchRatioToBareReads: median(times) / median(bareTimes),
    foundPerSearch: found / searches,
  }
}

/** So many records' worth of bytes, each from a random place of the segments in a log's folder. */
function readAtRandom(folder: string, records: number): void {
  const segments = readdirSync(folder)
    .filter((name) => name.endsWith('.segment'))
    .map((name) => join(folder, name))
  const open = segments.map((path) => ({ file: openSync(path, 'r'), size: statSync(path).size }))
  const record = Buffer.alloc(recordBytes)
  for (let number = 0; number < records; number += 1) {
    const segment = open[Math.floor(Math.random() * open.length)]
    if (segment === undefined) throw new Error(`no segments in ${folder}`)
    const place = Math.floor(Math.random() * (segment.size - recordBytes))
    readSync(segment.file, record, 0, recordBytes, place)
  }
  for (const { file } of open) closeSync(file)
}

async function fillToSearch(root: string, entries: number, principals: number): Promise<void> {
  let now = firstInstant
  const ledger = await openLedger(root, () => (now += entryMs))
  const progress = progressOf('recorded', entries)
  for (let from = 0; from < entries; from += 10_000) {
    const length = Math.min(10_000, entries - from)
    await fill(
      ledger,
      Array.from({ length }, (_, index) => generatedDecision(from + index, principals)),
    )
    progress(from + length)
  }
  await ledger.close()
}

/** A line for every tenth of a long run. */
function progressOf(what: string, entries: number): (done: number) => void {
  let said = 0
  return (done) => {
    const tenths = Math.floor((done / entries) * 10)
    if (tenths > said) note(`${what}: ${done} of ${entries}`)
    said = Math.max(said, tenths)
  }
}

interface Spent {
  readonly seconds: number
  /** Processor time of all threads, and of this one. */
  readonly microseconds: number
  readonly threadMicroseconds: number
}

async function spent(work: () => Promise<void>): Promise<Spent> {
  const [processor, thread] = [process.cpuUsage(), process.threadCpuUsage()]
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1000
  const sum = (used: NodeJS.CpuUsage) => used.user + used.system
  return {
    seconds,
    microseconds: sum(process.cpuUsage(processor)),
    threadMicroseconds: sum(process.threadCpuUsage(thread)),
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

interface Circumstances {
  readonly settings: Readonly<Record<string, number>>
  /** Programs that ran or wanted to, over 1, 5 and 15 minutes. */
  readonly load: { readonly before: readonly number[]; readonly after: readonly number[] }
}

function report(
  runs: readonly Round[],
  others: Awaited<ReturnType<typeof measureStrict>> & Awaited<ReturnType<typeof measureSearch>>,
  circumstances: Circumstances,
): void {
  const of = (pick: (run: Round) => number) => median(runs.map(pick))
  const figures = {
    ...circumstances.settings,
    appendsPerSecond: of((run) => run.appendsPerSecond),
    sqliteRowsPerSecond: of((run) => run.sqliteRowsPerSecond),
    sqliteRowsHashedPerSecond: of((run) => run.sqliteRowsHashedPerSecond),
    appendRatioToSqlite: of((run) => run.appendsPerSecond / run.sqliteRowsPerSecond),
    verifyRatioToSqlite: of((run) => run.verifiedPerSecond / run.sqliteRowsHashedPerSecond),
    verifiedPerSecond: of((run) => run.verifiedPerSecond),
    verifiedPerSecondInOneThread: of((run) => run.verifiedPerSecondInOneThread),
    recorderMicrosecondsPerAppend: of((run) => run.recorderMicrosecondsPerAppend),
    processorMicrosecondsPerAppend: of((run) => run.processorMicrosecondsPerAppend),
    processorMicrosecondsPerRow: of((run) => run.processorMicrosecondsPerRow),
    processorMicrosecondsPerVerified: of((run) => run.processorMicrosecondsPerVerified),
    processorMicrosecondsPerVerifiedInOneThread: of(
      (run) => run.processorMicrosecondsPerVerifiedInOneThread,
    ),
    bytesPerEntry: of((run) => run.bytesPerEntry),
    ...others,
  }
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  )
  const metEach = {
    appendRatioToSqlite: figures.appendRatioToSqlite >= aims.appendRatioToSqlite,
    verifyRatioToSqlite: figures.verifyRatioToSqlite >= aims.verifyRatioToSqlite,
    searchRatioToBareReads: figures.searchRatioToBareReads <= aims.searchRatioToBareReads,
  }
  const absoluteMet = {
    appendsPerSecond: figures.appendsPerSecond >= absoluteAims.appendsPerSecond,
    verifiedPerSecond: figures.verifiedPerSecond >= absoluteAims.verifiedPerSecond,
    searchMs: figures.searchMsWorst <= absoluteAims.searchMs,
  }
  reportBenchmark(import.meta.dirname, {
    bench: 'ledger',
    figures: { ...rounded, absoluteAims, absoluteMet },
    aims,
    metEach,
    kept: { ...circumstances, runs },
  })
}

await main(process.argv.slice(2))
