/**
 * Words of a pattern: at least one of them stands in every text that it matches. Empty when no word is sure to stand
 * there; then every call or file has to be looked at.
 */
export function relevantNames(pattern: string): readonly string[] {
  const found = known.get(pattern)
  if (found !== undefined) return found
  const words = unclear.test(pattern) ? [] : (new PatternReader(pattern).alternatives() ?? [])
  known.set(pattern, words)
  return words
}

const known = new Map<string, readonly string[]>()

/** What is written there is not what stands in the text: look-arounds, other cases, escapes by number and by name. */
const unclear = /\(\?(?:<?[=!]|[a-z]*i)|\\[ucxkpP0-9]/

/** Null: nothing is sure. */
type Words = readonly string[] | null

class PatternReader {
  readonly #pattern: string
  #at = 0

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  /** All alternatives must hold a word of their own; together they are the words. */
  alternatives(): Words {
    const words: string[] = []
    let sure = true
    for (;;) {
      const found = this.#sequence()
      if (found === null) sure = false
      else words.push(...found)
      if (this.#pattern[this.#at] !== '|') break
      this.#at += 1
    }
    return sure ? [...new Set(words)] : null
  }

  /** The surest part of a sequence: the fewest words, the longest among equals. */
  #sequence(): Words {
    let best: Words = null
    let run = ''
    const offer = (words: Words): void => {
      if (words !== null && better(words, best)) best = words
    }
    const endRun = (): void => {
      if (run.length >= 2) offer([run])
      run = ''
    }
    while (this.#at < this.#pattern.length) {
      const character = this.#pattern.charAt(this.#at)
      if (character === '|' || character === ')') break
      if (character === '(') {
        endRun()
        const words = this.#group()
        if (!this.#skipQuantifier()) offer(words)
      } else if (/\w/.test(character)) {
        this.#at += 1
        const end = this.#at
        if (!this.#skipQuantifier()) run += character
        // What is repeated may stand twice.
        if (this.#at > end) endRun()
      } else {
        endRun()
        this.#skipAtom()
        this.#skipQuantifier()
      }
    }
    endRun()
    return best
  }

  #group(): Words {
    const opening = /^\((?:\?(?:<\w+>|[a-z]*:))?/.exec(this.#pattern.slice(this.#at))?.[0] ?? '('
    this.#at += opening.length
    const words = this.alternatives()
    this.#at += 1
    return words
  }

  /** A class, an escape or one other character. */
  #skipAtom(): void {
    const rest = this.#pattern.slice(this.#at)
    const atom = /^(?:\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|[\s\S])/.exec(rest)?.[0] ?? ' '
    this.#at += atom.length
  }

  /** True when the quantifier lets the part before it be absent. */
  #skipQuantifier(): boolean {
    const quantifier = /^(?:[?*+]|\{\d*,?\d*\})\??/.exec(this.#pattern.slice(this.#at))?.[0]
    if (quantifier === undefined) return false
    this.#at += quantifier.length
    return /^[?*]|^\{0/.test(quantifier)
  }
}

function better(words: readonly string[], than: Words): boolean {
  if (than === null) return true
  if (words.length !== than.length) return words.length < than.length
  return shortest(words) > shortest(than)
}

function shortest(words: readonly string[]): number {
  return Math.min(...words.map((word) => word.length))
}
