/** What a caller must have seen to; where it does not hold, that is a bug of the caller and no answer is right. */
export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new RangeError(what)
}
