import { isObject } from '../body-fields.ts'
import type { Answer, JsonObject, JsonValue, Part, TextPart } from '../exchange.ts'
import { plainToolId } from '../plain-tool-id.ts'
import { argumentsAsObject } from '../tool-arguments.ts'
import { writeStop } from './stop-reasons.ts'
import { writeUsage } from './usage.ts'
import { writeReasoning } from './write-block.ts'

export function writeAnswer(answer: Answer): JsonObject {
  const hasCalls = answer.parts.some(({ kind }) => kind === 'tool-call')
  return {
    output: { message: { role: 'assistant', content: answer.parts.flatMap(writeAnswerBlock) } },
    stopReason: writeStop(answer.stop, hasCalls),
    usage: writeUsage(answer.usage),
  }
}

/** None for what only another protocol knows. */
function writeAnswerBlock(part: Part): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      return [writeText(part)]
    case 'refusal':
      return [{ text: part.text }]
    case 'thinking':
      return [writeReasoning(part)]
    case 'tool-call': {
      const input = argumentsAsObject(part.arguments)
      return [{ toolUse: { toolUseId: plainToolId(part.id), name: part.name, input } }]
    }
    case 'opaque':
      return part.protocol === 'bedrock-converse' ? [part.value as JsonObject] : []
    case 'image':
    case 'file':
    case 'audio':
    case 'tool-result':
      return []
  }
}

function writeText({ text, citations = [] }: TextPart): JsonObject {
  const own = citations.filter(isOwnCitation)
  return own.length === 0 ? { text } : { citationsContent: { content: [{ text }], citations: own } }
}

/** Alone among the protocols this one does not name the kind of a citation. */
export function isOwnCitation(citation: JsonValue): boolean {
  return isObject(citation) && !('type' in citation)
}
