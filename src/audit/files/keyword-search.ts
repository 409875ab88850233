/** Looks for many literals at once in bytes: the automaton of Aho and Corasick, with every step in a table. */
export class KeywordSearch {
  /** Bytes that no keyword holds share class 0. */
  readonly #classOf = new Uint16Array(256)
  readonly #classes: number
  /** Next state by state and class; states from which nothing is missing any more are negative. */
  readonly #next: Int32Array

  constructor(keywords: readonly string[]) {
    const patterns = keywords
      .filter((keyword) => keyword !== '')
      .map((keyword) => Buffer.from(keyword))
    this.#classes = 1
    for (const pattern of patterns) {
      for (const byte of pattern) {
        if (this.#classOf[byte] === 0) this.#classOf[byte] = this.#classes++
      }
    }
    const statesMax = 1 + patterns.reduce((sum, pattern) => sum + pattern.length, 0)
    this.#next = new Int32Array(statesMax * this.#classes)
    this.#build(patterns, statesMax)
  }

  /** True when the bytes hold at least one keyword. */
  matches(bytes: Uint8Array): boolean {
    const next = this.#next
    const classOf = this.#classOf
    let state = 0
    for (let index = 0; index < bytes.length; index++) {
      state = next[state + (classOf[bytes[index] ?? 0] ?? 0)] ?? 0
      if (state < 0) return true
    }
    return false
  }

  /** States are offsets into the table, so that a step is one addition. */
  #build(patterns: readonly Uint8Array[], statesMax: number): void {
    const classes = this.#classes
    const next = this.#next
    const isEnd = new Uint8Array(statesMax)
    let states = 1
    for (const pattern of patterns) {
      let state = 0
      for (const byte of pattern) {
        const at = state + (this.#classOf[byte] ?? 0)
        if (next[at] === 0) next[at] = states++ * classes
        state = next[at] ?? 0
      }
      isEnd[state / classes] = 1
    }
    this.#addFallbacks(states, isEnd)
    for (let at = 0; at < states * classes; at++) {
      if (isEnd[(next[at] ?? 0) / classes] === 1) next[at] = -1
    }
  }

  /** Breadth first: where a state has no step of its own, it takes that of its longest proper suffix. */
  #addFallbacks(states: number, isEnd: Uint8Array): void {
    const classes = this.#classes
    const next = this.#next
    const suffixOf = new Int32Array(states)
    const queue: number[] = []
    for (let step = 0; step < classes; step++) {
      if (next[step] !== 0) queue.push(next[step] ?? 0)
    }
    for (const state of queue) {
      const suffix = suffixOf[state / classes] ?? 0
      if (isEnd[suffix / classes] === 1) isEnd[state / classes] = 1
      for (let step = 0; step < classes; step++) {
        const target = next[state + step] ?? 0
        const other = next[suffix + step] ?? 0
        if (target === 0) {
          next[state + step] = other
        } else {
          suffixOf[target / classes] = other
          queue.push(target)
        }
      }
    }
  }
}
