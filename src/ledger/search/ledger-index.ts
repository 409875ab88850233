import { join } from 'node:path'
import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite'
import type { FileLayer } from '../log/file-layer.ts'
import { LogFolder } from '../log/log-folder.ts'
import {
  decodeRecord,
  recordHeaderBytes,
  segmentHeader,
  walkRecords,
} from '../log/record-format.ts'
import type { EntrySelection, LedgerEntry } from '../../schema/ledger-entry.ts'
import { type EntryWords, entryWords } from './entry-words.ts'

/** What is looked for. Parts are joined by AND; what is absent restricts nothing. */
export interface LedgerQuery extends EntrySelection {
  /** Of the route, ISO 3166-1 alpha-2. */
  readonly country?: string
  readonly reference?: string
  readonly kind?: string
  readonly limit?: number
}

export interface FoundEntry {
  readonly log: string
  /** From 0. */
  readonly entry: number
  readonly content: Buffer
}

type IndexRow = Readonly<Record<string, SQLOutputValue>>

const schemaVersion = 1
/** Rows that are put in under one transaction. */
const batchRows = 50_000
/** Entries that are read side by side: the disk is asked for more than one, and little is read for nobody. */
const readsAtOnce = 32
const separator = '\u0000'

/**
 * Finds entries without reading them all. The index is a file beside the logs that holds nothing of its own: it is
 * brought up to date from the segments before each search, and made anew when it is missing or of another version.
 */
export class LedgerIndex {
  readonly #root: string
  readonly #files: FileLayer
  readonly #database: DatabaseSync
  readonly #words = new Map<string, number>()

  private constructor(root: string, files: FileLayer, database: DatabaseSync) {
    this.#root = root
    this.#files = files
    this.#database = database
  }

  static open(root: string, files: FileLayer, path = join(root, 'index.sqlite')): LedgerIndex {
    const database = openDatabase(path)
    const index = new LedgerIndex(root, files, database)
    const [row] = database.prepare('PRAGMA user_version').all()
    if (row?.['user_version'] !== schemaVersion) index.#create()
    return index
  }

  /** Takes up what has been written since the last time. */
  async update(onProgress?: (entries: number) => void): Promise<void> {
    let entries = 0
    for (const name of (await this.#files.names(this.#root)).toSorted()) {
      const folder = new LogFolder(join(this.#root, name), this.#files)
      if ((await this.#files.sizeOf(folder.description)) === null) continue
      entries += await this.#updateLog(name, folder, (done) => onProgress?.(entries + done))
    }
  }

  /** In the order of their instants, the oldest first. */
  async *search(query: LedgerQuery): AsyncGenerator<FoundEntry> {
    const { sql, values } = statementOf(query)
    let rows: IndexRow[] = []
    for (const row of this.#database.prepare(sql).iterate(...values)) {
      rows.push(row)
      if (rows.length < readsAtOnce) continue
      yield* await this.#read(rows)
      rows = []
    }
    yield* await this.#read(rows)
  }

  /** The entries that rows of the index speak of, read from the segments side by side. */
  async #read(rows: readonly IndexRow[]): Promise<readonly FoundEntry[]> {
    const found = await Promise.all(
      rows.map(async (row): Promise<FoundEntry | null> => {
        const log = String(row['folder'])
        const folder = new LogFolder(join(this.#root, log), this.#files)
        const path = folder.segment(Number(row['segment']))
        const bytes = await this.#files.readPart(path, Number(row['offset']), Number(row['length']))
        const record = decodeRecord(bytes, 0)
        if (record?.kind !== 'entry') return null
        return { log, entry: Number(row['number']), content: record.content }
      }),
    )
    return found.filter((one) => one !== null)
  }

  close(): void {
    this.#database.close()
  }

  #create(): void {
    this.#database.exec(`
      DROP TABLE IF EXISTS log; DROP TABLE IF EXISTS word; DROP TABLE IF EXISTS entry; DROP TABLE IF EXISTS posting;
      CREATE TABLE log (id INTEGER PRIMARY KEY, folder TEXT NOT NULL UNIQUE, entries INTEGER NOT NULL,
        segment INTEGER NOT NULL, offset INTEGER NOT NULL);
      CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
      CREATE TABLE entry (at INTEGER NOT NULL, log INTEGER NOT NULL, number INTEGER NOT NULL, kind INTEGER NOT NULL,
        principal INTEGER, models TEXT NOT NULL, countries TEXT NOT NULL, segment INTEGER NOT NULL,
        offset INTEGER NOT NULL, length INTEGER NOT NULL, PRIMARY KEY (at, log, number)) WITHOUT ROWID;
      CREATE INDEX entry_principal ON entry (principal, at) WHERE principal IS NOT NULL;
      CREATE TABLE posting (word INTEGER NOT NULL, at INTEGER NOT NULL, log INTEGER NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (word, at, log, number)) WITHOUT ROWID;
      PRAGMA user_version = ${schemaVersion}`)
  }

  async #updateLog(
    name: string,
    folder: LogFolder,
    onProgress: (entries: number) => void,
  ): Promise<number> {
    const known = this.#database.prepare('SELECT * FROM log WHERE folder = ?').get(name)
    const log =
      known === undefined
        ? Number(
            this.#database
              .prepare('INSERT INTO log (folder, entries, segment, offset) VALUES (?, 0, 0, 0)')
              .run(name).lastInsertRowid,
          )
        : Number(known['id'])
    let number = Number(known?.['entries'] ?? 0)
    const from = {
      segment: Number(known?.['segment'] ?? 0),
      offset: Number(known?.['offset'] ?? 0),
    }
    const write = this.#writer(log)
    for (const segment of (await folder.segments()).filter((one) => one >= from.segment)) {
      const bytes = (await this.#files.read(folder.segment(segment))) ?? Buffer.alloc(0)
      const begin = segment === from.segment ? from.offset : 0
      const { end } = walkRecords(
        bytes,
        Math.max(begin, segmentHeader.length),
        (record, offset) => {
          if (record.kind === 'entry') write.add(record.content, number, segment, offset)
          number += 1
          if (number % batchRows !== 0) return
          write.commit(number, segment, record.end)
          onProgress(number)
        },
      )
      write.commit(number, segment, end)
    }
    return number
  }

  #writer(log: number) {
    const database = this.#database
    const entryRow = database.prepare(
      'INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    const posting = database.prepare('INSERT OR IGNORE INTO posting VALUES (?, ?, ?, ?)')
    const state = database.prepare(
      'UPDATE log SET entries = ?, segment = ?, offset = ? WHERE id = ?',
    )
    let isOpen = false
    const add = (content: Buffer, number: number, segment: number, offset: number) => {
      const found = describedEntry(content)
      if (found === null) return
      const { entry, words } = found
      if (!isOpen) database.exec('BEGIN')
      isOpen = true
      const at = Date.parse(entry.at)
      const principal =
        words.principal === null ? null : this.#word(`principal${separator}${words.principal}`)
      const kind = this.#word(`kind${separator}${entry.entry.kind}`)
      entryRow.run(
        at,
        log,
        number,
        kind,
        principal,
        list(words.models),
        list(words.countries),
        segment,
        offset,
        recordHeaderBytes + content.length,
      )
      for (const one of words.directives)
        posting.run(this.#word(`directive${separator}${one}`), at, log, number)
      for (const one of words.references)
        posting.run(this.#word(`reference${separator}${one}`), at, log, number)
    }
    const commit = (entries: number, segment: number, offset: number) => {
      state.run(entries, segment, offset, log)
      if (isOpen) database.exec('COMMIT')
      isOpen = false
    }
    return { add, commit }
  }

  #find: StatementSync | null = null
  #insert: StatementSync | null = null

  #word(text: string): number {
    const known = this.#words.get(text)
    if (known !== undefined) return known
    this.#find ??= this.#database.prepare('SELECT id FROM word WHERE text = ?')
    this.#insert ??= this.#database.prepare('INSERT INTO word (text) VALUES (?)')
    const row = this.#find.get(text)
    const id = Number(row?.['id'] ?? this.#insert.run(text).lastInsertRowid)
    this.#words.set(text, id)
    return id
  }
}

/** On a ledger that cannot be written to, or that is not there yet, the index lives in memory for this one time. */
function openDatabase(path: string): DatabaseSync {
  // What a crash loses is made again: nothing waits for the disk here. The rows of one batch fit in the cache (KiB).
  const settings = `PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536`
  try {
    const database = new DatabaseSync(path)
    database.exec(settings)
    return database
  } catch {
    return new DatabaseSync(':memory:')
  }
}

/** Null for what is no entry: verification names it, a search passes it over. */
function describedEntry(content: Buffer): { entry: LedgerEntry; words: EntryWords } | null {
  try {
    const entry = JSON.parse(content.toString('utf8')) as LedgerEntry
    return { entry, words: entryWords(entry.entry) }
  } catch {
    return null
  }
}

/** A list within one column, so that `LIKE '%|value|%'` finds a whole member. */
function list(values: readonly string[]): string {
  return values.length === 0 ? '' : `|${values.join('|')}|`
}

interface Statement {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

function statementOf(query: LedgerQuery): Statement {
  const conditions: string[] = []
  const values: SQLInputValue[] = []
  const add = (condition: string, ...given: readonly SQLInputValue[]) => {
    conditions.push(condition)
    values.push(...given)
  }
  const word = '(SELECT id FROM word WHERE text = ?)'
  const isIn = `(entry.at, entry.log, entry.number) IN (SELECT at, log, number FROM posting WHERE word = ${word})`
  if (query.principal !== undefined)
    add(`entry.principal = ${word}`, `principal${separator}${query.principal}`)
  if (query.kind !== undefined) add(`entry.kind = ${word}`, `kind${separator}${query.kind}`)
  if (query.directive !== undefined) add(isIn, `directive${separator}${query.directive}`)
  if (query.reference !== undefined) add(isIn, `reference${separator}${query.reference}`)
  if (query.model !== undefined) add('instr(entry.models, ?) > 0', `|${query.model}|`)
  if (query.country !== undefined) add('instr(entry.countries, ?) > 0', `|${query.country}|`)
  if (query.from !== undefined) add('entry.at >= ?', Date.parse(query.from))
  if (query.to !== undefined) add('entry.at < ?', Date.parse(query.to))
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return {
    sql: `SELECT log.folder, entry.number, entry.segment, entry.offset, entry.length FROM entry JOIN log ON log.id = entry.log
      ${where} ORDER BY entry.at, entry.log, entry.number LIMIT ?`,
    values: [...values, query.limit ?? -1],
  }
}
