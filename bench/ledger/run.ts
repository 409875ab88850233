import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { canonicalJson } from '../../src/base/canonical-json.ts'
import {
  folderOf,
  Ledger,
  LedgerIndex,
  nodeFiles,
  noteSigner,
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
 * `--search=10000000` is the size that the aim names; it takes some minutes and 10 GB. Ratios decide `met`; absolute
 * figures stand beside them.
 */

const aims = {
  /** Entries recorded against rows of the same text put into SQLite in batches that are as durable (WAL, FULL). */
  appendRatioToSqlite: 1,
  /** Verification against appending, entries a second each. */
  verifyRatioToAppend: 2,
  searchMs: 200,
  appendsPerSecond: 100_000,
  verifiedPerSecond: 300_000,
}

const signer = noteSigner('bench/ledger', privateKeyOf(Buffer.alloc(32, 3)))

async function main(words: readonly string[]): Promise<void> {
  const entries = numberOf(words, 'entries', 300_000)
  const searched = numberOf(words, 'search', 1_000_000)
  const rounds = numberOf(words, 'rounds', 3)
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'))
  try {
    const runs: Round[] = []
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await measureRound(join(scratch, `round-${round}`), entries))
      note(`round ${round + 1}: ${JSON.stringify(runs.at(-1))}`)
    }
    const strict = await measureStrict(join(scratch, 'strict'))
    const search = await measureSearch(join(scratch, 'search'), searched)
    report(runs, { ...strict, ...search }, { entries, searched, rounds })
  } finally {
    if (!words.includes('--keep')) rmSync(scratch, { recursive: true, force: true })
  }
}

interface Round {
  readonly appendsPerSecond: number
  readonly sqliteRowsPerSecond: number
  readonly verifiedPerSecond: number
  /** All threads, the writing ones as well. */
  readonly processorMicrosecondsPerAppend: number
  readonly bytesPerEntry: number
}

function openLedger(root: string): Promise<Ledger> {
  return Ledger.open({
    root,
    signer,
    files: nodeFiles,
    now: Date.now,
    after: (ms, then) => void (ms === 0 ? setImmediate(then) : setTimeout(then, ms)),
    random: randomBytes,
  })
}

async function measureRound(folder: string, entries: number): Promise<Round> {
  mkdirSync(folder, { recursive: true })
  // The same two thousand again and again: a benchmark that holds all of them measures the garbage collector.
  const made = Array.from({ length: 2000 }, (_, number) => generatedDecision(number, 5000))
  const processor = process.cpuUsage()
  const append = await seconds(async () => {
    const ledger = await openLedger(folder)
    for (let done = 0; done < entries; done += made.length) await fill(ledger, made)
    await ledger.close()
  })
  const used = process.cpuUsage(processor)
  const sqlite = await seconds(async () => {
    const database = new DatabaseSync(join(folder, 'baseline.sqlite'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec('CREATE TABLE entry (id INTEGER PRIMARY KEY, at TEXT, content TEXT)')
    const insert = database.prepare('INSERT INTO entry (at, content) VALUES (?, ?)')
    // In batches, as the ledger writes them; a commit for each row would be slower by far.
    for (let from = 0; from < entries; from += batch) {
      database.exec('BEGIN')
      const start = from % made.length
      for (const entry of made.slice(start, start + batch))
        insert.run(new Date().toISOString(), canonicalJson(entry))
      database.exec('COMMIT')
      await new Promise((resolve) => setImmediate(resolve))
    }
    database.close()
  })
  const verify = await seconds(async () => {
    const found = await verifyLedger({ root: folder, files: nodeFiles, trusted: [signer] })
    if (!found.isWhole || found.logs[0]?.entries !== entries)
      throw new Error('the ledger is not whole')
  })
  return {
    appendsPerSecond: entries / append,
    sqliteRowsPerSecond: entries / sqlite,
    verifiedPerSecond: entries / verify,
    processorMicrosecondsPerAppend: (used.user + used.system) / entries,
    bytesPerEntry: bytesIn(join(folder, folderOf(signer.name))) / entries,
  }
}

const batch = 500

/** As fast as the ledger takes them, with pauses in which it writes. */
async function fill(ledger: Ledger, made: readonly ReturnType<typeof generatedDecision>[]) {
  for (const [index, entry] of made.entries()) {
    ledger.record(entry)
    if (index % batch === batch - 1) await ledger.room()
  }
}

async function measureStrict(folder: string) {
  const ledger = await openLedger(folder)
  const times: number[] = []
  for (let number = 0; number < 2000; number += 1) {
    const startedAt = performance.now()
    await ledger.recordDurable(generatedDecision(number, 100))
    times.push(performance.now() - startedAt)
  }
  await ledger.close()
  times.sort((a, b) => a - b)
  return {
    strictMsP50: times[Math.floor(times.length * 0.5)] ?? 0,
    strictMsP99: times[Math.floor(times.length * 0.99)] ?? 0,
  }
}

async function measureSearch(folder: string, entries: number) {
  const principals = Math.max(100, Math.floor(entries / 200))
  let now = Date.parse('2026-06-12T00:00:00Z')
  const ledger = await Ledger.open({
    root: folder,
    signer,
    files: nodeFiles,
    now: () => (now += 20),
    after: (ms, then) => void (ms === 0 ? setImmediate(then) : setTimeout(then, ms)),
    random: randomBytes,
  })
  for (let from = 0; from < entries; from += 100_000) {
    const count = Math.min(100_000, entries - from)
    await fill(
      ledger,
      Array.from({ length: count }, (_, index) => generatedDecision(from + index, principals)),
    )
  }
  await ledger.close()
  const index = LedgerIndex.open(folder, nodeFiles)
  const indexing = await seconds(() => index.update())
  const times: number[] = []
  let found = 0
  for (let person = 0; person < 20; person += 1) {
    const principal = pseudonymOf(Math.floor((person * principals) / 20))
    const middle = Date.parse('2026-06-12T00:00:00Z') + (entries * 20) / 4
    const query = {
      principal,
      from: new Date(middle).toISOString(),
      to: new Date(middle * 1 + (entries * 20) / 2).toISOString(),
    }
    times.push(
      1000 *
        (await seconds(async () => {
          for await (const one of index.search(query)) found += one.content.length > 0 ? 1 : 0
        })),
    )
  }
  index.close()
  if (found === 0) throw new Error('the searches found nothing')
  times.sort((a, b) => a - b)
  return {
    indexedPerSecond: entries / indexing,
    searchMsMedian: times[10] ?? 0,
    searchMsWorst: times.at(-1) ?? 0,
    foundPerSearch: found / 20,
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function report(
  runs: readonly Round[],
  others: Readonly<Record<string, number>>,
  settings: Readonly<Record<string, number>>,
): void {
  const of = (pick: (run: Round) => number) => median(runs.map(pick))
  const figures = {
    ...settings,
    appendsPerSecond: of((run) => run.appendsPerSecond),
    sqliteRowsPerSecond: of((run) => run.sqliteRowsPerSecond),
    appendRatioToSqlite: of((run) => run.appendsPerSecond / run.sqliteRowsPerSecond),
    verifiedPerSecond: of((run) => run.verifiedPerSecond),
    verifyRatioToAppend: of((run) => run.verifiedPerSecond / run.appendsPerSecond),
    processorMicrosecondsPerAppend: of((run) => run.processorMicrosecondsPerAppend),
    bytesPerEntry: of((run) => run.bytesPerEntry),
    ...others,
  }
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  )
  const metEach = {
    appendRatioToSqlite: figures.appendRatioToSqlite >= aims.appendRatioToSqlite,
    verifyRatioToAppend: figures.verifyRatioToAppend >= aims.verifyRatioToAppend,
    searchMs: (others['searchMsMedian'] ?? Infinity) <= aims.searchMs,
  }
  reportBenchmark(import.meta.dirname, {
    bench: 'ledger',
    figures: rounded,
    aims,
    metEach,
    kept: { settings, runs },
  })
}

await main(process.argv.slice(2))
