import type { Entry } from './usage-sources/usage-source.ts'

export interface EntrySink {
  readonly entry: (entry: Entry, parents: readonly Entry[]) => void
  /** Something stood where an entry should, and could not be read. */
  readonly unreadable: () => void
}

/** Members that hold entries, one after the other; whatever stands before them in the same object belongs to each. */
const containerNames: ReadonlySet<string> = new Set([
  'data',
  'Records',
  'Events',
  'logs',
  'resourceSpans',
  'scopeSpans',
  'spans',
])

/** An object around entries, while they pass by. */
interface Carrier {
  readonly context: Entry
  /** How many lists and objects are open in it, its list of entries not counted. */
  depth: number
}

/** How long the text of one entry may be. */
export const entryLengthMax = 64 * 2 ** 20

/**
 * Takes a JSON document, or several, apart into the entries that stand in its lists, however long it is: of the text
 * no more is held than one entry. What is no JSON within an entry costs that entry; a text that is cut off costs
 * only what was cut.
 */
export class JsonEntries {
  readonly #sink: EntrySink
  readonly #lengthMax: number
  readonly #carriers: (Carrier | 'list')[] = []
  /** Text of the value that is being read, since its first character; null: none is, or it is too long. */
  #held: string | null = null
  #isReading = false
  #depth = 0
  #isInString = false
  /** The text ended behind a backslash: what comes first is no end of the string. */
  #isEscaped = false
  #stringStart = -1
  #lastString = ''
  #name: string | null = null
  #nameAt = 0

  constructor(sink: EntrySink, lengthMax: number = entryLengthMax) {
    this.#sink = sink
    this.#lengthMax = lengthMax
  }

  push(text: string): void {
    let from = 0
    let at = 0
    const hold = (end: number): void => {
      if (this.#isReading && this.#held !== null) {
        this.#held += text.slice(from, end)
        if (this.#held.length > this.#lengthMax) this.#held = null
      }
      from = end
    }
    while (at < text.length) {
      if (this.#isInString) {
        at = this.#throughString(text, at)
        continue
      }
      const character = text.charCodeAt(at)
      if (character === quote) {
        this.#isInString = true
        this.#stringStart = at + 1
        this.#lastString = ''
        if (this.#isReading && this.#depth === 1) {
          hold(at)
          this.#nameAt = this.#held?.length ?? 0
        }
      } else if (character === openBrace || character === openBracket) {
        if (this.#isReading && this.#isContainer(character)) {
          hold(at)
          this.#becomeCarrier()
          from = at + 1
        } else this.#open(character, () => (from = at))
      } else if (character === closeBrace || character === closeBracket) {
        if (this.#isReading && this.#depth === 1) {
          hold(at + 1)
          this.#closeEntry()
        } else this.#close()
      } else if (character === colon) {
        this.#name = this.#lastString
        at += 1
        continue
      } else if (character === comma) this.#name = null
      at += 1
    }
    hold(text.length)
    this.#stringStart = this.#isInString ? 0 : -1
  }

  /** The text has ended: an entry that was not complete is told. */
  end(): void {
    if (this.#isReading) this.#sink.unreadable()
    this.#isReading = false
  }

  /** The place behind the string, or the end of the text. A line break ends a string that nobody closed. */
  #throughString(text: string, from: number): number {
    stringEnd.lastIndex = this.#isEscaped ? from + 1 : from
    this.#isEscaped = false
    for (let found = stringEnd.exec(text); found !== null; found = stringEnd.exec(text)) {
      if (found[0] === '\\') {
        this.#isEscaped = true
        break
      }
      if (found[0].startsWith('\\')) continue
      if (this.#lastString.length < 64)
        this.#lastString += text.slice(this.#stringStart, found.index).slice(0, 64)
      this.#isInString = false
      return found.index + 1
    }
    this.#lastString += text.slice(this.#stringStart).slice(0, 64)
    return text.length
  }

  #isContainer(character: number): boolean {
    return (
      character === openBracket &&
      this.#depth === 1 &&
      this.#name !== null &&
      containerNames.has(this.#name)
    )
  }

  /** The object that is being read holds entries: what was read of it goes with each of them. */
  #becomeCarrier(): void {
    const before = this.#held?.slice(0, this.#nameAt).replace(/,\s*$/, '')
    const context = before === undefined ? null : parsed(`${before}}`)
    this.#carriers.push({ context: context ?? {}, depth: 1 }, 'list')
    this.#isReading = false
    this.#held = null
    this.#name = null
  }

  #open(character: number, begin: () => void): void {
    if (this.#isReading) {
      this.#depth += 1
      return
    }
    const around = this.#carriers.at(-1)
    if (around !== undefined && around !== 'list') {
      // Behind its list of entries an object may have another one.
      if (
        character === openBracket &&
        around.depth === 1 &&
        this.#name !== null &&
        containerNames.has(this.#name)
      )
        this.#carriers.push('list')
      else around.depth += 1
      this.#name = null
      return
    }
    if (around === undefined && character === openBracket) {
      this.#carriers.push('list')
      return
    }
    this.#isReading = true
    this.#depth = 1
    this.#held = ''
    this.#name = null
    begin()
  }

  #close(): void {
    if (this.#isReading) {
      this.#depth -= 1
      return
    }
    const around = this.#carriers.at(-1)
    if (around === undefined) return
    if (around === 'list') {
      this.#carriers.pop()
      return
    }
    around.depth -= 1
    if (around.depth === 0) this.#carriers.pop()
  }

  #closeEntry(): void {
    const entry = this.#held === null ? null : parsed(this.#held)
    this.#isReading = false
    this.#held = null
    this.#name = null
    if (entry === null) return this.#sink.unreadable()
    const parents = this.#carriers.flatMap((one) => (one === 'list' ? [] : [one.context]))
    this.#sink.entry(entry, parents)
  }
}

/** Entries of a value that is read already: one line of a log. */
export function entriesIn(value: unknown, sink: EntrySink, parents: readonly Entry[] = []): void {
  if (Array.isArray(value)) {
    for (const one of value) entriesIn(one, sink, parents)
    return
  }
  if (typeof value !== 'object' || value === null) return sink.unreadable()
  const entry = value as Entry
  const names = Object.keys(entry).filter(
    (name) => containerNames.has(name) && Array.isArray(entry[name]),
  )
  if (names.length === 0) return sink.entry(entry, parents)
  const context = Object.fromEntries(
    Object.entries(entry).filter(([name]) => !names.includes(name)),
  )
  for (const name of names) entriesIn(entry[name], sink, [...parents, context])
}

function parsed(text: string): Entry | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Entry)
      : null
  } catch {
    return null
  }
}

const stringEnd = /\\[^]|\\$|["\n]/g
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
