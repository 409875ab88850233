const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
]

/** `15m`, `4h`, `1d`, `90m`: the largest unit that tells it exactly, as holdfast.yaml writes it. */
export function durationText(milliseconds: number): string {
  if (milliseconds === 0) return 'at once'
  for (const [unit, size] of units) {
    if (milliseconds % size === 0) return `${milliseconds / size}${unit}`
  }
  return `${milliseconds}ms`
}
