import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { messageOf } from '../../base/fault.ts'
import type { FileContext } from '../../schema/vocabulary.ts'
import type { Fact } from '../fact.ts'
import { decodeCache, encodeCache } from './cache-format.ts'
import type { CacheRecord } from './cache-format.ts'
import { cacheLimits } from './limits.ts'

/** What was found in a file that held a keyword. */
interface CachedFacts {
  readonly facts: readonly Fact[]
  /** The lines that facts stand on. */
  readonly lines: readonly (readonly [line: number, text: string])[]
  readonly context?: FileContext | undefined
}

/** What earlier audits found, by a key that changes with the content. It can only ever be forgotten, never be wrong. */
export interface FactCache {
  /** Null: the file holds no keyword. Undefined: not known. */
  get(key: string): CachedFacts | null | undefined
  set(key: string, found: CachedFacts | null): void
  /** Writes what changed. A disk that is full or read-only costs a warning. */
  save(warn: (problem: string) => void): Promise<void>
}

/** Opens the cache at a path. One that is missing, damaged or made with other rules is empty. */
export async function openCache(file: string, rulesDigest: string): Promise<FactCache> {
  return new FileCache(file, rulesDigest, (await load(file, rulesDigest)) ?? new Map())
}

async function load(file: string, rulesDigest: string): Promise<Map<string, CacheRecord> | null> {
  try {
    const { size } = await stat(file)
    if (size > cacheLimits.fileBytesMax) return null
    return decodeCache(await readFile(file, 'utf8'), rulesDigest)
  } catch {
    return null
  }
}

class FileCache implements FactCache {
  readonly #file: string
  readonly #rulesDigest: string
  readonly #old: Map<string, CacheRecord>
  /** Asked for or found in this run. */
  readonly #used = new Map<string, string | null>()
  #isChanged = false

  constructor(file: string, rulesDigest: string, old: Map<string, CacheRecord>) {
    this.#file = file
    this.#rulesDigest = rulesDigest
    this.#old = old
  }

  get(key: string): CachedFacts | null | undefined {
    const used = this.#used.get(key)
    const written = used === undefined ? this.#old.get(key)?.written : used
    if (written === undefined) return undefined
    const found = written === null ? null : parsed(written)
    if (used === undefined && found !== undefined) this.#used.set(key, written)
    return found
  }

  set(key: string, found: CachedFacts | null): void {
    if (key.includes('\0')) return
    const written = found === null ? null : JSON.stringify(found)
    if (written !== null && written.length > cacheLimits.entryBytesMax) return
    this.#used.set(key, written)
    this.#isChanged = true
  }

  async save(warn: (problem: string) => void): Promise<void> {
    if (!this.#isChanged) return
    try {
      await writeWhole(this.#file, encodeCache(this.#rulesDigest, this.#records()))
      this.#isChanged = false
    } catch (error) {
      warn(`the cache \`${this.#file}\` was not written: ${messageOf(error)}`)
    }
  }

  /** Newest first, so that the oldest are what no longer fits. */
  *#records(): Generator<readonly [key: string, record: CacheRecord]> {
    for (const [key, written] of this.#used) yield [key, { written, age: 0 }]
    const unused = [...this.#old].filter(([key]) => !this.#used.has(key))
    for (const [key, { written, age }] of unused.toSorted(([, a], [, b]) => a.age - b.age)) {
      if (age < cacheLimits.ageMax) yield [key, { written, age: age + 1 }]
    }
  }
}

function parsed(written: string): CachedFacts | undefined {
  try {
    return JSON.parse(written) as CachedFacts
  } catch {
    return undefined
  }
}

/** A crash leaves the old file, or the new one, and perhaps a temporary one beside it. */
async function writeWhole(file: string, chunks: Iterable<string>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    // Lines of the audited source are in it: for the owner's eyes.
    const handle = await open(temporary, 'wx', 0o600)
    try {
      for (const chunk of chunks) await handle.write(chunk)
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
