import type { Position } from './node-builder.ts'

/** A place in a text that readers of small languages move along, with line and column kept. */
export class TextCursor {
  readonly text: string
  offset = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.text = text
  }

  get position(): Position {
    return { line: this.#line, column: this.offset - this.#lineStart + 1 }
  }

  get done(): boolean {
    return this.offset >= this.text.length
  }

  peek(ahead = 0): string {
    return this.text[this.offset + ahead] ?? ''
  }

  startsWith(what: string): boolean {
    return this.text.startsWith(what, this.offset)
  }

  advance(count = 1): void {
    const end = Math.min(this.text.length, this.offset + count)
    for (let at = this.offset; at < end; at += 1) {
      if (this.text[at] === '\n') {
        this.#line += 1
        this.#lineStart = at + 1
      }
    }
    this.offset = end
  }

  /** Goes back to an earlier offset. */
  rewind(offset: number): void {
    const passed = this.text.slice(offset, this.offset).split('\n').length - 1
    this.#line -= passed
    this.#lineStart = this.text.lastIndexOf('\n', offset - 1) + 1
    this.offset = offset
  }

  /** Matches a sticky expression here and moves behind it. */
  take(sticky: RegExp): string | null {
    sticky.lastIndex = this.offset
    const found = sticky.exec(this.text)
    if (found === null || found[0] === '') return null
    this.advance(found[0].length)
    return found[0]
  }

  skipLine(): void {
    const newline = this.text.indexOf('\n', this.offset)
    this.advance((newline === -1 ? this.text.length : newline + 1) - this.offset)
  }

  /** The rest of this line, without its end; does not move. */
  restOfLine(): string {
    const newline = this.text.indexOf('\n', this.offset)
    return this.text.slice(this.offset, newline === -1 ? undefined : newline).replace(/\r$/, '')
  }
}
