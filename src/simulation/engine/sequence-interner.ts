import { IntegerPool } from './integer-pool.ts'

/**
 * Gives equal sequences of integers the same small number: options with equal elements, needs with equal options and
 * workflows with equal needs are then worked on once. Open addressing over typed arrays; no strings are built.
 */
export class SequenceInterner {
  /** Start of each sequence in `pool`; one more than there are sequences. */
  private readonly starts = new IntegerPool()
  private readonly pool = new IntegerPool(4096)
  private table: Int32Array = new Int32Array(1024).fill(-1)
  private readonly hashes = new IntegerPool()

  constructor() {
    this.starts.push(0)
  }

  get count(): number {
    return this.starts.length - 1
  }

  start(id: number): number {
    return this.starts.at(id)
  }

  end(id: number): number {
    return this.starts.at(id + 1)
  }

  at(index: number): number {
    return this.pool.at(index)
  }

  /** All sequences behind each other; `start` and `end` say where one stands. Valid until the next `intern`. */
  get values(): Int32Array {
    return this.pool.data
  }

  intern(values: ArrayLike<number>, length: number): number {
    if ((this.count + 1) * 2 > this.table.length) this.rehash()
    const hash = hashOf(values, length)
    const mask = this.table.length - 1
    let slot = hash & mask
    for (;;) {
      const id = this.table[slot] ?? -1
      if (id < 0) break
      if (this.hashes.at(id) === hash && this.equals(id, values, length)) return id
      slot = (slot + 1) & mask
    }
    const id = this.count
    this.table[slot] = id
    this.hashes.push(hash)
    for (let index = 0; index < length; index += 1) this.pool.push(values[index] ?? 0)
    this.starts.push(this.pool.length)
    return id
  }

  private equals(id: number, values: ArrayLike<number>, length: number): boolean {
    const start = this.start(id)
    if (this.end(id) - start !== length) return false
    for (let index = 0; index < length; index += 1) {
      if (this.pool.data[start + index] !== values[index]) return false
    }
    return true
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 4).fill(-1)
    const mask = table.length - 1
    for (let id = 0; id < this.count; id += 1) {
      let slot = this.hashes.at(id) & mask
      while ((table[slot] ?? -1) >= 0) slot = (slot + 1) & mask
      table[slot] = id
    }
    this.table = table
  }
}

function hashOf(values: ArrayLike<number>, length: number): number {
  let hash = length
  for (let index = 0; index < length; index += 1) {
    hash = Math.imul(hash ^ (values[index] ?? 0), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash | 0
}
