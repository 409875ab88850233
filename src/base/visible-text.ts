/**
 * Control characters, and the characters that turn the direction of a text or have no width. In a report they
 * could move a terminal's cursor, hide a word or show code in another order than a machine reads it.
 */
const unseen =
  // oxlint-disable-next-line no-control-regex -- control characters are what this finds
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** The text on one line, with every character that cannot be seen written as its code point: `<U+202E>`. */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\n\r]+/g, ' ')
    .replace(unseen, (character) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      return `<U+${code}>`
    })
}

/** At most `charactersMax` characters; the end of what is longer is an ellipsis. */
export function shorten(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  return `${text.slice(0, charactersMax - 1).toWellFormed()}…`
}
