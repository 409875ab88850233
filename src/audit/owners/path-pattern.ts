/**
 * Patterns over paths with `*`, `?` and `**`. Matched by hand: a pattern from the audited tree must not be able to
 * take exponential time, as it could as a regular expression.
 */

/** `**` stands for any number of folders; in the parts between, `*` and `?` never cross a `/`. */
export function matchesParts(pattern: readonly string[], path: readonly string[]): boolean {
  return matchesSequence(pattern, path, '**', matchesPart)
}

/** One part of a path. A backslash takes the next character as it is. `[` is an ordinary character. */
function matchesPart(pattern: string, text: string): boolean {
  return matchesSequence(charactersOf(pattern), charactersIn(text), '*', (character, other) => {
    if (character === '?') return true
    return (character.startsWith('\\') ? character.slice(1) : character) === other
  })
}

function charactersIn(text: string): readonly string[] {
  return text.match(/[\s\S]/gu) ?? []
}

function charactersOf(pattern: string): readonly string[] {
  return pattern.match(/\\.|[\s\S]/gu) ?? []
}

/** The shortest match for all but the last `star` is enough, so at most length times length steps are taken. */
function matchesSequence<Item extends string>(
  pattern: readonly Item[],
  items: readonly string[],
  star: string,
  matchesOne: (pattern: Item, item: string) => boolean,
): boolean {
  let at = 0
  let starAt = -1
  let resumeAt = 0
  for (let index = 0; index < items.length;) {
    const wanted = pattern[at]
    const item = items[index] ?? ''
    if (wanted === star) {
      starAt = at++
      resumeAt = index
    } else if (wanted !== undefined && matchesOne(wanted, item)) {
      at++
      index++
    } else if (starAt !== -1) {
      at = starAt + 1
      index = ++resumeAt
    } else {
      return false
    }
  }
  while (pattern[at] === star) at++
  return at === pattern.length
}
