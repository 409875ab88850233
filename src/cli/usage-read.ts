import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CsvRecords } from '../base/csv-records.ts'
import { entriesIn, entryLengthMax, type EntrySink, JsonEntries } from './json-entries.ts'
import type { UsageDraft } from './usage-draft.ts'
import type { Entry, SourceTools, UsageSource } from './usage-sources/usage-source.ts'
import { usageSources } from './usage-sources/usage-sources.ts'

/** What was read of one file. */
export interface ReadUsage {
  /** Of the bytes, unpacked: the same file under another name, or packed, is the same. */
  readonly digest: string
  /** Null: it is of no known kind. */
  readonly source: UsageSource | null
  /** Uses that it tells: of a log one an entry, of a report one a period, model and project. */
  readonly records: number
  /** Entries of the same kind that speak of none. */
  readonly others: number
  /** Entries of another kind, and what is no entry at all. */
  readonly unreadable: number
  readonly firstAt: string | null
  readonly lastAt: string | null
  /** Why the file ended before its end; null: it did not. */
  readonly cut: string | null
}

/** So much of a file is looked at before it is known how it is to be taken apart. */
const headLength = 256 * 1024

/** Reads an export into a draft, piece by piece: of a file of any length only one entry is in memory at a time. */
export async function readUsage(
  path: string,
  draft: UsageDraft,
  options: { readonly source: UsageSource | null; readonly tools: SourceTools },
): Promise<ReadUsage> {
  const reading = new Reading(draft, options)
  const hash = createHash('sha256')
  let cut: string | null = null
  const decoder = new TextDecoder('utf-8')
  try {
    for await (const piece of await unpackedStream(path)) {
      hash.update(piece as Buffer)
      reading.push(decoder.decode(piece as Buffer, { stream: true }))
    }
    reading.push(decoder.decode())
  } catch (error) {
    // What came before the damage is as good as ever; a file that cannot be opened at all has nothing before it.
    if (!reading.hasBegun) throw error
    cut = error instanceof Error ? error.message : String(error)
  }
  reading.end()
  return { ...reading.result(), digest: `sha256:${hash.digest('hex')}`, cut }
}

/** Bytes of a file; of one that gzip has packed, what was packed. `-`: what is piped in. */
async function unpackedStream(path: string): Promise<AsyncIterable<unknown>> {
  const raw: Readable = path === '-' ? process.stdin : createReadStream(path)
  const pieces = raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await pieces.next()
  const head = first.done === true ? Buffer.alloc(0) : first.value
  const whole = withFirst(head, pieces)
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole
  return gunzipped(whole)
}

async function* withFirst(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

/** An error of what is read ends what is written, and the other way round. */
async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const source = packed[Symbol.asyncIterator]()
  const feed = async (): Promise<void> => {
    for (let next = await source.next(); next.done !== true; next = await source.next())
      if (!gunzip.write(next.value)) await new Promise((resolve) => gunzip.once('drain', resolve))
    gunzip.end()
  }
  void feed().catch((error: unknown) => gunzip.destroy(error as Error))
  for await (const piece of gunzip) yield piece as Buffer
}

/** Takes the text of a file apart and keeps what speaks of a use. */
class Reading implements EntrySink {
  readonly #draft: UsageDraft
  readonly #tools: SourceTools
  #source: UsageSource | null
  #head = ''
  #parts: Parts | null = null
  #records = 0
  #others = 0
  #unreadable = 0
  #firstAt: string | null = null
  #lastAt: string | null = null

  constructor(
    draft: UsageDraft,
    options: { readonly source: UsageSource | null; readonly tools: SourceTools },
  ) {
    this.#draft = draft
    this.#source = options.source
    this.#tools = options.tools
  }

  get hasBegun(): boolean {
    return this.#head !== '' || this.#parts !== null
  }

  push(text: string): void {
    if (this.#parts !== null) return this.#parts.push(text)
    this.#head += text
    if (this.#head.length < headLength) return
    this.#begin()
  }

  end(): void {
    if (this.#parts === null) this.#begin()
    this.#parts?.end()
  }

  result(): Omit<ReadUsage, 'digest' | 'cut'> {
    return {
      source: this.#source,
      records: this.#records,
      others: this.#others,
      unreadable: this.#unreadable,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
    }
  }

  unreadable(): void {
    this.#unreadable += 1
  }

  entry(entry: Entry, parents: readonly Entry[]): void {
    this.#source ??= usageSources.find((one) => one.recognises(entry, parents)) ?? null
    if (this.#source?.recognises(entry, parents) !== true) return this.unreadable()
    const uses = this.#source.read(entry, parents, this.#tools)
    if (uses === null) return this.unreadable()
    if (uses.length === 0) this.#others += 1
    this.#records += uses.length
    for (const use of uses) {
      this.#draft.add(use)
      if (this.#firstAt === null || use.firstAt < this.#firstAt) this.#firstAt = use.firstAt
      if (this.#lastAt === null || use.lastAt > this.#lastAt) this.#lastAt = use.lastAt
    }
  }

  #begin(): void {
    this.#parts = partsFor(this.#head, this)
    this.#parts.push(this.#head)
    this.#head = ''
  }
}

interface Parts {
  push(text: string): void
  end(): void
}

/** A table, a log with one document a line, or one document. */
function partsFor(head: string, sink: EntrySink): Parts {
  const start = head.replace(/^\ufeff/, '').trimStart()
  if (isLines(start)) return new JsonLines(sink)
  if (/^[[{]/.test(start)) return new JsonEntries(sink)
  return new CsvRecords({
    row: (row) => sink.entry(row, []),
    unreadable: () => sink.unreadable(),
  })
}

/**
 * Whether every line is a document. The first one tells; where it is damaged, another one that is whole and stands at
 * the margin, as nothing within a larger document does.
 */
function isLines(start: string): boolean {
  const [first = '', ...others] = start.split('\n', 20)
  if (others.every((line) => line.trim() === '')) return false
  if (/^[[{]/.test(first) && isJson(first)) return true
  return !first.startsWith('[') && others.some((line) => line.startsWith('{') && isJson(line))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** One document a line: a bad line costs itself alone. */
class JsonLines implements Parts {
  readonly #sink: EntrySink
  #rest = ''
  #isTooLong = false

  constructor(sink: EntrySink) {
    this.#sink = sink
  }

  push(text: string): void {
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.#line(this.#rest + text.slice(from, end))
      this.#rest = ''
      from = end + 1
    }
    this.#rest += text.slice(from)
    if (this.#rest.length <= entryLengthMax) return
    this.#rest = ''
    this.#isTooLong = true
  }

  end(): void {
    this.#line(this.#rest)
    this.#rest = ''
  }

  #line(line: string): void {
    if (this.#isTooLong) {
      this.#isTooLong = false
      return this.#sink.unreadable()
    }
    if (line.trim() === '') return
    let value: unknown
    try {
      value = JSON.parse(line.replace(/^\ufeff/, ''))
    } catch {
      return this.#sink.unreadable()
    }
    entriesIn(value, this.#sink)
  }
}
