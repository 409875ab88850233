/** Finds which of many literals a text holds, in one pass over the text whatever their number. */
export interface KeywordIndex {
  /** Numbers of the keywords that stand in the text, in no order. */
  readonly find: (text: string) => ReadonlySet<number>
}

interface Keyword {
  readonly keyword: string
  readonly number: number
  /** The character behind those it is filed by; 0: there is none. */
  readonly next: number
}

/** How many of its first characters tell where a keyword is filed. With two, every third position met some keyword. */
const filedBy = 4

/**
 * Each keyword waits in the bucket of its first characters; few positions of a text meet a bucket that holds any. The few
 * keywords that are shorter are looked for one by one. Every character of every file with a keyword comes through here:
 * the loop keeps to whole numbers and arrays, which the compilers of V8 turn into plain machine code.
 */
export function indexKeywords(keywords: readonly string[]): KeywordIndex {
  const short: Pick<Keyword, 'keyword' | 'number'>[] = []
  const buckets: Keyword[][] = [[]]
  /** By hash: where in `buckets`; 0 holds none. */
  const bucketAt = new Uint16Array(0x10000)
  for (const [number, keyword] of keywords.entries()) {
    if (keyword.length < filedBy) {
      short.push({ keyword, number })
      continue
    }
    const hash = hashOfBeginning(keyword)
    if (bucketAt[hash] === 0) bucketAt[hash] = buckets.push([]) - 1
    const next = keyword.length > filedBy ? keyword.charCodeAt(filedBy) : 0
    buckets[bucketAt[hash] ?? 0]?.push({ keyword, number, next })
  }
  return {
    find(text) {
      const found = new Set<number>()
      for (const { keyword, number } of short) if (text.includes(keyword)) found.add(number)
      const end = text.length
      let last = 0
      for (let index = 0; index < end; index += 1) {
        last = withNext(last, text.charCodeAt(index))
        const at = bucketAt[hashOf(last)] ?? 0
        if (at !== 0) addStanding(found, buckets[at] ?? [], text, index - filedBy + 1)
      }
      return found
    },
  }
}

/** Those of a bucket that stand at an offset of the text. Most are told apart by one character more. */
function addStanding(
  found: Set<number>,
  bucket: readonly Keyword[],
  text: string,
  start: number,
): void {
  const next = text.charCodeAt(start + filedBy)
  for (let at = 0; at < bucket.length; at += 1) {
    const filed = bucket[at]
    if (filed === undefined || (filed.next !== next && filed.next !== 0)) continue
    if (text.startsWith(filed.keyword, start)) found.add(filed.number)
  }
}

function hashOfBeginning(keyword: string): number {
  let last = 0
  for (let index = 0; index < filedBy; index += 1) {
    last = withNext(last, keyword.charCodeAt(index))
  }
  return hashOf(last)
}

/** The last four characters, eight bits each: after four more nothing of the first is left. */
function withNext(last: number, code: number): number {
  return (last << 8) ^ code
}

/** 16 bits in which every character counts; a multiplication would be a call for each character of a text. */
function hashOf(last: number): number {
  return (last ^ (last >>> 13) ^ (last >>> 22)) & 0xffff
}
