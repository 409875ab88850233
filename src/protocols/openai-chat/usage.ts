import { isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Usage } from '../exchange.ts'
import { present } from '../present.ts'

/** Null: nothing is said. `prompt_tokens` has those of the cache among them, as the superset's `input` has. */
export function readUsage(value: JsonValue | undefined): Usage | null {
  if (!isObject(value)) return null
  const prompt = isObject(value['prompt_tokens_details']) ? value['prompt_tokens_details'] : {}
  const completion = isObject(value['completion_tokens_details'])
    ? value['completion_tokens_details']
    : {}
  return {
    input: count(value['prompt_tokens']),
    output: count(value['completion_tokens']),
    // DeepSeek, then Moonshot, have words of their own.
    cacheRead:
      count(prompt['cached_tokens']) ??
      count(value['prompt_cache_hit_tokens']) ??
      count(value['cached_tokens']),
    cacheWrite: count(prompt['cache_write_tokens']),
    reasoning: count(completion['reasoning_tokens']),
  }
}

export function writeUsage({ input, output, cacheRead, cacheWrite, reasoning }: Usage): JsonObject {
  const prompt = present({
    cached_tokens: cacheRead ?? undefined,
    cache_write_tokens: cacheWrite ?? undefined,
  })
  const completion = present({ reasoning_tokens: reasoning ?? undefined })
  return {
    prompt_tokens: input ?? 0,
    completion_tokens: output ?? 0,
    total_tokens: (input ?? 0) + (output ?? 0),
    ...(Object.keys(prompt).length === 0 ? {} : { prompt_tokens_details: prompt }),
    ...(Object.keys(completion).length === 0 ? {} : { completion_tokens_details: completion }),
  }
}

function count(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
