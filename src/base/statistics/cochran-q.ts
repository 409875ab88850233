import { chiSquareUpperTail } from './distributions.ts'
import { hold } from './hold.ts'

/**
 * Cochran's Q (1950), Biometrika 37:256–266: are K ways to ask refused alike? One row a task, one column a phrasing.
 * Chi-square with K − 1 degrees of freedom; p is 1 where every row is all true or all false.
 */
export function cochranQ(rows: readonly (readonly boolean[])[]): {
  readonly q: number
  readonly degreesOfFreedom: number
  readonly p: number
} {
  const columns = rows[0]?.length ?? 0
  hold(columns >= 2, 'Cochran’s Q compares at least two columns')
  const columnTotals = Array.from({ length: columns }, () => 0)
  let total = 0
  let squaredRows = 0
  for (const row of rows) {
    hold(row.length === columns, 'rows of one length')
    let ofRow = 0
    for (const [column, value] of row.entries()) {
      if (!value) continue
      ofRow++
      columnTotals[column] = (columnTotals[column] ?? 0) + 1
    }
    total += ofRow
    squaredRows += ofRow * ofRow
  }
  const squaredColumns = columnTotals.reduce((sum, count) => sum + count * count, 0)
  const below = columns * total - squaredRows
  const degreesOfFreedom = columns - 1
  const q =
    below === 0 ? 0 : (degreesOfFreedom * (columns * squaredColumns - total * total)) / below
  return { q, degreesOfFreedom, p: chiSquareUpperTail(q, degreesOfFreedom) }
}
