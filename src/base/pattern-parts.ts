/**
 * A regular expression taken apart, for checks on how long it may take. Sets of characters are bits: one for each
 * character of ASCII, and the last for all others together.
 */

export type Part = Characters | Anchor | Sequence | Choice | Repeat

interface Characters {
  readonly kind: 'characters'
  readonly characters: bigint
}

interface Anchor {
  readonly kind: 'anchor'
  readonly anchor: '^' | '$' | '\\b' | '\\B'
}

interface Sequence {
  readonly kind: 'sequence'
  readonly parts: readonly Part[]
}

interface Choice {
  readonly kind: 'choice'
  readonly parts: readonly Part[]
}

export interface Repeat {
  readonly kind: 'repeat'
  readonly part: Part
  readonly min: number
  readonly max: number
  /** As written, with its quantifier. */
  readonly source: string
  /** Where it stands in the expression. */
  readonly start: number
}

/** True for a repetition that no number ends. */
export function isOpen(repeat: Repeat): boolean {
  return repeat.max === Number.POSITIVE_INFINITY
}

const others = 128
const every = (1n << BigInt(others + 1)) - 1n
const digits = range(48, 57)
export const wordCharacters = digits | range(65, 90) | range(97, 122) | bit(95)
// The blanks beyond ASCII are among the others.
const blanks = range(9, 13) | bit(32) | bit(others)

function bit(code: number): bigint {
  return 1n << BigInt(Math.min(code, others))
}

function range(from: number, to: number): bigint {
  const last = Math.min(to, others)
  let bits = 0n
  for (let code = Math.min(from, others); code <= last; code += 1) bits |= bit(code)
  return bits
}

/** The parts of an expression that `RegExp` accepts. Total: what it does not know it takes literally. */
export function parsePattern(pattern: string, ignoreCase: boolean): Part {
  return new Reader(pattern, ignoreCase).choice()
}

class Reader {
  readonly #pattern: string
  readonly #ignoreCase: boolean
  #at = 0

  constructor(pattern: string, ignoreCase: boolean) {
    this.#pattern = pattern
    this.#ignoreCase = ignoreCase
  }

  choice(): Part {
    const parts = [this.#sequence()]
    while (this.#pattern[this.#at] === '|') {
      this.#at += 1
      parts.push(this.#sequence())
    }
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : { kind: 'choice', parts }
  }

  #sequence(): Part {
    const parts: Part[] = []
    while (this.#at < this.#pattern.length) {
      const character = this.#pattern[this.#at]
      if (character === '|' || character === ')') break
      const from = this.#at
      const part = this.#atom()
      parts.push(this.#quantified(part, from))
    }
    return { kind: 'sequence', parts }
  }

  #quantified(part: Part, from: number): Part {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#pattern.slice(this.#at))
    if (found === null) return part
    this.#at += found[0].length
    const written = { source: this.#pattern.slice(from, this.#at), start: from }
    switch (found[0].charAt(0)) {
      case '*':
        return { kind: 'repeat', part, min: 0, max: Number.POSITIVE_INFINITY, ...written }
      case '+':
        return { kind: 'repeat', part, min: 1, max: Number.POSITIVE_INFINITY, ...written }
      case '?':
        return { kind: 'repeat', part, min: 0, max: 1, ...written }
      default: {
        const min = Number(found[1])
        const isExact = found[2] === ''
        const max = isExact ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3])
        return { kind: 'repeat', part, min, max, ...written }
      }
    }
  }

  #atom(): Part {
    const character = this.#pattern[this.#at] ?? ''
    switch (character) {
      case '(': {
        const opening =
          /^\((?:\?(?:<\w+>|[a-z-]*:))?/.exec(this.#pattern.slice(this.#at))?.[0] ?? '('
        this.#at += opening.length
        const inner = this.choice()
        this.#at += 1
        return inner
      }
      case '[':
        return { kind: 'characters', characters: this.#folded(this.#class()) }
      case '.':
        this.#at += 1
        return { kind: 'characters', characters: every & ~(bit(10) | bit(13)) }
      case '^':
      case '$':
        this.#at += 1
        return { kind: 'anchor', anchor: character }
      case '\\': {
        const next = this.#pattern[this.#at + 1]
        if (next === 'b' || next === 'B') {
          this.#at += 2
          return { kind: 'anchor', anchor: next === 'b' ? '\\b' : '\\B' }
        }
        return { kind: 'characters', characters: this.#folded(this.#escape().characters) }
      }
      default:
        this.#at += 1
        return { kind: 'characters', characters: this.#folded(bit(character.charCodeAt(0))) }
    }
  }

  #class(): bigint {
    this.#at += 1
    const isNegated = this.#pattern[this.#at] === '^'
    if (isNegated) this.#at += 1
    let characters = 0n
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ']') {
      const from = this.#member()
      const isRange =
        this.#pattern[this.#at] === '-' && (this.#pattern[this.#at + 1] ?? ']') !== ']'
      if (from.code === null || !isRange) {
        characters |= from.characters
        continue
      }
      this.#at += 1
      const to = this.#member()
      characters |=
        to.code === null ? from.characters | bit(45) | to.characters : range(from.code, to.code)
    }
    this.#at += 1
    // The others are many: leaving one of them out leaves the rest.
    return isNegated ? (every & ~characters) | bit(others) : characters
  }

  #member(): { readonly characters: bigint; readonly code: number | null } {
    if (this.#pattern[this.#at] === '\\') return this.#escape()
    const code = this.#pattern.charCodeAt(this.#at)
    this.#at += 1
    return { characters: bit(code), code }
  }

  #escape(): { readonly characters: bigint; readonly code: number | null } {
    const found = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|c[A-Za-z]|[pP]\{[^}]*\}|[\s\S])/.exec(
      this.#pattern.slice(this.#at),
    )
    const text = found?.[0] ?? '\\'
    this.#at += text.length
    const hex = found?.[1] ?? found?.[2]
    const one = (code: number) => ({ characters: bit(code), code })
    if (hex !== undefined) return one(Number.parseInt(hex, 16))
    const set = (characters: bigint) => ({ characters, code: null })
    switch (text.charAt(1)) {
      case 'd':
        return set(digits)
      case 'D':
        return set(every & ~digits)
      case 'w':
        return set(wordCharacters)
      case 'W':
        return set(every & ~wordCharacters)
      case 's':
        return set(blanks)
      case 'S':
        return set((every & ~blanks) | bit(others))
      case 'p':
      case 'P':
        return set(every)
      case 'n':
        return one(10)
      case 'r':
        return one(13)
      case 't':
        return one(9)
      case 'v':
        return one(11)
      case 'f':
        return one(12)
      case '0':
        return one(0)
      case 'b':
        return one(8)
      default:
        return one(text.charCodeAt(text.length - 1))
    }
  }

  #folded(characters: bigint): bigint {
    if (!this.#ignoreCase) return characters
    const upper = range(65, 90)
    const lower = range(97, 122)
    return characters | ((characters & upper) << 32n) | ((characters & lower) >> 32n)
  }
}
