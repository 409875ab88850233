import { visibleText } from '../../base/visible-text.ts'

/** Cells in columns, the titles above them; nothing in a cell can move a cursor. */
export function textTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = [titles, ...rows].map((row) => row.map((cell) => visibleText(cell)))
  const widths = titles.map((_, column) =>
    Math.max(...shown.map((row) => row[column]?.length ?? 0)),
  )
  return shown
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}
