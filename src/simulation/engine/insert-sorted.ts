/** Keeps a short row sorted and without repeats. */
export function insertSorted(row: number[], value: number): void {
  let at = row.length
  while (at > 0 && (row[at - 1] ?? 0) > value) at -= 1
  if (at > 0 && row[at - 1] === value) return
  if (at === row.length) row.push(value)
  else row.splice(at, 0, value)
}
