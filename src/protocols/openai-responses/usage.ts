import { isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Usage } from '../exchange.ts'

/** Null: nothing is said. `input_tokens` has those of the cache among them, as the superset's `input` has. */
export function readUsage(value: JsonValue | undefined): Usage | null {
  if (!isObject(value)) return null
  const input = membersOf(value['input_tokens_details'])
  const output = membersOf(value['output_tokens_details'])
  return {
    input: count(value['input_tokens']),
    output: count(value['output_tokens']),
    cacheRead: count(input['cached_tokens']),
    cacheWrite: count(input['cache_write_tokens']),
    reasoning: count(output['reasoning_tokens']),
  }
}

export function writeUsage(usage: Usage | null): JsonObject | null {
  if (usage === null) return null
  const input = usage.input ?? 0
  const output = usage.output ?? 0
  const written = usage.cacheWrite === null ? {} : { cache_write_tokens: usage.cacheWrite }
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead ?? 0, ...written },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: input + output,
  }
}

function membersOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function count(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
