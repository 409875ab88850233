/** Milliseconds of a duration such as `15m`, `4h` or `30s`; the text has passed its schema. */
export function durationMs(text: string): number {
  const parts = /^(?<count>\d+)(?<unit>ms|s|m|h|d)$/.exec(text)?.groups
  if (parts === undefined) throw new TypeError(`\`${text}\` is no duration`)
  return Number(parts['count']) * (unitsMs[parts['unit'] ?? ''] ?? Number.NaN)
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
