import { cutToWidth, displayWidth } from './display-width.ts'
import type { Paint, Tone } from './paint.ts'

export interface TextColumn {
  readonly title: string
  /** The column is never made narrower than this, nor than its title. */
  readonly widthMin: number
  readonly align?: 'left' | 'right'
}

export interface TextCell {
  readonly text: string
  readonly tone?: Tone
}

export type TextRow = readonly TextCell[]

const gap = '  '

/** Columns as wide as they need to be; when the line is too short the widest give way first. */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly TextRow[],
  width: number,
  paint: Paint,
): readonly string[] {
  const widths = fitWidths(columns, rows, width)
  const head = columns.map((column): TextCell => ({ text: column.title, tone: 'faint' }))
  return [head, ...rows].map((row) => {
    const cells = row.map((cell, index) => {
      const column = columns[index]
      const cellWidth = widths[index] ?? 0
      const text = cutToWidth(cell.text, cellWidth)
      const painted = cell.tone === undefined || text === '' ? text : paint(cell.tone, text)
      const space = ' '.repeat(Math.max(0, cellWidth - displayWidth(text)))
      if (column?.align === 'right') return `${space}${painted}`
      return index === row.length - 1 ? painted : `${painted}${space}`
    })
    return cells.join(gap).trimEnd()
  })
}

function fitWidths(
  columns: readonly TextColumn[],
  rows: readonly TextRow[],
  width: number,
): readonly number[] {
  const widths = columns.map((column, index) =>
    Math.max(
      displayWidth(column.title),
      ...rows.map((row) => Math.min(displayWidth(cutToWidth(row[index]?.text ?? '', 200)), 200)),
    ),
  )
  const least = columns.map((column) => Math.max(column.widthMin, displayWidth(column.title)))
  const room = width - gap.length * (columns.length - 1)
  for (;;) {
    const total = widths.reduce((sum, one) => sum + one, 0)
    if (total <= room) return widths
    let widest = -1
    for (const [index, one] of widths.entries()) {
      const canShrink = one > (least[index] ?? 0)
      if (canShrink && (widest === -1 || one > (widths[widest] ?? 0))) widest = index
    }
    if (widest === -1) return widths
    widths[widest] = (widths[widest] ?? 1) - 1
  }
}
