import type { BodyFields } from '../body-fields.ts'
import { isList, isObject } from '../body-fields.ts'
import type { JsonObject, JsonValue, ThinkingPart } from '../exchange.ts'
import { present } from '../present.ts'
import { isSealedMark } from '../sealed-mark.ts'
import { openSealed } from '../sealed-thought.ts'

/** What a reasoning item says: a thought, or the mark of a call that follows it. */
export interface ReadReasoning {
  readonly thought: ThinkingPart | null
  readonly call: { readonly id: string; readonly signature: string } | null
}

/** In a request, where marks come back that we have sealed. */
export function readReasoningItem(fields: BodyFields): ReadReasoning {
  const thought = readThought(fields)
  const encrypted = thought.signature ?? thought.redacted
  if (encrypted === undefined || !isSealedMark(encrypted)) return { thought, call: null }
  const opened = openSealed(thought.text, encrypted)
  return opened.kind === 'call'
    ? { thought: null, call: opened }
    : { thought: opened.thought, call: null }
}

/** In an answer. */
export function readThought(fields: BodyFields): ThinkingPart {
  const summary = fields.listOrNone('summary') ?? []
  const content = fields.listOrNone('content') ?? []
  const encrypted = fields.textOrNone('encrypted_content')
  const text = textOf(summary, '\n\n') || textOf(content, '')
  return present({
    kind: 'thinking' as const,
    protocol: 'openai-responses' as const,
    text,
    // The text of such a thought is a summary; where there is none, all of it is hidden.
    signature: text === '' ? undefined : encrypted,
    redacted: text === '' ? encrypted : undefined,
    id: fields.textOrNone('id'),
    extra: wholeTexts(summary, content),
  })
}

/** Summary and content as they were, where one summary with the thought's text is not all of it. */
function wholeTexts(
  summary: readonly JsonValue[],
  content: readonly JsonValue[],
): JsonObject | undefined {
  if (content.length > 0) return { summary, content }
  return summary.length > 1 || !summary.every(isPlainText) ? { summary } : undefined
}

function isPlainText(part: JsonValue): boolean {
  return isObject(part) && part['type'] === 'summary_text' && Object.keys(part).length === 2
}

function textOf(parts: readonly JsonValue[], between: string): string {
  return parts
    .map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join(between)
}

/** A thought of OpenAI's own, as it came. */
export function reasoningItem({ id, text, signature, redacted, extra }: ThinkingPart): JsonObject {
  return present({
    type: 'reasoning',
    id,
    summary: summaryOf(text),
    encrypted_content: signature ?? redacted,
    ...extra,
  })
}

export function summaryOf(text: string): readonly JsonObject[] {
  return text === '' ? [] : [{ type: 'summary_text', text }]
}

/**
 * The body of a request without the reasoning items that we wrote for thoughts of other makers: OpenAI would refuse
 * them with 400, or look for them in vain. The same object when there are none. For requests whose bytes are otherwise
 * forwarded as they are.
 */
export function withoutForeignThoughts(body: JsonObject): JsonObject {
  const { input } = body
  if (!isList(input) || !input.some(isForeignThought)) return body
  return { ...body, input: input.filter((item) => !isForeignThought(item)) }
}

function isForeignThought(item: JsonValue): boolean {
  if (!isObject(item) || item['type'] !== 'reasoning') return false
  const encrypted = item['encrypted_content']
  return typeof encrypted === 'string' && isSealedMark(encrypted)
}
