import type { Answer, JsonObject, Part, ToolCallPart } from '../exchange.ts'
import type { AnswerContext } from '../protocol-codec.ts'
import { customToolNames } from './custom-tool.ts'
import {
  annotationsOf,
  callItem,
  callMarkItem,
  imageItem,
  isOwnOpaque,
  messageItem,
  textContent,
  thoughtItem,
} from './output-item.ts'
import { kindsOf } from './read-answer.ts'
import { itemIdOf, responseIdOf, responseObject } from './response-object.ts'
import { writeStop } from './stop.ts'
import { writeUsage } from './usage.ts'

export function writeAnswer(answer: Answer, context: AnswerContext): JsonObject {
  const id = responseIdOf(answer.id, context)
  const parts = withExplanation(answer)
  const { status, incompleteDetails } = writeStop(answer.stop, kindsOf(parts).hasRefusal)
  return responseObject(
    {
      id,
      created: answer.created ?? context.created,
      status,
      error: null,
      incompleteDetails,
      output: outputOf(parts, id, customToolNames(context.request), status),
      usage: writeUsage(answer.usage),
    },
    context,
  )
}

/** A refusal that its maker explained beside the answer is told in the answer. */
function withExplanation({ parts, stop }: Answer): readonly Part[] {
  const { reason, explanation } = stop
  const isTold = reason !== 'refusal' || explanation === undefined || kindsOf(parts).hasRefusal
  return isTold ? parts : [...parts, { kind: 'refusal', text: explanation }]
}

/** What is said in one go is one message; all else is an item of its own. */
function outputOf(
  parts: readonly Part[],
  responseId: string,
  customNames: ReadonlySet<string>,
  status: 'completed' | 'incomplete',
): readonly JsonObject[] {
  const items: JsonObject[] = []
  let said: JsonObject[] = []
  const idOf = (kind: 'msg' | 'fc' | 'ctc' | 'rs' | 'ig') =>
    itemIdOf(kind, responseId, items.length)
  const flush = () => {
    if (said.length > 0) items.push(messageItem(idOf('msg'), status, said))
    said = []
  }
  const addCall = (part: ToolCallPart) => {
    if (part.signature !== undefined) items.push(callMarkItem(idOf('rs'), part.id, part.signature))
    const isCustom = customNames.has(part.name)
    const itemId = idOf(isCustom ? 'ctc' : 'fc')
    const { id: callId, name, arguments: text } = part
    items.push(callItem({ itemId, callId, name, arguments: text, isCustom }, 'completed'))
  }
  for (const part of parts) {
    if (part.kind === 'text') said.push(textContent(part.text, annotationsOf(part)))
    else if (part.kind === 'refusal') said.push({ type: 'refusal', refusal: part.text })
    else {
      flush()
      if (part.kind === 'tool-call') addCall(part)
      else if (part.kind === 'thinking') items.push(thoughtItem(idOf('rs'), part))
      else if (isOwnOpaque(part)) items.push(part.value)
      else if (part.kind === 'image') {
        const item = imageItem(idOf('ig'), part)
        if (item !== null) items.push(item)
      }
    }
  }
  flush()
  return items
}
