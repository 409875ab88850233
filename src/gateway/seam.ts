/** What a continuation is asked to repeat is at least so long, and at most three times as long. */
export const anchorLength = 40
/**
 * White space tells nothing: it must hold so many other characters. A shorter one, of a short answer, is found only
 * where a line begins, for it may stand in any.
 */
const anchorCharacters = 20
/** A continuation is held back at most so long while its beginning is compared. */
const heldMax = 240
/** Fewer characters than this, without white space, prove nothing. */
const overlapMin = 8
/** A continuation that begins like the answer itself, for so many characters, has begun it anew. */
const restartLength = 24

/** The last characters of a text, which whoever goes on with it is asked to repeat. */
export function anchorOf(text: string): string {
  let start = text.length
  let characters = 0
  while (start > 0 && text.length - start < 3 * anchorLength) {
    if (text.length - start >= anchorLength && characters >= anchorCharacters) break
    start -= 1
    if (!/\s/.test(text.charAt(start))) characters += 1
  }
  // Not in the middle of a character of two units.
  if (/^[\uDC00-\uDFFF]/.test(text.slice(start))) start -= 1
  return text.slice(start)
}

/**
 * Joins what another model goes on with to what the caller has already got. The other model was asked to repeat the
 * last characters; they are found without regard to white space, which models change, and cut away. A model that
 * begins anew with the same words is followed silently until it is where the caller is. What could as well be new
 * text is never cut away: the end of the text before, repeated in part, counts only where the continuation begins.
 */
export class Seam {
  readonly #before: string
  readonly #bareBefore: string
  readonly #anchor: string
  #held = ''
  #isJoined = false
  /** Characters of the text before that were said again; null: it was not begun anew. */
  #repeated: number | null = null
  #hasFailed = false

  /** `before`: the text that the caller has. */
  constructor(before: string) {
    this.#before = before
    this.#bareBefore = bare(before).text
    this.#anchor = bare(anchorOf(before)).text
    if (before === '') this.#isJoined = true
  }

  /** It says again what the caller has, and then something else or nothing: it cannot be joined. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** What may go out now. */
  push(text: string): string {
    if (this.#isJoined) return text
    if (this.#repeated !== null) return this.#follow(text)
    this.#held += text
    const held = bare(this.#held)
    const anchor = this.#anchorIn(held)
    const restart = this.#restartIn(held)
    if (restart !== null && (anchor === null || restart < anchor.start))
      return this.#passOver(0, restart)
    if (anchor !== null) return anchor.end < this.#held.length ? this.#join(anchor.end) : ''
    return this.#held.length < heldMax ? '' : this.#decide(held)
  }

  /** The text has ended: whatever is held goes out. */
  flush(): string {
    if (this.#isJoined) return ''
    if (this.#repeated === null) {
      const held = bare(this.#held)
      const anchor = this.#anchorIn(held)
      const rest = anchor === null ? this.#decide(held) : this.#join(anchor.end)
      if (this.#repeated === null) return rest
    }
    // It has ended within what the caller has.
    this.#hasFailed ||= this.#repeated < this.#bareBefore.length
    return ''
  }

  /** All that is held was compared, and what was to be repeated does not stand in it. */
  #decide(held: BareText): string {
    const overlap = this.#endOfOverlap(held)
    const { text } = held
    // A few words may well stand in the answer twice, unless they are those that were asked for.
    const isRepetition =
      text.length >= restartLength || (text.length >= overlapMin && this.#anchor.startsWith(text))
    if (overlap > 0 || !isRepetition) return this.#join(overlap)
    const within = this.#bareBefore.lastIndexOf(text)
    return within === -1 ? this.#join(0) : this.#passOver(within, 0)
  }

  /** Where the answer begins anew; null: it does not, or nobody can tell that from a repetition yet. */
  #restartIn({ text, places }: BareText): number | null {
    const anchor = this.#anchor
    if (anchor.startsWith(text.slice(0, anchor.length))) return null
    const beginning = this.#bareBefore.slice(0, restartLength)
    if (beginning.length < restartLength) return null
    for (let at = text.indexOf(beginning); at !== -1; at = text.indexOf(beginning, at + 1)) {
      const place = places[at] ?? 0
      if (this.#beginsLine(place)) return place
    }
    return null
  }

  /** What is held says from `place` on what the caller has from its character `repeated` on. */
  #passOver(repeated: number, place: number): string {
    this.#repeated = repeated
    const held = this.#held.slice(place)
    this.#held = ''
    return this.#follow(held)
  }

  /** Lets nothing out until it is where the caller is. */
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

  /** What was to be repeated: at the very beginning, or behind words that lead to it. */
  #anchorIn({ text, places }: BareText): { readonly start: number; readonly end: number } | null {
    const { length } = this.#anchor
    if (length === 0) return null
    for (let at = text.indexOf(this.#anchor); at !== -1; at = text.indexOf(this.#anchor, at + 1)) {
      const start = places[at] ?? 0
      if (at > 0 && length < anchorCharacters && !this.#beginsLine(start)) continue
      return { start, end: (places[at + length - 1] ?? 0) + 1 }
    }
    return null
  }

  #beginsLine(place: number): boolean {
    return /(?:^|\n)\s*$/.test(this.#held.slice(0, place))
  }

  /** Behind the longest beginning that is an end of the text before; 0: nothing was repeated. */
  #endOfOverlap({ text, places }: BareText): number {
    const before = this.#bareBefore
    const shortest = Math.max(1, Math.min(overlapMin, before.length))
    for (let length = Math.min(before.length, text.length); length >= shortest; length -= 1)
      if (before.endsWith(text.slice(0, length))) return (places[length - 1] ?? 0) + 1
    return 0
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
interface BareText {
  readonly text: string
  readonly places: readonly number[]
}

function bare(text: string): BareText {
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
