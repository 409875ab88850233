const windowMs = 60_000
const bucketMs = 1_000
/** A minute that begins within a second touches one second more than it has. */
const bucketCount = windowMs / bucketMs + 1

/**
 * What came within the last minute, second by second: whoever holds its sum under a limit never exceeds the limit in
 * any 60 seconds, and has room again a second later than an exact list at most.
 */
export class SlidingWindow {
  readonly #amounts = new Float64Array(bucketCount)
  /** Number of the newest second that has a place. */
  #newest = 0
  #sum = 0

  /** A negative amount takes back what was added at that time. */
  add(atMs: number, amount: number): void {
    const bucket = bucketOf(atMs)
    this.#moveTo(bucket)
    if (bucket <= this.#newest - bucketCount) return
    const index = bucket % bucketCount
    this.#amounts[index] = (this.#amounts[index] ?? 0) + amount
    this.#sum += amount
  }

  sum(atMs: number): number {
    this.#moveTo(bucketOf(atMs))
    return this.#sum
  }

  /** Milliseconds until `amount` more stays within `limit` if nothing else comes; 0: now; `Infinity`: never. */
  waitMs(atMs: number, amount: number, limit: number): number {
    if (amount > limit) return Number.POSITIVE_INFINITY
    let sum = this.sum(atMs) + amount
    for (let age = bucketCount - 1; sum > limit && age >= 0; age -= 1) {
      const bucket = this.#newest - age
      sum -= this.#amounts[modulo(bucket)] ?? 0
      if (sum <= limit) return (bucket + bucketCount) * bucketMs - atMs
    }
    return 0
  }

  /** Seconds that are past lose their place to those that begin. */
  #moveTo(bucket: number): void {
    const passed = Math.min(bucket - this.#newest, bucketCount)
    for (let step = 1; step <= passed; step += 1) {
      const index = modulo(bucket - passed + step)
      this.#sum -= this.#amounts[index] ?? 0
      this.#amounts[index] = 0
    }
    if (passed > 0) this.#newest = bucket
  }
}

function bucketOf(atMs: number): number {
  return Math.floor(atMs / bucketMs)
}

function modulo(bucket: number): number {
  return ((bucket % bucketCount) + bucketCount) % bucketCount
}
