const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6])/u
const asciiOnly = /^[\u0020-\u007e]*$/

/** How many columns of a terminal a text takes: most characters one, East Asian and emoji two. */
export function displayWidth(text: string): number {
  if (asciiOnly.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}

/** The beginning of a text that fits into `widthMax` columns; what is cut off shows as an ellipsis. */
export function cutToWidth(text: string, widthMax: number): string {
  if (asciiOnly.test(text)) {
    return text.length <= widthMax ? text : `${text.slice(0, Math.max(0, widthMax - 1))}…`
  }
  // A character takes a column at least: what follows can never be shown, and may be very long.
  const head = text.slice(0, widthMax * 12)
  if (head.length === text.length && displayWidth(text) <= widthMax) return text
  let kept = ''
  let width = 0
  for (const { segment } of graphemes.segment(head)) {
    const next = wide.test(segment) ? 2 : 1
    if (width + next > widthMax - 1) break
    kept += segment
    width += next
  }
  return `${kept}…`
}

/** Words of a text in lines of at most `widthMax` columns; a word that is longer is broken. */
export function wrapToWidth(text: string, widthMax: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (displayWidth(joined) <= widthMax) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = cutToWidth(word, widthMax)
  }
  return [...lines, line]
}
