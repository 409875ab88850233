const stepsMax = 200

/**
 * Where a function that never rises passes below a level, between two places; to the last digit. The left end where it
 * is below from the start, the right end where it never is.
 */
export function bisect(
  fall: (x: number) => number,
  level: number,
  [from, to]: readonly [number, number],
): number {
  let left = from
  let right = to
  for (let step = 0; step < stepsMax; step += 1) {
    const middle = left + (right - left) / 2
    if (middle <= left || middle >= right) break
    if (fall(middle) > level) left = middle
    else right = middle
  }
  return left + (right - left) / 2
}
