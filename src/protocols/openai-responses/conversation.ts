import { jsonOrNull } from '../../base/json-or-null.ts'
import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue } from '../exchange.ts'
import type { ConversationAnswer, ConversationCodec } from '../protocol-codec.ts'
import { isSealedMark } from '../sealed-mark.ts'
import { SseScanner } from '../sse-scanner.ts'

/** Conversations of OpenAI Responses, of which callers send only what is new. */
export const conversations: ConversationCodec = {
  referencesIn(body) {
    const { previous_response_id: named } = body
    const previous = typeof named === 'string' && named !== '' ? named : null
    const items = itemsOf(body['input']).flatMap((item) => idOfReference(item) ?? [])
    return previous === null && items.length === 0 ? null : { previous, items }
  },

  isUnknown({ previous, items }, { code, message }) {
    if (code === 'previous_response_not_found') return true
    return [previous, ...items].some((id) => id !== null && message.includes(id))
  },

  mayBeHeld({ store, background, conversation, prompt }) {
    // What stands in a conversation or a prompt of the provider's nobody else knows.
    const isKnown = (conversation ?? null) === null && (prompt ?? null) === null
    return store !== false && background !== true && isKnown
  },

  itemsOf,
  idOfReference,

  answerIn(sent) {
    const response = sent.startsWith('{') ? (jsonOrNull(sent) as JsonValue) : lastResponseOf(sent)
    return isObject(response) ? answerOf(response) : null
  },

  withItems({ previous_response_id: _previous, ...body }, input) {
    return { ...body, input }
  },

  itemElsewhere(item) {
    if (!isObject(item)) return item
    const { id: _id, ...rest } = item
    const { type, encrypted_content: encrypted } = item
    if (type === 'reasoning')
      return typeof encrypted === 'string' && isSealedMark(encrypted) ? rest : null
    return typeof type === 'string' && withoutId.has(type) ? rest : item
  },
}

/** Items that are taken without an id, which would be looked for. */
const withoutId: ReadonlySet<string> = new Set([
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
])

/** `input`: a text, or items. */
function itemsOf(input: JsonValue | undefined): readonly JsonValue[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }]
  return isList(input) ? input : []
}

/** Of an item of which nothing stands there but its id. */
function idOfReference(item: JsonValue): string | null {
  if (!isObject(item)) return null
  const { type, role, id } = item
  const isReference = type === 'item_reference' || ((type ?? null) === null && role === undefined)
  return isReference && typeof id === 'string' ? id : null
}

function answerOf(response: JsonObject): ConversationAnswer | null {
  const { id, status, output, store } = response
  const isAnswered = status === 'completed' || status === 'incomplete'
  if (typeof id !== 'string' || !isAnswered || !isList(output) || output.length === 0) return null
  const items = output.map((item) => ({ id: idOf(item), item }))
  return { id, items, isKept: store === true }
}

function idOf(item: JsonValue): string | null {
  const id = isObject(item) ? item['id'] : undefined
  return typeof id === 'string' ? id : null
}

/** The response in the last word of a stream. */
function lastResponseOf(sent: string): JsonValue | undefined {
  const events = new SseScanner().push(Buffer.from(`${sent}\n\n`))
  const last = jsonOrNull(events.at(-1)?.data ?? '') as JsonValue
  return isObject(last) ? last['response'] : undefined
}
