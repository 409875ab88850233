import { escapeHtml } from '../html/escape-html.ts'
import { shareText } from '../trial/figure-words.ts'

/** A share with its interval, and whose it is. */
export interface DrawnShare {
  readonly label: string
  readonly share: number
  readonly interval: { readonly lower: number; readonly upper: number }
}

const width = 520
const left = 220
const right = 14
const rowHeight = 24
const top = 8
const bottom = 20

/** Shares on one axis from 0 to 1. Everything in it also stands in the table below. */
export function drawShares(rows: readonly DrawnShare[]): string {
  if (rows.length === 0) return ''
  const floor = top + rows.length * rowHeight
  const at = (share: number): number =>
    Math.round((left + share * (width - left - right)) * 10) / 10
  const words = rows.map(({ label, share }) => `${label} ${shareText(share)}`).join(', ')
  const drawn = rows.map(({ label, share, interval }, index) => {
    const y = top + index * rowHeight + rowHeight / 2
    return `<g><text x="${left - 10}" y="${y + 4}" text-anchor="end">${escapeHtml(label)}</text><line class="whisker" x1="${at(interval.lower)}" y1="${y}" x2="${at(interval.upper)}" y2="${y}"/><circle class="estimate" cx="${at(share)}" cy="${y}" r="4"/></g>`
  })
  return `<svg class="interval" role="img" aria-label="${escapeHtml(words)}" viewBox="0 0 ${width} ${floor + bottom}" width="${width}" height="${floor + bottom}">
<line class="axis" x1="${left}" y1="${floor}" x2="${width - right}" y2="${floor}"/>
${drawn.join('\n')}
<text class="tick" x="${left}" y="${floor + 14}">0.0%</text><text class="tick" x="${width - right}" y="${floor + 14}" text-anchor="end">100.0%</text>
</svg>`
}
