/** Finds which of many literals a text holds, in one pass over the text whatever their number. */
export interface KeywordIndex {
  /** Numbers of the keywords that stand in the text, in no order. */
  readonly find: (text: string) => ReadonlySet<number>
}

/** Two code units as one number below 2^16; different pairs may share one. */
function bucketOf(first: number, second: number): number {
  return ((first * 251) ^ second) & 0xffff
}

/** Each keyword waits in the bucket of its first two characters; few positions of a text meet a full bucket. */
export function indexKeywords(keywords: readonly string[]): KeywordIndex {
  const isFull = new Uint8Array(0x10000)
  const buckets = new Map<number, { readonly keyword: string; readonly number: number }[]>()
  for (const [number, keyword] of keywords.entries()) {
    if (keyword.length < 2)
      throw new RangeError(`keyword \`${keyword}\` is shorter than two characters`)
    const bucket = bucketOf(keyword.charCodeAt(0), keyword.charCodeAt(1))
    isFull[bucket] = 1
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), { keyword, number }])
  }
  return {
    find(text) {
      const found = new Set<number>()
      let first = text.charCodeAt(0)
      for (let index = 1; index < text.length; index += 1) {
        const second = text.charCodeAt(index)
        const bucket = bucketOf(first, second)
        if (isFull[bucket] === 1) {
          for (const { keyword, number } of buckets.get(bucket) ?? []) {
            if (!found.has(number) && text.startsWith(keyword, index - 1)) found.add(number)
          }
        }
        first = second
      }
      return found
    },
  }
}
