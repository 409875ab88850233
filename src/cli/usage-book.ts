import { existsSync, mkdirSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { TrafficUse } from '../audit/index.ts'
import { Fault, messageOf } from '../base/fault.ts'
import type { ObservedUse } from '../gateway/index.ts'
import { UsageDraft } from './usage-draft.ts'
import { usagePath } from './usage-place.ts'

/** A file that was imported, by what it holds. */
export interface ImportedFile {
  /** Of its bytes, unpacked. */
  readonly digest: string
  readonly name: string
  /** The kind of export. */
  readonly source: string
  readonly importedAt: string
  /** Uses that it tells. */
  readonly records: number
  /** Entries that could not be read, or that speak of none. */
  readonly skipped: number
}

const version = 1

/** Milliseconds that a command waits for another process; the gateway, which must not stand still, far less. */
export const bookWaitMs = { command: 10_000, gateway: 20 } as const

/**
 * What traffic showed, beside the register: counts by day that gateways add to, and imported exports. One file of
 * SQLite that several processes share; what was added together is there together, also after a crash.
 */
export class UsageBook {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Null: there is none, and whoever only looks makes none. */
  static ifThere(folder: string, waitMs: number = bookWaitMs.command): UsageBook | null {
    return existsSync(usagePath(folder)) ? UsageBook.open(folder, waitMs) : null
  }

  /** `folder`: `.holdfast` beside holdfast.yaml. */
  static open(folder: string, waitMs: number = bookWaitMs.command): UsageBook {
    return guarded(folder, () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const database = new DatabaseSync(usagePath(folder), { timeout: waitMs })
      try {
        prepare(database)
      } catch (error) {
        database.close()
        throw error
      }
      return new UsageBook(database)
    })
  }

  addObserved(uses: readonly ObservedUse[]): void {
    this.#together(() => {
      const add = this.#database.prepare(addObservedSql)
      for (const use of uses)
        add.run(
          use.day,
          use.workflow ?? '',
          use.model,
          use.servedModel ?? '',
          use.route ?? '',
          use.provider,
          use.protocol,
          use.region,
          use.requests,
          use.served,
          use.firstAt,
          use.lastAt,
        )
    })
  }

  /** Everything that was ever seen, added up over days. */
  uses(): readonly TrafficUse[] {
    const observed = this.#database.prepare(observedSql).all()
    const imported = this.#database.prepare(importedSql).all()
    return [...observed, ...imported].map(useOf)
  }

  /** Room for what is read of one file, outside the book until it is kept. */
  draft(usesMax?: number): UsageDraft {
    return new UsageDraft(this.#database, usesMax)
  }

  /** False: the same file was imported before, and counts once. */
  keep(draft: UsageDraft, file: ImportedFile): boolean {
    return this.#together(() => {
      const { changes } = this.#database
        .prepare('insert or ignore into imported_file values (?, ?, ?, ?, ?, ?)')
        .run(file.digest, file.name, file.source, file.importedAt, file.records, file.skipped)
      if (changes === 0) return false
      draft.moveTo(file.digest, file.source)
      return true
    })
  }

  files(): readonly ImportedFile[] {
    return this.#database
      .prepare('select * from imported_file order by imported_at, name, digest')
      .all()
      .map((row) => ({
        digest: text(row['digest']),
        name: text(row['name']),
        source: text(row['source']),
        importedAt: text(row['imported_at']),
        records: Number(row['records']),
        skipped: Number(row['skipped']),
      }))
  }

  /** Takes a file out again; false: it was never imported. */
  forget(digest: string): boolean {
    return this.#together(() => {
      this.#database.prepare('delete from imported where file = ?').run(digest)
      const gone = this.#database.prepare('delete from imported_file where digest = ?').run(digest)
      return gone.changes > 0
    })
  }

  /** Nobody else adds, imports or writes the register meanwhile; a process that dies lets go. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#database.exec('begin immediate')
    try {
      return await work()
    } finally {
      this.#database.exec('rollback')
    }
  }

  /** Brings the log of changes into the file; whoever must not wait for a disk leaves it to others. */
  settle(): void {
    this.#database.exec('pragma wal_checkpoint(passive)')
  }

  /** From now on no change makes this process wait for a disk. */
  neverSettle(): void {
    this.#database.exec('pragma wal_autocheckpoint = 0')
  }

  close(): void {
    this.#database.close()
  }

  #together<T>(work: () => T): T {
    this.#database.exec('begin immediate')
    try {
      const result = work()
      this.#database.exec('commit')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }
}

function guarded<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault(
      'HF_USAGE_UNREADABLE',
      `\`${usagePath(folder)}\` cannot be used: ${messageOf(error)}`,
      { place: { path: usagePath(folder) }, cause: error },
    )
  }
}

function prepare(database: DatabaseSync): void {
  database.exec('pragma journal_mode = wal; pragma synchronous = normal')
  const found = Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0)
  if (found === version) return
  if (found > version) throw new Error('a newer holdfast made it')
  database.exec(`begin immediate; ${tablesSql}; pragma user_version = ${version}; commit`)
}

/** Texts that may be missing are '' where they are part of a key: null is never equal to null. */
const tablesSql = `
create table if not exists observed (
  day text not null, workflow text not null, model text not null, served_model text not null,
  route text not null, provider text, protocol text, region text,
  requests integer not null, served integer not null, first_at text not null, last_at text not null,
  primary key (day, workflow, model, served_model, route)
) without rowid;
create table if not exists imported_file (
  digest text primary key, name text not null, source text not null, imported_at text not null,
  records integer not null, skipped integer not null
) without rowid;
create table if not exists imported (
  file text not null, source text not null, is_report integer not null, bucket text not null,
  workflow text not null, scope text not null, written text not null, served_model text not null,
  provider text not null, protocol text not null, region text not null,
  requests integer, served integer, tokens integer, first_at text not null, last_at text not null,
  primary key (file, bucket, workflow, scope, written, served_model, provider, protocol, region)
) without rowid`

const addObservedSql = `
insert into observed values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict do update set
  provider = excluded.provider, protocol = excluded.protocol, region = excluded.region,
  requests = requests + excluded.requests, served = served + excluded.served,
  first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`

const observedSql = `
select 'observed' as kind, 'gateway' as source, workflow, '' as scope, model as written, served_model,
  route, max(provider) as provider, max(protocol) as protocol, max(region) as region,
  sum(requests) as requests, sum(served) as served, null as tokens,
  min(first_at) as first_at, max(last_at) as last_at
from observed group by workflow, model, served_model, route
order by workflow, model, served_model, route`

/** Of reports that speak of the same period, the one that says most counts; entries of logs are added up. */
const importedSql = `
select 'imported' as kind, source, workflow, scope, written, served_model, '' as route,
  provider, protocol, region, sum(requests) as requests, sum(served) as served, sum(tokens) as tokens,
  min(first_at) as first_at, max(last_at) as last_at
from (
  select source, bucket, workflow, scope, written, served_model, provider, protocol, region,
    case is_report when 1 then max(requests) else sum(requests) end as requests,
    case is_report when 1 then max(served) else sum(served) end as served,
    case is_report when 1 then max(tokens) else sum(tokens) end as tokens,
    min(first_at) as first_at, max(last_at) as last_at
  from imported
  group by source, is_report, bucket, workflow, scope, written, served_model, provider, protocol, region
)
group by source, workflow, scope, written, served_model, provider, protocol, region
order by source, workflow, scope, written, served_model, provider, protocol, region`

type Row = Readonly<Record<string, SQLOutputValue>>

function useOf(row: Row): TrafficUse {
  return {
    kind: row['kind'] === 'observed' ? 'observed' : 'imported',
    source: text(row['source']),
    workflow: textOrNull(row['workflow']),
    scope: textOrNull(row['scope']),
    written: text(row['written']),
    servedModel: textOrNull(row['served_model']),
    route: textOrNull(row['route']),
    provider: textOrNull(row['provider']),
    protocol: textOrNull(row['protocol']),
    region: textOrNull(row['region']),
    requests: numberOrNull(row['requests']),
    served: numberOrNull(row['served']),
    tokens: numberOrNull(row['tokens']),
    firstSeen: text(row['first_at']),
    lastSeen: text(row['last_at']),
  }
}

function text(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}
