import { isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Stop, StopReason } from '../exchange.ts'
import { present } from '../present.ts'

/** Whatever is not listed is some other reason: language, malformed calls, and those of pictures that are no filters. */
const reasons: ReadonlyMap<string, StopReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'max-tokens'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
])

/** Null: the candidate is not at its end. */
export function readFinish(candidate: JsonObject, hasToolCalls: boolean): Stop | null {
  const raw = textIn(candidate, 'finishReason')
  if (raw === undefined || raw === 'FINISH_REASON_UNSPECIFIED') return null
  const reason = reasons.get(raw) ?? 'other'
  // Answers that are whole come with one as well, for instance that the model has called a tool: it explains nothing.
  const isExplained = reason === 'content-filter' || reason === 'other'
  return present({
    reason: reason === 'stop' && hasToolCalls ? 'tool-calls' : reason,
    raw,
    explanation: isExplained ? textIn(candidate, 'finishMessage') : undefined,
  })
}

/** Null: the prompt was let through. */
export function readBlock(feedback: JsonValue | undefined): Stop | null {
  if (!isObject(feedback)) return null
  const raw = textIn(feedback, 'blockReason')
  if (raw === undefined) return null
  return present({
    reason: 'content-filter' as const,
    raw,
    explanation: textIn(feedback, 'blockReasonMessage'),
  })
}

export function writeFinish({ reason, explanation }: Stop): JsonObject {
  return present({ finishReason: finishReasonOf(reason), finishMessage: explanation })
}

function finishReasonOf(reason: StopReason): string {
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
    case 'pause':
      return 'STOP'
    case 'max-tokens':
    case 'context-length':
      return 'MAX_TOKENS'
    case 'refusal':
    case 'content-filter':
      return 'SAFETY'
    case 'other':
      return 'OTHER'
  }
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name]
  return typeof value === 'string' ? value : undefined
}
