/**
 * The same tasks done by two models, counted by who passed. All figures of a comparison come from these four counts;
 * the difference is that of the candidate's pass rate and the incumbent's, (b − c)/n.
 */
export interface PairedTable {
  /** Tasks that both passed (a). */
  readonly both: number
  /** Only the candidate passed (b). */
  readonly candidateOnly: number
  /** Only the incumbent passed (c). */
  readonly incumbentOnly: number
  /** Neither passed (d). */
  readonly neither: number
}

/** Number of tasks. */
export function sizeOf({ both, candidateOnly, incumbentOnly, neither }: PairedTable): number {
  return both + candidateOnly + incumbentOnly + neither
}

/** −1 to 1; NaN of no tasks. */
export function differenceOf(table: PairedTable): number {
  return (table.candidateOnly - table.incumbentOnly) / sizeOf(table)
}

/** Counts pairs, the candidate's result first. */
export function pairedTable(
  pairs: Iterable<readonly [candidate: boolean, incumbent: boolean]>,
): PairedTable {
  const table = { both: 0, candidateOnly: 0, incumbentOnly: 0, neither: 0 }
  for (const [candidate, incumbent] of pairs) {
    if (candidate && incumbent) table.both += 1
    else if (candidate) table.candidateOnly += 1
    else if (incumbent) table.incumbentOnly += 1
    else table.neither += 1
  }
  return table
}
