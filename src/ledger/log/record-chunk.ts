import { HashList } from '../merkle/hash-list.ts'
import { sha256 } from '../merkle/merkle-hash.ts'
import { recordBytes, recordHeaderBytes, writeRecord } from './record-format.ts'

/** Told the number of an entry in its log, once it is durable. */
export type Done = (entry: number) => void

/**
 * Records that wait to be written, one after the other in one piece of memory, so that an entry costs no buffer of
 * its own and a batch is few parts.
 */
export class RecordChunk {
  readonly #memory: Buffer
  #length = 0
  readonly #leaves = new HashList()
  #done: (readonly [number, Done])[] = []

  constructor(size: number) {
    this.#memory = Buffer.allocUnsafeSlow(size)
  }

  /** Memory that it has, used or not. */
  get size(): number {
    return this.#memory.length
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }

  get length(): number {
    return this.#length
  }

  /** Leaf hashes of its entries, in order. */
  get leaves(): Buffer {
    return this.#leaves.bytes
  }

  get count(): number {
    return this.#leaves.count
  }

  hasRoomFor(content: string | Uint8Array): boolean {
    const room = this.#memory.length - this.#length - recordHeaderBytes
    if (typeof content !== 'string') return content.length <= room
    return content.length * 3 <= room || Buffer.byteLength(content) <= room
  }

  add(content: string | Uint8Array, done: Done | null): void {
    if (done !== null) this.#done.push([this.#leaves.count, done])
    const body = writeRecord(this.#memory, this.#length, content)
    this.#length += recordBytes(body)
    this.#leaves.add(sha256(body))
  }

  /** Tells those who wait that the entries are durable; the first of them is `first` in the log. */
  tell(first: number): void {
    for (const [number, done] of this.#done) done(first + number)
  }

  clear(): void {
    this.#length = 0
    this.#leaves.clear()
    this.#done = []
  }
}
