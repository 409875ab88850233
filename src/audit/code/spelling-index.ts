import type { ModelSpelling } from '../../catalogue/index.ts'

/** The model names of a file by offset, searched once. */
export class SpellingIndex {
  readonly #spellings: readonly ModelSpelling[]

  constructor(spellings: readonly ModelSpelling[]) {
    this.#spellings = spellings.toSorted((a, b) => a.offset - b.offset)
  }

  between(start: number, end: number): readonly ModelSpelling[] {
    return this.#spellings.slice(this.#firstAt(start), this.#firstAt(end))
  }

  count(start: number, end: number): number {
    return this.#firstAt(end) - this.#firstAt(start)
  }

  /** Index of the first spelling at or after an offset. */
  #firstAt(offset: number): number {
    let low = 0
    let high = this.#spellings.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#spellings[middle]?.offset ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
