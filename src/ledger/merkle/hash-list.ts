import { hashBytes } from './merkle-hash.ts'

const keptBytes = 8 * 2 ** 20

/** Hashes one after the other in one piece of memory, as the file of stored hashes has them. */
export class HashList {
  #bytes: Buffer
  #length = 0

  constructor(expected = 64) {
    this.#bytes = Buffer.allocUnsafeSlow(expected * hashBytes)
  }

  get count(): number {
    return this.#length / hashBytes
  }

  /** All of them; holds until the list is next changed. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** A hash as `sha256` writes it: one character a byte. */
  add(hash: string): void {
    if (this.#length === this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(this.#bytes.length * 2)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes.write(hash, this.#length, 'latin1')
    this.#length += hashBytes
  }

  /** Forgets all of them and keeps the memory, unless it is much. */
  clear(): void {
    this.#length = 0
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafeSlow(keptBytes)
  }
}
