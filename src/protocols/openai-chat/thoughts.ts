import { type BodyFields, isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, Protocol, ThinkingPart } from '../exchange.ts'
import { present } from '../present.ts'

/**
 * Thoughts have no place in OpenAI's own protocol. DeepSeek, vLLM and others write `reasoning_content` or `reasoning`;
 * OpenRouter writes `reasoning_details` too, with the maker's signature, and takes them back. So do we.
 */
const makers = {
  'anthropic-claude-v1': 'anthropic-messages',
  'bedrock-converse-v1': 'bedrock-converse',
  'google-gemini-v1': 'gemini',
  'openai-responses-v1': 'openai-responses',
} as const satisfies Record<string, Protocol>

/** The thoughts of one message. The first part keeps the members as they were written. */
export function readThoughts(message: BodyFields): readonly ThinkingPart[] {
  const members = present({
    reasoning_content: message.any('reasoning_content'),
    reasoning: message.any('reasoning'),
    reasoning_details: message.any('reasoning_details'),
  })
  const [first, ...others] = thoughtsIn(members, makerOf)
  return first === undefined ? [] : [{ ...first, extra: { message: members } }, ...others]
}

/** The same for a message of an answer or a piece of one: whoever thought it, this server wants it back. */
export function thoughtsIn(
  message: JsonObject,
  maker: (format: string | undefined) => Protocol = () => 'openai-chat',
): readonly ThinkingPart[] {
  const details = message['reasoning_details']
  const parts = isList(details) ? joinPieces(details, maker) : []
  if (parts.length > 0) return parts
  const text = thoughtText(message)
  return text === null ? [] : [{ kind: 'thinking', protocol: 'openai-chat', text }]
}

/** Clients send back what streamed piece by piece, too: the pieces of one thought share a number. */
function joinPieces(
  details: readonly JsonValue[],
  maker: (format: string | undefined) => Protocol,
): readonly ThinkingPart[] {
  const joined: ThinkingPart[] = []
  let number: JsonValue | undefined
  for (const detail of details) {
    const piece = thoughtOf(detail, maker)
    if (piece === null || !isObject(detail)) continue
    const last = joined.at(-1)
    const isMore =
      last !== undefined &&
      detail['index'] === number &&
      [last.redacted, piece.redacted, last.signature].every((mark) => mark === undefined)
    if (isMore) joined[joined.length - 1] = { ...last, ...piece, text: last.text + piece.text }
    else joined.push(piece)
    number = detail['index']
  }
  return joined
}

export function thoughtText(message: JsonObject): string | null {
  const { reasoning_content: content, reasoning } = message
  if (typeof content === 'string') return content
  return typeof reasoning === 'string' ? reasoning : null
}

/** One of `reasoning_details`; null: none that we know. */
function thoughtOf(
  value: JsonValue,
  maker: (format: string | undefined) => Protocol,
): ThinkingPart | null {
  if (!isObject(value)) return null
  const textOf = (name: string) => {
    const member = value[name]
    return typeof member === 'string' ? member : undefined
  }
  const text = textOf('text') ?? textOf('summary')
  const redacted = textOf('data')
  const signature = textOf('signature')
  if (text === undefined && redacted === undefined && signature === undefined) return null
  return present({
    kind: 'thinking' as const,
    protocol: maker(textOf('format')),
    text: text ?? '',
    signature,
    redacted,
    id: textOf('id'),
  })
}

function makerOf(format: string | undefined): Protocol {
  return format !== undefined && Object.hasOwn(makers, format)
    ? makers[format as keyof typeof makers]
    : 'openai-chat'
}

/**
 * A thought, or a piece of one, as one of `reasoning_details`. Null: nothing of it but the text, which stands in
 * `reasoning_content`.
 */
export function writeDetail(part: ThinkingPart, index: number): JsonObject | null {
  const { protocol, text, signature, redacted, id } = part
  const format = Object.entries(makers).find(([, maker]) => maker === protocol)?.[0]
  if ([format, signature, redacted, id].every((mark) => mark === undefined)) return null
  return present({
    type: redacted === undefined ? 'reasoning.text' : 'reasoning.encrypted',
    text: redacted === undefined && text !== '' ? text : undefined,
    signature,
    data: redacted,
    id,
    format,
    index,
  })
}
