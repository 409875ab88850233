import { escapeHtml } from './escape-html.ts'

/** A text whose lines stay lines, as people and models wrote them; it scrolls where it is long, by keyboard too. */
export function htmlPreformatted(text: string): string {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => escapeHtml(line.replaceAll('\t', '    ')))
    .join('\n')
  return `<pre class="said" tabindex="0">${lines}</pre>`
}
