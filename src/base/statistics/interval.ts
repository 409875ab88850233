/** From, to; both ends inside what the parameter can be. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

/** Where a statement that holds from `low` ceases to hold before `high`, to the last bit unless fewer steps are enough. */
export function bisect(
  low: number,
  high: number,
  isAbove: (x: number) => boolean,
  steps = 64,
): number {
  let from = low
  let to = high
  for (let step = 0; step < steps; step++) {
    const middle = (from + to) / 2
    if (middle <= from || middle >= to) break
    if (isAbove(middle)) from = middle
    else to = middle
  }
  return (from + to) / 2
}
