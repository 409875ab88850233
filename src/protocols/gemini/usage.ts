import { isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Usage } from '../exchange.ts'

/**
 * Null: nothing is said; the first pieces of a stream tell only how it is billed. Thoughts are counted beside the
 * answer, and what the provider's own tools said beside the prompt; counts of nothing are left out.
 */
export function readUsage(value: JsonValue | undefined): Usage | null {
  if (!isObject(value)) return null
  const prompt = count(value['promptTokenCount'])
  if (prompt === null) return null
  const thoughts = count(value['thoughtsTokenCount'])
  return {
    input: prompt + (count(value['toolUsePromptTokenCount']) ?? 0),
    output: (count(value['candidatesTokenCount']) ?? 0) + (thoughts ?? 0),
    cacheRead: count(value['cachedContentTokenCount']),
    cacheWrite: null,
    reasoning: thoughts,
  }
}

export function writeUsage({ input, output, cacheRead, reasoning }: Usage): JsonObject {
  const all = output ?? 0
  const thoughts = Math.min(reasoning ?? 0, all)
  return {
    promptTokenCount: input ?? 0,
    candidatesTokenCount: all - thoughts,
    totalTokenCount: (input ?? 0) + all,
    ...(cacheRead === null ? {} : { cachedContentTokenCount: cacheRead }),
    ...(reasoning === null ? {} : { thoughtsTokenCount: thoughts }),
  }
}

function count(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
