import { shorten } from '../../base/visible-text.ts'

/** Parts in order while they fit; a part that does not is left out and said to be. */
export function keepWhatFits(parts: readonly string[], charactersMax: number): readonly string[] {
  let left = charactersMax
  return parts.map((part) => {
    if (part.length + 2 <= left) {
      left -= part.length + 2
      return part
    }
    const title = part.split('\n', 1)[0] ?? ''
    return `${shorten(title, 80)}\n\nToo long for a comment: see \`--format html\`.`
  })
}
