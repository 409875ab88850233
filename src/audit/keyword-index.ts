/** Finds which of many literals a text holds, in one pass over the text whatever their number. */
export interface KeywordIndex {
  /** Numbers of the keywords that stand in the text, in no order. */
  readonly find: (text: string) => ReadonlySet<number>
}

interface Keyword {
  readonly keyword: string
  readonly number: number
}

/** How many of its first characters tell where a keyword is filed. With two, every third position met some keyword. */
const filedBy = 4

/**
 * Each keyword waits in the bucket of its first characters; few positions of a text meet a full bucket. The few
 * keywords that are shorter are looked for one by one.
 */
export function indexKeywords(keywords: readonly string[]): KeywordIndex {
  const isFull = new Uint8Array(0x10000)
  const buckets = new Map<number, Keyword[]>()
  const short: Keyword[] = []
  for (const [number, keyword] of keywords.entries()) {
    if (keyword.length < filedBy) {
      short.push({ keyword, number })
      continue
    }
    const bucket = bucketAt(keyword)
    isFull[bucket] = 1
    const filed = buckets.get(bucket)
    if (filed === undefined) buckets.set(bucket, [{ keyword, number }])
    else filed.push({ keyword, number })
  }
  return {
    find(text) {
      const found = new Set<number>()
      for (const { keyword, number } of short) if (text.includes(keyword)) found.add(number)
      let last = 0
      for (let index = 0; index < text.length; index += 1) {
        last = withNext(last, text.charCodeAt(index))
        const bucket = bucketOf(last)
        if (isFull[bucket] === 0) continue
        const start = index - filedBy + 1
        for (const { keyword, number } of buckets.get(bucket) ?? []) {
          if (!found.has(number) && text.startsWith(keyword, start)) found.add(number)
        }
      }
      return found
    },
  }
}

/** The bucket of the first characters of a keyword. */
function bucketAt(keyword: string): number {
  let last = 0
  for (let index = 0; index < filedBy; index += 1) {
    last = withNext(last, keyword.charCodeAt(index))
  }
  return bucketOf(last)
}

/** The last four characters, eight bits each: after four more nothing of the first is left. */
function withNext(last: number, code: number): number {
  return (last << 8) ^ code
}

/** The upper half of a product, in which every bit of the characters counts. */
function bucketOf(last: number): number {
  return Math.imul(last, 0x9e3779b1) >>> 16
}
