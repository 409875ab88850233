import type { Stop, StopReason } from '../exchange.ts'

const reasons: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  max_tokens: 'max-tokens',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool-calls',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
  model_context_window_exceeded: 'context-length',
  malformed_model_output: 'other',
  malformed_tool_use: 'other',
}

const words: Readonly<Record<Exclude<StopReason, 'other'>, string>> = {
  stop: 'end_turn',
  'max-tokens': 'max_tokens',
  'stop-sequence': 'stop_sequence',
  'tool-calls': 'tool_use',
  refusal: 'content_filtered',
  'content-filter': 'content_filtered',
  'context-length': 'model_context_window_exceeded',
  pause: 'end_turn',
}

export function readStop(raw: string | undefined): Stop {
  const known = raw !== undefined && Object.hasOwn(reasons, raw) ? reasons[raw] : undefined
  return { reason: known ?? 'other', raw: raw ?? null }
}

/** `hasCalls`: the answer calls tools, whatever it says. */
export function writeStop(stop: Stop | null, hasCalls: boolean): string {
  const whole = hasCalls ? 'tool_use' : 'end_turn'
  if (stop === null || stop.reason === 'stop') return whole
  if (stop.reason !== 'other') return words[stop.reason]
  return stop.raw !== null && Object.hasOwn(reasons, stop.raw) ? stop.raw : whole
}
