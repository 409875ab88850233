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
      let bucket = 0
      for (let index = 0; index < text.length; index += 1) {
        bucket = withNext(bucket, text.charCodeAt(index))
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
  let bucket = 0
  for (let index = 0; index < filedBy; index += 1) {
    bucket = withNext(bucket, keyword.charCodeAt(index))
  }
  return bucket
}

/** Sixteen bits, four for each character: after four more characters nothing of the first is left. */
function withNext(bucket: number, code: number): number {
  return ((bucket << 4) ^ (code * 7)) & 0xffff
}
