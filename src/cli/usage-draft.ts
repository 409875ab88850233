import type { DatabaseSync } from 'node:sqlite'

/** One use as an entry of an export tells it. */
export interface ImportedUse {
  /** A report counts periods, and several reports may count the same one; a log has one entry a request. */
  readonly isReport: boolean
  /** The model as the export has it. */
  readonly written: string
  /** The model that answered, where the export tells it apart. */
  readonly servedModel: string | null
  /** Provider of the catalogue, or the export's own word for it. */
  readonly provider: string | null
  readonly protocol: string | null
  readonly region: string | null
  /** Workflow of holdfast.yaml that the entry names. */
  readonly workflow: string | null
  /** Project, workspace, team or service; never a person, never a key. */
  readonly scope: string | null
  readonly requests: number | null
  readonly served: number | null
  readonly tokens: number | null
  /** RFC 3339 in milliseconds. */
  readonly firstAt: string
  readonly lastAt: string
}

/** Different uses that are added up in memory before they go to the temporary table. */
const usesInMemory = 20_000

/** Longest text that is kept of a name. */
const nameLengthMax = 300

/** What is read of one file, added up by day. Memory stays small: beyond so many uses a temporary table takes them. */
export class UsageDraft {
  readonly #database: DatabaseSync
  readonly #usesMax: number
  #uses = new Map<string, { -readonly [K in keyof ImportedUse]: ImportedUse[K] }>()

  constructor(database: DatabaseSync, usesMax: number = usesInMemory) {
    this.#database = database
    this.#usesMax = usesMax
    database.exec(draftSql)
  }

  add(use: ImportedUse): void {
    const key = [bucketOf(use), ...namesOf(use)].join('\n')
    const before = this.#uses.get(key)
    if (before === undefined) {
      if (this.#uses.size >= this.#usesMax) this.#spill()
      this.#uses.set(key, { ...use })
      return
    }
    before.requests = sum(before.requests, use.requests)
    before.served = sum(before.served, use.served)
    before.tokens = sum(before.tokens, use.tokens)
    if (use.firstAt < before.firstAt) before.firstAt = use.firstAt
    if (use.lastAt > before.lastAt) before.lastAt = use.lastAt
  }

  /** Within a transaction of the book. */
  moveTo(file: string, source: string): void {
    this.#spill()
    this.#database.prepare(moveSql).run(file, source)
    this.discard()
  }

  discard(): void {
    this.#uses = new Map()
    this.#database.exec('delete from temp.draft')
  }

  #spill(): void {
    const add = this.#database.prepare(spillSql)
    for (const use of this.#uses.values())
      add.run(
        use.isReport ? 1 : 0,
        bucketOf(use),
        ...namesOf(use),
        use.requests,
        use.served,
        use.tokens,
        use.firstAt,
        use.lastAt,
      )
    this.#uses = new Map()
  }
}

/** The period of a report; the day of an entry in a log. */
function bucketOf({ isReport, firstAt, lastAt }: ImportedUse): string {
  return isReport ? `${firstAt}/${lastAt}` : firstAt.slice(0, 10)
}

function namesOf(use: ImportedUse): string[] {
  const { workflow, scope, written, servedModel, provider, protocol, region } = use
  return [workflow, scope, written, servedModel, provider, protocol, region].map((name) =>
    (name ?? '').slice(0, nameLengthMax),
  )
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b
}

const draftSql = `
create temp table if not exists draft (
  is_report integer not null, bucket text not null, workflow text not null, scope text not null,
  written text not null, served_model text not null, provider text not null, protocol text not null,
  region text not null, requests integer, served integer, tokens integer,
  first_at text not null, last_at text not null,
  primary key (bucket, workflow, scope, written, served_model, provider, protocol, region)
) without rowid;
delete from temp.draft`

/** Unknown and so many are so many. */
const spillSql = `
insert into temp.draft values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict do update set
  requests = coalesce(requests + excluded.requests, requests, excluded.requests),
  served = coalesce(served + excluded.served, served, excluded.served),
  tokens = coalesce(tokens + excluded.tokens, tokens, excluded.tokens),
  first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`

const moveSql = `
insert into imported
select ?, ?, is_report, bucket, workflow, scope, written, served_model, provider, protocol, region,
  requests, served, tokens, first_at, last_at
from temp.draft`
