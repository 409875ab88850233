import type { JsonObject, JsonValue, Part, Stop, StopReason } from '../exchange.ts'
import { isObject } from '../body-fields.ts'
import { present } from '../present.ts'

const reasons: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  max_tokens: 'max-tokens',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-length',
  compaction: 'other',
}

const words: Readonly<Record<Exclude<StopReason, 'other'>, string>> = {
  stop: 'end_turn',
  'max-tokens': 'max_tokens',
  'stop-sequence': 'stop_sequence',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
  'context-length': 'model_context_window_exceeded',
  pause: 'pause_turn',
}

/** From a whole message, or from the `delta` of `message_delta`. */
export function readStop(message: JsonObject): Stop {
  const { stop_reason: raw, stop_sequence: sequence, stop_details: details } = message
  const word = typeof raw === 'string' ? raw : null
  const known = word !== null && Object.hasOwn(reasons, word) ? reasons[word] : undefined
  return present({
    reason: known ?? 'other',
    raw: word,
    sequence: typeof sequence === 'string' ? sequence : undefined,
    explanation: textIn(details, 'explanation'),
    category: textIn(details, 'category'),
  })
}

function textIn(details: JsonValue | undefined, name: string): string | undefined {
  const value = isObject(details) ? details[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** The three members by which a message says why it ended. `hasCalls`: it calls tools, whatever it says. */
export function writeStop(stop: Stop | null, hasCalls: boolean): JsonObject {
  const word = stop === null ? defaultWord(hasCalls) : wordOf(stop, hasCalls)
  const details = {
    type: 'refusal',
    category: stop?.category ?? null,
    explanation: stop?.explanation ?? null,
  }
  return {
    stop_reason: word,
    stop_sequence: stop?.sequence ?? null,
    stop_details: word === 'refusal' ? details : null,
  }
}

function wordOf({ reason, raw }: Stop, hasCalls: boolean): string {
  // Some say `stop` where they call tools; a client of this protocol would not run them then.
  if (reason === 'stop') return defaultWord(hasCalls)
  if (reason !== 'other') return words[reason]
  return raw !== null && Object.hasOwn(reasons, raw) ? raw : defaultWord(hasCalls)
}

function defaultWord(hasCalls: boolean): string {
  return hasCalls ? 'tool_use' : 'end_turn'
}

export function callsTools(parts: readonly Part[]): boolean {
  return parts.some(({ kind }) => kind === 'tool-call')
}
