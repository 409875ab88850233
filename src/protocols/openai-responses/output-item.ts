import { isObject } from '../body-fields.ts'
import type { ImagePart, JsonObject, JsonValue, Part, TextPart, ThinkingPart } from '../exchange.ts'
import { sealCallMark, sealThought } from '../sealed-thought.ts'
import { callIdOf } from './call-id.ts'
import { customInput } from './custom-tool.ts'
import { summaryOf } from './reasoning-item.ts'

/** Kinds of annotations that clients of this protocol can read. */
const annotationTypes: readonly JsonValue[] = [
  'container_file_citation',
  'file_citation',
  'file_path',
  'url_citation',
]

export function isAnnotation(citation: JsonValue): citation is JsonObject {
  return isObject(citation) && annotationTypes.includes(citation['type'] ?? null)
}

export function textContent(text: string, annotations: readonly JsonValue[]): JsonObject {
  return { type: 'output_text', annotations, logprobs: [], text }
}

/** Citations of other protocols are in shapes that no client of this one could read. */
export function annotationsOf({ citations = [] }: TextPart): readonly JsonObject[] {
  return citations.filter(isAnnotation)
}

export function messageItem(
  id: string,
  status: 'in_progress' | 'completed' | 'incomplete',
  content: readonly JsonObject[],
): JsonObject {
  return { id, type: 'message', status, role: 'assistant', content }
}

export interface WrittenCall {
  readonly itemId: string
  readonly callId: string
  readonly name: string
  readonly arguments: string
  /** The caller knows the tool as a custom one. */
  readonly isCustom: boolean
}

export function callItem(call: WrittenCall, status: 'in_progress' | 'completed'): JsonObject {
  const { itemId: id, name } = call
  const call_id = callIdOf(call.callId)
  return call.isCustom
    ? {
        id,
        type: 'custom_tool_call',
        status,
        call_id,
        input: status === 'completed' ? customInput(call.arguments) : '',
        name,
      }
    : { id, type: 'function_call', status, arguments: call.arguments, call_id, name }
}

/** A thought in an answer: OpenAI's own as it is, any other with what brings it back to its maker. */
export function thoughtItem(placeId: string, part: ThinkingPart): JsonObject {
  const { protocol, text, signature, redacted, extra } = part
  const isOwn = protocol === 'openai-responses'
  const id = isOwn ? (part.id ?? placeId) : placeId
  const own = signature ?? redacted
  const encrypted = isOwn ? own : sealThought(part)
  return {
    id,
    type: 'reasoning',
    summary: summaryOf(text),
    ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
    ...(isOwn ? extra : {}),
  }
}

/** The mark that another maker set at a call: it stands before the call as a thought without words. */
export function callMarkItem(id: string, callId: string, signature: string): JsonObject {
  const encrypted_content = sealCallMark(callIdOf(callId), signature)
  return { id, type: 'reasoning', summary: [], encrypted_content }
}

/** A picture in an answer, where this protocol has it. Null: there is no place for it. */
export function imageItem(id: string, { source }: ImagePart): JsonObject | null {
  if (source.kind !== 'base64') return null
  return { id, type: 'image_generation_call', status: 'completed', result: source.data }
}

export function isOwnOpaque(part: Part): part is Part & { readonly value: JsonObject } {
  return part.kind === 'opaque' && part.protocol === 'openai-responses' && isObject(part.value)
}
