import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Usage, UsedModel } from '../exchange.ts'

/** Here `input_tokens` leaves out what was read from or put into the cache; the superset counts all. */
export function readUsage(usage: JsonObject): Usage {
  const cacheRead = countIn(usage, 'cache_read_input_tokens')
  const cacheWrite = countIn(usage, 'cache_creation_input_tokens')
  const fresh = countIn(usage, 'input_tokens')
  return {
    input: fresh === null ? null : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: countIn(usage, 'output_tokens'),
    cacheRead,
    cacheWrite,
    reasoning: countIn(usage['output_tokens_details'], 'thinking_tokens'),
    ...modelsIn(usage['iterations']),
  }
}

/** The provider's own fallbacks and an advisor have entries of their own. */
function modelsIn(iterations: JsonValue | undefined): Pick<Usage, 'models'> {
  if (!isList(iterations)) return {}
  const models = iterations.flatMap((one): readonly UsedModel[] => {
    const name = isObject(one) ? one['model'] : undefined
    if (!isObject(one) || typeof name !== 'string') return []
    return [{ name, isAuthor: one['type'] === 'fallback_message' }]
  })
  return models.length === 0 ? {} : { models }
}

export function writeUsage(usage: Usage | null): JsonObject {
  const cacheRead = usage?.cacheRead ?? 0
  const cacheWrite = usage?.cacheWrite ?? 0
  const reasoning = usage?.reasoning ?? null
  return {
    input_tokens: Math.max((usage?.input ?? 0) - cacheRead - cacheWrite, 0),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: usage?.output ?? 0,
    ...(reasoning === null ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  }
}

function countIn(usage: JsonValue | undefined, name: string): number | null {
  const value = isObject(usage) ? usage[name] : undefined
  return typeof value === 'number' ? value : null
}
