const firstBytes = 4 * 1024
const none = Buffer.alloc(0)

/**
 * Bytes one behind the other in one piece of memory. Kept as they came, the small pieces of a stream would each be an
 * object with memory of its own, which the collector copies and follows for as long as the stream goes on.
 */
export class GatheredBytes {
  #memory = none
  #length = 0

  get length(): number {
    return this.#length
  }

  add(piece: Buffer | string): void {
    const length = Buffer.byteLength(piece)
    this.#makeRoom(length)
    if (typeof piece === 'string') this.#memory.write(piece, this.#length)
    else this.#memory.set(piece, this.#length)
    this.#length += length
  }

  /** All that was added, and not a copy of it: to be read before more is added. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }

  /** Begins anew, and lets go of the memory: one large piece must not be held for the rest of a stream. */
  clear(): void {
    this.#memory = none
    this.#length = 0
  }

  #makeRoom(length: number): void {
    const wanted = this.#length + length
    if (wanted <= this.#memory.length) return
    const memory = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.#memory.length, firstBytes))
    memory.set(this.bytes)
    this.#memory = memory
  }
}
