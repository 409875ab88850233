/**
 * A file is made of passages: each ends at an empty line behind which the next begins at the margin, while no
 * bracket, comment or text is open. What is declared at the top of a file never reaches out of its passage, so a
 * passage can be parsed without the others.
 */

/** The passages of a file that are asked for. */
export interface AskedText {
  /** Of the others only the line breaks are left, so that lines and columns stay. */
  readonly text: string
  readonly offsets: OffsetMap
}

export function askedPassages(content: string, isAsked: (passage: string) => boolean): AskedText {
  const parts: string[] = []
  const pieces: Piece[] = []
  let length = 0
  let start = 0
  for (const end of passageEnds(content)) {
    const passage = content.slice(start, end)
    const isKept = isAsked(passage)
    const part = isKept ? passage : lineBreaks(passage)
    if (isKept && pieces.at(-1)?.shift !== start - length) {
      pieces.push({ from: length, shift: start - length })
    }
    parts.push(part)
    length += part.length
    start = end
  }
  return { text: parts.join(''), offsets: new OffsetMap(pieces) }
}

interface Piece {
  readonly from: number
  readonly shift: number
}

/** Offsets in the text that was parsed, turned into those of the file. */
export class OffsetMap {
  readonly #pieces: readonly Piece[]

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  /** Of a character. */
  inFile(offset: number): number {
    return offset + (this.#pieces.findLast(({ from }) => from <= offset)?.shift ?? 0)
  }

  /** Of the end of something, which is the last character and one. */
  endInFile(offset: number): number {
    return this.inFile(offset - 1) + 1
  }
}

/** For a text that was parsed as a whole. */
export const sameOffsets = new OffsetMap([])

function lineBreaks(text: string): string {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return '\n'.repeat(count)
}

function passageEnds(content: string): readonly number[] {
  const ends: number[] = []
  const open = new OpenMarks()
  let isEmptyLine = false
  for (let at = 0; at < content.length; at += 1) {
    const code = content.charCodeAt(at)
    if (code === newline) {
      if (isEmptyLine && open.none && beginsPassage(content, at + 1)) ends.push(at + 1)
      isEmptyLine = true
    } else if (code > space) {
      isEmptyLine = false
      if (isMark[code] === 1) open.read(content, at, code)
    }
  }
  ends.push(content.length)
  return ends
}

const newline = 0x0a
const space = 0x20

/** A declaration, an attribute or a comment before one; not what goes on with the statement above. */
const beginning =
  /(?!(?:else|elif|except|finally|catch|case|default|end|rescue|ensure|where|while)\b)[A-Za-z_@#/]/y

function beginsPassage(content: string, at: number): boolean {
  beginning.lastIndex = at
  return beginning.test(content)
}

const isMark = new Uint8Array(0x10000)
for (const mark of '()[]{}"`*\'') isMark[mark.charCodeAt(0)] = 1

/**
 * What is open at some place, by counting alone. Marks inside texts and comments count as well: then something may
 * seem open that is not, and passages are longer than they need be.
 */
class OpenMarks {
  #round = 0
  #square = 0
  #curly = 0
  #comments = 0
  #quotes = 0
  #threeApostrophes = 0
  #backticks = 0

  get none(): boolean {
    return (
      this.#round === 0 &&
      this.#square === 0 &&
      this.#curly === 0 &&
      this.#comments === 0 &&
      this.#quotes % 2 === 0 &&
      this.#threeApostrophes % 2 === 0 &&
      this.#backticks % 2 === 0
    )
  }

  read(content: string, at: number, code: number): void {
    switch (String.fromCharCode(code)) {
      case '(':
        this.#round += 1
        break
      case ')':
        this.#round -= 1
        break
      case '[':
        this.#square += 1
        break
      case ']':
        this.#square -= 1
        break
      case '{':
        this.#curly += 1
        break
      case '}':
        this.#curly -= 1
        break
      case '"':
        this.#quotes += 1
        break
      case '`':
        this.#backticks += 1
        break
      case '*':
        if (content[at - 1] === '/') this.#comments += 1
        if (content[at + 1] === '/') this.#comments -= 1
        break
      case "'":
        if (content.startsWith("'''", at)) this.#threeApostrophes += 1
        break
      default:
    }
  }
}
