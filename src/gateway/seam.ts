/** What a continuation is asked to repeat. */
export const anchorLength = 40
/** A continuation is held back at most so long while its beginning is compared. */
const heldMax = 240
/** Fewer characters than this, without white space, prove nothing. */
const overlapMin = 8

/** A continuation that begins like the answer itself, for so many characters, has begun it anew. */
const restartLength = 24

/**
 * Joins what another model goes on with to what the caller has already got. The other model was asked to repeat the
 * last characters; they are found without regard to white space, which models change, and cut away. A model that
 * begins anew with the same words is followed silently until it is where the caller is.
 */
export class Seam {
  readonly #before: string
  readonly #bareBefore: string
  #held = ''
  #isJoined = false
  /** Characters of the text before that were said again; null: it was not begun anew. */
  #repeated: number | null = null
  #hasFailed = false

  /** `before`: the text that the caller has. */
  constructor(before: string) {
    this.#before = before
    this.#bareBefore = bare(before).text
    if (before === '') this.#isJoined = true
  }

  /** It begins anew and then says something else than the caller has: nothing can be joined. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** What may go out now. */
  push(text: string): string {
    if (this.#isJoined) return text
    if (this.#repeated !== null) return this.#follow(text)
    this.#held += text
    const cut = this.#cutAt(Math.min(this.#bareBefore.length, anchorLength))
    if (cut !== null && cut < this.#held.length) return this.#join(cut)
    return this.#held.length < heldMax ? '' : this.#decide()
  }

  /** The text has ended: whatever is held goes out. */
  flush(): string {
    if (this.#isJoined) return ''
    const rest = this.#repeated === null ? this.#decide() : ''
    if (this.#repeated !== null && this.#repeated < this.#bareBefore.length) this.#hasFailed = true
    return rest
  }

  #decide(): string {
    const cut = this.#cutAt(overlapMin)
    if (cut !== null) return this.#join(cut)
    const beginning = bare(this.#held).text.slice(0, restartLength)
    if (beginning.length < restartLength || !this.#bareBefore.startsWith(beginning))
      return this.#join(0)
    this.#repeated = 0
    const held = this.#held
    this.#held = ''
    return this.#follow(held)
  }

  /** Passes over what the caller has. */
  #follow(text: string): string {
    let repeated = this.#repeated ?? 0
    for (let at = 0; at < text.length; at += 1) {
      if (repeated === this.#bareBefore.length) {
        this.#held = text.slice(at)
        return this.#join(0, true)
      }
      const character = text.charAt(at)
      if (/\s/.test(character)) continue
      if (character !== this.#bareBefore[repeated]) {
        this.#hasFailed = true
        return ''
      }
      repeated += 1
    }
    this.#repeated = repeated
    return ''
  }

  /** Behind the longest end of the text before, of at least so many characters, that is repeated; null: none is. */
  #cutAt(shortest: number): number | null {
    const before = this.#bareBefore
    const held = bare(this.#held)
    const longest = Math.min(before.length, held.text.length, heldMax)
    for (
      let length = longest;
      length >= Math.max(1, Math.min(shortest, before.length));
      length -= 1
    ) {
      const at = held.text.indexOf(before.slice(before.length - length))
      if (at !== -1) return (held.places[at + length - 1] ?? 0) + 1
    }
    return null
  }

  #join(cut: number, isRepeated = cut > 0): string {
    this.#isJoined = true
    const rest = this.#held.slice(cut)
    this.#held = ''
    return withSpace(this.#before, rest, isRepeated)
  }
}

/** White space between two texts stands there once. */
function withSpace(before: string, rest: string, isRepeated: boolean): string {
  const last = before.at(-1) ?? ''
  if (/\s/.test(last)) {
    const lead = /^\s*/.exec(rest)?.[0] ?? ''
    const isLineBreak = lead.includes('\n')
    // Behind a line break the indentation of the next line belongs to the text.
    const isIndentation = last === '\n' && isLineBreak === isRepeated
    const kept = isIndentation ? lead.slice(lead.lastIndexOf('\n') + 1) : ''
    return `${kept}${rest.slice(lead.length)}`
  }
  const isWordToWord = /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(rest)
  return !isRepeated && isWordToWord ? ` ${rest}` : rest
}

/** A text without white space, and where each of its characters stood. */
function bare(text: string): { readonly text: string; readonly places: readonly number[] } {
  const places: number[] = []
  let kept = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (/\s/.test(character)) continue
    kept += character
    places.push(at)
  }
  return { text: kept, places }
}
