import type { Answer, JsonObject, Part, ThinkingPart } from '../exchange.ts'
import { plainToolId } from '../plain-tool-id.ts'
import { present } from '../present.ts'
import type { AnswerContext } from '../protocol-codec.ts'
import { sealCallMark, sealThought } from '../sealed-thought.ts'
import { argumentsAsObject } from '../tool-arguments.ts'
import { ownMakers } from './foreign-thoughts.ts'
import { callsTools, writeStop } from './stop-reasons.ts'
import { writeUsage } from './usage.ts'

export function writeAnswer(answer: Answer, context: AnswerContext): JsonObject {
  return {
    id: answer.id === '' ? context.id : answer.id,
    type: 'message',
    role: 'assistant',
    model: context.model,
    content: answer.parts.flatMap(writeAnswerBlocks),
    ...writeStop(answer.stop, callsTools(answer.parts)),
    usage: writeUsage(answer.usage),
  }
}

/** Blocks of an answer; none for what only another protocol knows. */
function writeAnswerBlocks(part: Part): readonly JsonObject[] {
  switch (part.kind) {
    case 'text': {
      const citations = part.citations?.filter(isOwnCitation)
      return [present({ type: 'text', text: part.text, citations: emptyAsNone(citations) })]
    }
    case 'refusal':
      return [{ type: 'text', text: part.text }]
    case 'thinking':
      return [writeThought(part)]
    case 'tool-call': {
      const { name, signature } = part
      const id = plainToolId(part.id)
      const call = { type: 'tool_use', id, name, input: argumentsAsObject(part.arguments) }
      return signature === undefined ? [call] : [writeCallMark(id, signature), call]
    }
    case 'opaque':
      return part.protocol === 'anthropic-messages' ? [part.value as JsonObject] : []
    case 'image':
    case 'file':
    case 'audio':
    case 'tool-result':
      return []
  }
}

function emptyAsNone<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}

/** Places in documents and results are told by kinds that no other protocol has. */
export function isOwnCitation(citation: JsonObject[string]): boolean {
  if (typeof citation !== 'object' || citation === null || !('type' in citation)) return false
  const { type } = citation
  return typeof type === 'string' && type.endsWith('_location')
}

/** Thoughts of other makers carry a seal of ours, which brings them back to their maker. */
function writeThought(part: ThinkingPart): JsonObject {
  const { text, signature, redacted } = part
  if (isOwnThought(part))
    return redacted === undefined
      ? { type: 'thinking', thinking: text, signature: signature ?? '' }
      : { type: 'redacted_thinking', data: redacted }
  return text === ''
    ? { type: 'redacted_thinking', data: sealThought(part) }
    : { type: 'thinking', thinking: text, signature: sealThought(part) }
}

export function isOwnThought({ protocol }: ThinkingPart): boolean {
  return protocol !== undefined && ownMakers.includes(protocol)
}

/** Calls have no place for a mark; clients give blocks like this one back untouched. */
export function writeCallMark(id: string, signature: string): JsonObject {
  return { type: 'redacted_thinking', data: sealCallMark(id, signature) }
}
