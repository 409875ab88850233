/** Many comparisons at once. Every function answers in the order it was asked. */

/** Holm (1979): adjusted p; those at or under α hold together at α, whatever their dependence. */
export function holm(values: readonly number[]): readonly number[] {
  return adjusted(values, (p, rank) => p * (values.length - rank), 'step-down')
}

/** Benjamini and Hochberg (1995): adjusted p for dashboards. It bounds the false share, not any false one: no verdict rests on it. */
export function benjaminiHochberg(values: readonly number[]): readonly number[] {
  return adjusted(values, (p, rank) => (p * values.length) / (rank + 1), 'step-up')
}

/**
 * Holm with e-values in place of p-values: 1/e is a p-value, so that Holm's step-down on 1/e holds under any dependence
 * (Wang and Ramdas 2022). Adjusted p; ln of the e-values in.
 */
export function eHolm(logEValues: readonly number[]): readonly number[] {
  return holm(logEValues.map((logE) => Math.min(1, Math.exp(-logE))))
}

function adjusted(
  values: readonly number[],
  adjust: (p: number, rank: number) => number,
  direction: 'step-down' | 'step-up',
): readonly number[] {
  const order = values.map((_, index) => index).toSorted((x, y) => at(values, x) - at(values, y))
  const result = Array.from(values, () => 1)
  const ranks = order.map((_, rank) => rank)
  let reached = direction === 'step-down' ? 0 : 1
  for (const rank of direction === 'step-down' ? ranks : ranks.toReversed()) {
    const index = at(order, rank)
    const value = Math.min(1, adjust(at(values, index), rank))
    reached = direction === 'step-down' ? Math.max(reached, value) : Math.min(reached, value)
    result[index] = reached
  }
  return result
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN
}
