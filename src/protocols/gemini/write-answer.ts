import type { Answer, JsonObject, Part } from '../exchange.ts'
import type { AnswerContext } from '../protocol-codec.ts'
import { writeFinish } from './finish-reason.ts'
import { writeUsage } from './usage.ts'
import { isCarried, type Writing, writeParts } from './write-parts.ts'

/** Nothing of a request goes back with an answer. */
const writing: Writing = { isOwn: false, hasCallIds: true, names: new Map() }

export function writeAnswer(answer: Answer, context: AnswerContext): JsonObject {
  const content = { role: 'model', parts: answerParts(answer.parts) }
  return {
    candidates: [{ content, index: 0, ...writeFinish(answer.stop) }],
    ...(answer.usage === null ? {} : { usageMetadata: writeUsage(answer.usage) }),
    modelVersion: context.model,
    createTime: new Date((answer.created ?? context.created) * 1000).toISOString(),
    responseId: answer.id === '' ? context.id : answer.id,
  }
}

/** Thoughts are shown whoever thought them; the mark of another maker stays behind. */
export function answerParts(parts: readonly Part[]): readonly JsonObject[] {
  return parts.flatMap((part) => {
    if (part.kind === 'tool-call') return [callOf(part)]
    if (part.kind !== 'thinking') return isCarried(part) ? writeParts([part], writing) : []
    if (part.protocol === 'gemini') return writeParts([part], writing)
    return part.text === '' ? [] : [{ text: part.text, thought: true }]
  })
}

function callOf(part: Part & { readonly kind: 'tool-call' }): JsonObject {
  const { extra: _, ...plain } = part
  const written = writeParts([plain], { ...writing, isOwn: true })
  return written[0] ?? {}
}
