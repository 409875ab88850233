import { isObject } from '../body-fields.ts'
import type {
  JsonObject,
  JsonValue,
  ModelRequest,
  Part,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../exchange.ts'
import { present } from '../present.ts'
import { callIdOf } from './call-id.ts'
import { customInput, isCustomCall } from './custom-tool.ts'
import { reasoningItem } from './reasoning-item.ts'
import { inputPart, isShown, outputPart, type Writing } from './write-content.ts'

/** `instructions` and `input`. */
export function writeConversation(request: ModelRequest, writing: Writing): JsonObject {
  const { instructions, messages } = writeSystem(request.system, writing)
  const turns = request.turns.flatMap((turn) => writeTurn(turn, writing))
  return present({ instructions, input: [...messages, ...turns] }) as JsonObject
}

interface WrittenSystem {
  readonly instructions?: string
  readonly messages: readonly JsonObject[]
}

/** Only the caller's own messages of instructions are messages again; all others are one text. */
function writeSystem(system: readonly TextPart[], writing: Writing): WrittenSystem {
  const start = writing.isOwn ? system.findIndex(startsMessage) : -1
  const before = start === -1 ? system : system.slice(0, start)
  const messages: JsonObject[] = []
  for (const part of start === -1 ? [] : system.slice(start)) {
    const written = inputPart(part, writing)
    const last = messages.at(-1)
    if (startsMessage(part) || last === undefined) messages.push(messageWith(part, [written]))
    else messages[messages.length - 1] = { ...last, content: [...contentOf(last), written] }
  }
  if (before.length === 0) return { messages }
  return { instructions: before.map(({ text }) => text).join('\n\n'), messages }
}

function startsMessage({ extra }: TextPart): boolean {
  return isObject(extra?.['message'])
}

function messageWith({ extra }: TextPart, content: readonly JsonObject[]): JsonObject {
  const message = extra?.['message']
  return { type: 'message', role: 'system', content, ...(isObject(message) ? message : {}) }
}

function contentOf(message: JsonObject): readonly JsonValue[] {
  const { content } = message
  return Array.isArray(content) ? content : []
}

function writeTurn(turn: Turn, writing: Writing): readonly JsonObject[] {
  if (turn.role === 'assistant') return writeAssistant(turn, writing)
  const extra = writing.isOwn ? turn.extra : undefined
  const items: JsonObject[] = []
  // Results belong to the calls before them: they come first, as they do where a turn is one message.
  for (const part of turn.parts) {
    if (part.kind === 'tool-result') items.push(outputItem(part, writing))
    else if (isOwnOpaque(part, writing)) items.push(part.value)
  }
  const content = turn.parts.filter((part) => isShown(part)).map((part) => inputPart(part, writing))
  const isEmpty = content.length === 0 && (items.length > 0 || !writing.isOwn)
  if (!isEmpty) items.push({ type: 'message', role: turn.role, content, ...extra })
  return items
}

function writeAssistant(turn: Turn, writing: Writing): readonly JsonObject[] {
  const items: JsonObject[] = []
  let said: Part[] = []
  const flush = () => {
    if (said.length > 0) items.push(assistantMessage(said, turn, writing))
    said = []
  }
  for (const part of turn.parts) {
    if (part.kind === 'text' || part.kind === 'refusal') said.push(part)
    else {
      flush()
      items.push(...assistantItem(part, writing))
    }
  }
  flush()
  return items
}

function assistantMessage(said: readonly Part[], { extra }: Turn, writing: Writing): JsonObject {
  const own = writing.isOwn ? extra : undefined
  const parts = said.filter((part) => part.kind === 'text' || part.kind === 'refusal')
  const [only] = parts
  // As plain text every server takes it; a list only as the item that a server made.
  const isBare = only?.kind === 'text' && !(writing.isOwn && only.citations !== undefined)
  const isPlain = parts.length === 1 && isBare && own === undefined
  const content = isPlain ? only.text : parts.map((part) => outputPart(part, writing))
  return { type: 'message', role: 'assistant', content, ...own }
}

function assistantItem(part: Part, writing: Writing): readonly JsonObject[] {
  switch (part.kind) {
    case 'tool-call':
      return [callItem(part, writing)]
    case 'thinking':
      return isOwnThought(part, writing) ? [reasoningItem(part)] : []
    case 'opaque':
      return isOwnOpaque(part, writing) ? [part.value] : []
    case 'image':
    case 'file':
    case 'audio':
      // An assistant cannot show anything in this protocol; whoever speaks next does.
      return [{ type: 'message', role: 'user', content: [inputPart(part, writing)] }]
    case 'tool-result':
      return [outputItem(part, writing)]
    case 'text':
    case 'refusal':
      return []
  }
}

/** By its id alone a thought is found only where its maker has kept it. */
function isOwnThought(part: ThinkingPart, { isOwn }: Writing): boolean {
  const isWhole = part.signature !== undefined || part.redacted !== undefined
  return part.protocol === 'openai-responses' && (isOwn || isWhole)
}

function isOwnOpaque(
  part: Part,
  { isOwn }: Writing,
): part is Part & { readonly kind: 'opaque'; readonly value: JsonObject } {
  return (
    isOwn && part.kind === 'opaque' && part.protocol === 'openai-responses' && isObject(part.value)
  )
}

function callItem(part: ToolCallPart, { isOwn }: Writing): JsonObject {
  const extra = isOwn ? part.extra : undefined
  const call = { call_id: callIdOf(part.id), name: part.name }
  return isCustomCall(extra)
    ? { ...call, input: customInput(part.arguments), ...extra }
    : { type: 'function_call', ...call, arguments: part.arguments, ...extra }
}

function outputItem(part: ToolResultPart, writing: Writing): JsonObject {
  const { isOwn } = writing
  const extra = isOwn ? part.extra : undefined
  const type = isCustomCall(extra) ? 'custom_tool_call_output' : 'function_call_output'
  return { call_id: callIdOf(part.id), output: outputOf(part, writing), ...extra, type }
}

function outputOf({ parts }: ToolResultPart, writing: Writing): JsonValue {
  const [first] = parts
  if (first === undefined) return ''
  const isPlain = first.kind === 'text' && parts.length === 1 && first.cache === undefined
  return isPlain ? first.text : parts.map((part) => inputPart(part, writing))
}
