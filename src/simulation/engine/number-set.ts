/**
 * A set of whole numbers that is emptied in no time: an entry counts only when it bears the mark of the present
 * round. Open addressing over typed arrays; for scratch work in inner loops.
 */
export class NumberSet {
  private keys = new Float64Array(1024)
  private marks = new Int32Array(1024)
  private mark = 1
  private size = 0

  clear(): void {
    this.mark += 1
    this.size = 0
  }

  has(value: number): boolean {
    return this.marks[this.slotOf(value)] === this.mark
  }

  /** True when it was not there before. */
  add(value: number): boolean {
    if ((this.size + 1) * 2 > this.keys.length) this.grow()
    const slot = this.slotOf(value)
    if (this.marks[slot] === this.mark) return false
    this.keys[slot] = value
    this.marks[slot] = this.mark
    this.size += 1
    return true
  }

  private slotOf(value: number): number {
    const mask = this.keys.length - 1
    const folded =
      Math.imul(value | 0, 0x9e3779b1) ^ Math.imul((value / 0x100000000) | 0, 0x85ebca6b)
    let slot = (folded ^ (folded >>> 15)) & mask
    while (this.marks[slot] === this.mark && this.keys[slot] !== value) slot = (slot + 1) & mask
    return slot
  }

  private grow(): void {
    const { keys, marks, mark } = this
    this.keys = new Float64Array(keys.length * 4)
    this.marks = new Int32Array(keys.length * 4)
    this.mark = 1
    this.size = 0
    for (const [slot, key] of keys.entries()) if (marks[slot] === mark) this.add(key)
  }
}
