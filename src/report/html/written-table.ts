import { count } from '../count.ts'
import { shorten } from '../../base/visible-text.ts'
import { escapeHtml } from './escape-html.ts'

/** A table of texts; each stays text. */
export function htmlTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = titles.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('')
  const body = rows.map(
    (row) =>
      `<tr>${row.map((text) => `<td><bdi>${escapeHtml(shorten(text, 400))}</bdi></td>`).join('')}</tr>`,
  )
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`
}

/** Texts, one a line; at most 200 of them. */
export function htmlLines(lines: readonly string[]): string {
  const shown = lines.slice(0, 200)
  return `<ul class="lines">${shown
    .map((line) => `<li><bdi>${escapeHtml(shorten(line, 600))}</bdi></li>`)
    .join('')}</ul>${leftOut(lines.length - shown.length, 'line')}`
}

/** What a list did not show, or nothing. */
export function leftOut(left: number, singular: string, plural = `${singular}s`): string {
  if (left <= 0) return ''
  return `<p class="note">and ${count(left, `more ${singular}`, `more ${plural}`)}: <code>--format json</code> holds all</p>`
}
