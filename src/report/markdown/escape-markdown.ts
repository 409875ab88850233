import { shorten, visibleText } from '../../base/visible-text.ts'

/**
 * Text that stays text in GitHub's Markdown: no markup, no HTML, no link, no table cell of its own. A space
 * of no width keeps `@name` from notifying people, and `#1` from linking, each time the report is posted.
 * Only for text in the middle of a line: what is markup at its beginning alone is left as it is.
 */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replace(/[@#](?=\w)/g, '$&&#8203;')
    .replace(/(?<scheme>https?|ftp):/gi, '$<scheme>&#58;')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, -1)}&#46;`)
}

/** A code span whose fence is longer than any run of backticks in the text. */
export function codeSpan(text: string, charactersMax = 160): string {
  const shown = shorten(visibleText(text), charactersMax).trim()
  if (shown === '') return '–'
  const runs = shown.match(/`+/g) ?? []
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)))
  const space = shown.startsWith('`') || shown.endsWith('`') ? ' ' : ''
  return `${fence}${space}${shown}${space}${fence}`
}

/** A fenced block whose fence no line of the text can close. */
export function codeBlock(lines: readonly string[]): string {
  const shown = lines.map((line) => visibleText(line))
  const runs = shown.join('\n').match(/`{3,}/g) ?? []
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)))
  return [fence, ...shown, fence].join('\n')
}

export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  // A pipe ends a cell even inside a code span.
  const cell = (text: string): string => text.replace(/(?<!\\)\|/g, '\\|')
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}
