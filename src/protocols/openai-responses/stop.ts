import { isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Stop, StopReason } from '../exchange.ts'

const incompleteReasons: ReadonlyMap<string, StopReason> = new Map([
  ['max_output_tokens', 'max-tokens'],
  ['content_filter', 'content-filter'],
])

/** How a response ended. A whole one says no more than that; what it holds tells the rest. */
export function readStop(
  response: JsonObject,
  answer: { readonly hasToolCalls: boolean; readonly hasRefusal: boolean },
): Stop {
  const raw = incompleteReason(response['incomplete_details'])
  if (raw !== null) return { reason: incompleteReasons.get(raw) ?? 'other', raw }
  if (response['status'] === 'incomplete') return { reason: 'other', raw: 'incomplete' }
  if (answer.hasToolCalls) return { reason: 'tool-calls', raw: 'completed' }
  return { reason: answer.hasRefusal ? 'refusal' : 'stop', raw: 'completed' }
}

function incompleteReason(details: JsonValue | undefined): string | null {
  if (!isObject(details)) return null
  return typeof details['reason'] === 'string' ? details['reason'] : null
}

export interface WrittenStop {
  readonly status: 'completed' | 'incomplete'
  readonly incompleteDetails: JsonObject | null
}

/** `hasRefusal`: the refusal stands in the answer in words, as OpenAI's do. */
export function writeStop({ reason }: Stop, hasRefusal: boolean): WrittenStop {
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
    case 'pause':
      return completed
    case 'max-tokens':
    case 'context-length':
      return incomplete({ reason: 'max_output_tokens' })
    case 'content-filter':
      return incomplete({ reason: 'content_filter' })
    case 'refusal':
      return hasRefusal ? completed : incomplete({ reason: 'content_filter' })
    case 'other':
      // For no reason that this protocol has a word for.
      return incomplete({})
  }
}

const completed: WrittenStop = { status: 'completed', incompleteDetails: null }

function incomplete(incompleteDetails: JsonObject): WrittenStop {
  return { status: 'incomplete', incompleteDetails }
}
