import type { ErrorClass, Stop, StopReason } from '../exchange.ts'

const reasons: ReadonlyMap<string, StopReason> = new Map([
  ['stop', 'stop'],
  ['length', 'max-tokens'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  // Of compatible servers.
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['max_tokens', 'max-tokens'],
  ['model_length', 'context-length'],
  ['stop_sequence', 'stop-sequence'],
  ['refusal', 'refusal'],
  ['safety', 'content-filter'],
])

/** Reasons by which a server says that it could not finish. */
const failures: ReadonlyMap<string, ErrorClass> = new Map([
  ['error', 'overload'],
  ['insufficient_system_resource', 'overload'],
  ['abort', 'transport'],
  ['aborted', 'transport'],
  ['cancelled', 'transport'],
])

/** Null: it is no failure. */
export function failureOf(finishReason: string): ErrorClass | null {
  return failures.get(finishReason) ?? null
}

/**
 * Some servers say `stop` after calls of tools, and OpenAI does where a tool was forced; and a refusal is told by its
 * text alone.
 */
export function readStop(
  raw: string | null,
  answer: { readonly hasToolCalls: boolean; readonly hasRefusal: boolean },
): Stop {
  const reason = raw === null ? 'other' : (reasons.get(raw) ?? 'other')
  if (reason === 'stop' && answer.hasToolCalls) return { reason: 'tool-calls', raw }
  if (reason === 'stop' && answer.hasRefusal) return { reason: 'refusal', raw }
  return { reason, raw }
}

/** `hasRefusal`: the refusal stands in the answer in words, as OpenAI's do. */
export function writeFinishReason(reason: StopReason, hasRefusal: boolean): string {
  switch (reason) {
    case 'max-tokens':
    case 'context-length':
      return 'length'
    case 'tool-calls':
      return 'tool_calls'
    case 'content-filter':
      return 'content_filter'
    case 'refusal':
      return hasRefusal ? 'stop' : 'content_filter'
    case 'stop':
    case 'stop-sequence':
    case 'pause':
    case 'other':
      return 'stop'
  }
}
