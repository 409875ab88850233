/** A growing row of integers in one typed array: what would be a hundred thousand small arrays. */
export class IntegerPool {
  data: Int32Array
  length = 0

  constructor(room = 1024) {
    this.data = new Int32Array(room)
  }

  push(value: number): void {
    if (this.length === this.data.length) this.grow(this.length + 1)
    this.data[this.length] = value
    this.length += 1
  }

  /** Empties it and keeps its memory, which an array would give back. */
  clear(): void {
    this.length = 0
  }

  /** Keeps a short row sorted and without repeats. */
  insertSorted(value: number): void {
    this.push(value)
    const { data } = this
    let at = this.length - 1
    while (at > 0 && (data[at - 1] ?? 0) > value) {
      data[at] = data[at - 1] ?? 0
      at -= 1
    }
    data[at] = value
    if (at === 0 || data[at - 1] !== value) return
    data.copyWithin(at, at + 1, this.length)
    this.length -= 1
  }

  /** Sets the value at an index that is there, or at the next one. */
  put(index: number, value: number): void {
    if (index === this.length) this.push(value)
    else this.data[index] = value
  }

  /** Makes room for so many more, which may then be written to `data` directly. */
  reserve(count: number): void {
    if (this.length + count > this.data.length) this.grow(this.length + count)
  }

  at(index: number): number {
    return this.data[index] ?? -1
  }

  private grow(least: number): void {
    const larger = new Int32Array(Math.max(least, this.data.length * 2))
    larger.set(this.data)
    this.data = larger
  }
}
