import type { JsonValue } from './exchange.ts'

/** The last second that a date can name. */
const secondsMax = 8_640_000_000_000

/** A time as a provider wrote it; null: none, or one that is no time. */
export function unixSeconds(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && value > 0 && value <= secondsMax ? value : null
}
