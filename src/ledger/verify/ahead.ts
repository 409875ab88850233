/** Results in the order of what they are of, while up to `atOnce` of them are worked on. */
export async function* ahead<Of, Result>(
  all: readonly Of[],
  atOnce: number,
  work: (of: Of) => Promise<Result>,
): AsyncGenerator<{ readonly of: Of; readonly result: Result }> {
  const begun: { readonly of: Of; readonly result: Promise<Result> }[] = []
  let next = 0
  while (next < all.length || begun.length > 0) {
    const last = Math.min(all.length, next + atOnce - begun.length)
    for (const of of all.slice(next, last)) {
      const result = work(of)
      // Whoever stops early hears of none that fails later.
      result.catch(() => undefined)
      begun.push({ of, result })
    }
    next = last
    const first = begun.shift()
    if (first !== undefined) yield { of: first.of, result: await first.result }
  }
}
