import { isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Usage } from '../exchange.ts'

/** Here `inputTokens` leaves out what was read from or put into the cache; the superset counts all. */
export function readUsage(usage: JsonValue | undefined): Usage | null {
  if (!isObject(usage)) return null
  const cacheRead = countIn(usage, 'cacheReadInputTokens')
  const cacheWrite = countIn(usage, 'cacheWriteInputTokens')
  const fresh = countIn(usage, 'inputTokens')
  return {
    input: fresh === null ? null : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: countIn(usage, 'outputTokens'),
    cacheRead,
    cacheWrite,
    reasoning: null,
  }
}

export function writeUsage(usage: Usage | null): JsonObject {
  const cacheRead = usage?.cacheRead ?? 0
  const cacheWrite = usage?.cacheWrite ?? 0
  const input = usage?.input ?? 0
  const output = usage?.output ?? 0
  return {
    inputTokens: Math.max(input - cacheRead - cacheWrite, 0),
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite,
  }
}

function countIn(usage: JsonObject, name: string): number | null {
  const value = usage[name]
  return typeof value === 'number' ? value : null
}
