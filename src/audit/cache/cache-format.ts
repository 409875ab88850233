import { createHash } from 'node:crypto'
import { cacheLimits } from './limits.ts'

/**
 * The cache as text. Records end in NUL: `A<age>` begins those of one age, `N<key>` is a file without keywords,
 * `F<key>` is followed by a record of JSON, `E<digest>` is the end, over all before it: one changed byte and the cache
 * is none. Most files hold no keyword, and cost their key alone; facts stay text until they are asked for.
 */

export interface CacheRecord {
  /** The facts as JSON; null for a file without keywords. */
  readonly written: string | null
  /** Saves since it was last asked for. */
  readonly age: number
}

const version = 'holdfast audit cache 2'
const chunkCharacters = 1 << 20

export function* encodeCache(
  rulesDigest: string,
  records: Iterable<readonly [key: string, record: CacheRecord]>,
): Generator<string> {
  const digest = createHash('sha256')
  let chunk = `${version}\0${rulesDigest}\0`
  let bytes = Buffer.byteLength(chunk)
  let age = -1
  for (const [key, record] of records) {
    const mark = record.age === age ? '' : `A${record.age}\0`
    const text =
      record.written === null ? `${mark}N${key}\0` : `${mark}F${key}\0${record.written}\0`
    bytes += Buffer.byteLength(text)
    if (bytes > cacheLimits.fileBytesMax - 100) break
    age = record.age
    chunk += text
    if (chunk.length > chunkCharacters) {
      digest.update(chunk)
      yield chunk
      chunk = ''
    }
  }
  digest.update(chunk)
  yield `${chunk}E${digest.digest('hex')}\0`
}

/** Null for a text that is no cache, is cut or damaged, or was made with other rules. */
export function decodeCache(text: string, rulesDigest: string): Map<string, CacheRecord> | null {
  const parts = text.split('\0')
  const end = parts.length - 2
  const ending = parts[end] ?? ''
  if (parts[0] !== version || parts[1] !== rulesDigest || parts.at(-1) !== '') return null
  const told = text.slice(0, text.length - ending.length - 1)
  if (ending !== `E${createHash('sha256').update(told).digest('hex')}`) return null
  const records = new Map<string, CacheRecord>()
  let age = 0
  // Records without facts of one age are all alike.
  let empty: CacheRecord = { written: null, age }
  for (let index = 2; index < end; index++) {
    const part = parts[index] ?? ''
    const rest = part.slice(1)
    switch (part.charAt(0)) {
      case 'N':
        records.set(rest, empty)
        break
      case 'F':
        records.set(rest, { written: parts[++index] ?? '', age })
        break
      case 'A':
        age = Number(rest)
        empty = { written: null, age }
        break
      default:
        return null
    }
  }
  return records
}
