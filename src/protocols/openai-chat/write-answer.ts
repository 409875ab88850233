import { isObject } from '../body-fields.ts'
import type {
  Answer,
  JsonObject,
  JsonValue,
  ModelRequest,
  Part,
  ThinkingPart,
  ToolCallPart,
} from '../exchange.ts'
import type { AnswerContext } from '../protocol-codec.ts'
import { writeDataUrl } from '../data-url.ts'
import { writeFinishReason } from './finish-reason.ts'
import { writeDetail } from './thoughts.ts'
import { writeUsage } from './usage.ts'

export function writeAnswer(answer: Answer, context: AnswerContext): JsonObject {
  const message = writeMessage(answer, isOfBefore(context.request))
  const hasRefusal = answer.parts.some(({ kind }) => kind === 'refusal')
  const finish = writeFinishReason(answer.stop.reason, hasRefusal)
  return {
    id: answer.id === '' ? context.id : answer.id,
    object: 'chat.completion',
    created: answer.created ?? context.created,
    model: context.model,
    choices: [
      {
        index: 0,
        message,
        logprobs: null,
        finish_reason: message['function_call'] === undefined ? finish : 'function_call',
      },
    ],
    ...(answer.usage === null ? {} : { usage: writeUsage(answer.usage) }),
  }
}

/** The caller speaks of `functions`, as before there were tools, and reads no others. */
export function isOfBefore(request: ModelRequest): boolean {
  return request.protocol === 'openai-chat' && request.written.get('tools') === 'functions'
}

function writeMessage({ parts, stop }: Answer, isFunctionCall: boolean): JsonObject {
  const text = textOf(parts, 'text')
  // Others tell beside the reason why they refused.
  const refusal = textOf(parts, 'refusal') || (stop.explanation ?? '')
  const calls = parts.filter((part) => part.kind === 'tool-call')
  const annotations = parts.flatMap((part) =>
    part.kind === 'text' ? (part.citations ?? []).filter(isOwnCitation) : [],
  )
  const images = parts.flatMap(writeDrawn)
  const isSilent = text === '' && (calls.length > 0 || refusal !== '' || images.length > 0)
  return {
    role: 'assistant',
    content: isSilent ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...writeThoughts(parts.filter((part) => part.kind === 'thinking')),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(images.length === 0 ? {} : { images }),
    ...writeCalls(calls, customCalls(parts), isFunctionCall),
    ...parts.map(soundOf).find((sound) => sound !== undefined),
  }
}

function textOf(parts: readonly Part[], kind: 'text' | 'refusal'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('')
}

/** Other protocols cite in other shapes, which no client of this one could read. */
export function isOwnCitation(citation: JsonValue): boolean {
  return isObject(citation) && citation['type'] === 'url_citation'
}

export function writeDrawn(part: Part): readonly JsonObject[] {
  if (part.kind !== 'image') return []
  const { source } = part
  if (source.kind === 'id' || source.kind === 'text') return []
  const url = source.kind === 'base64' ? writeDataUrl(source) : source.url
  return [{ type: 'image_url', image_url: { url } }]
}

function writeThoughts(thoughts: readonly ThinkingPart[]): JsonObject {
  const text = thoughts.map((thought) => thought.text).join('')
  const details = thoughts.map(writeDetail).filter((detail) => detail !== null)
  return {
    ...(text === '' ? {} : { reasoning_content: text }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  }
}

function writeCalls(
  calls: readonly ToolCallPart[],
  custom: readonly JsonValue[],
  isFunctionCall: boolean,
): JsonObject {
  const [first] = calls
  if (first !== undefined && isFunctionCall)
    return { function_call: { name: first.name, arguments: first.arguments } }
  const all = [...calls.map(writeCall), ...custom]
  return all.length === 0 ? {} : { tool_calls: all }
}

function writeCall({ id, name, arguments: text, signature }: ToolCallPart): JsonObject {
  return {
    id,
    type: 'function',
    function: { name, arguments: text },
    ...extraContent(signature),
  }
}

/** A mark that the model wants back stands where Google's own compatible server has it. */
export function extraContent(signature: string | undefined): JsonObject {
  return signature === undefined
    ? {}
    : { extra_content: { google: { thought_signature: signature } } }
}

/** What only this protocol has: calls of custom tools, and sound. */
function customCalls(parts: readonly Part[]): readonly JsonValue[] {
  return parts.flatMap((part) =>
    part.kind === 'opaque' && part.protocol === 'openai-chat' && soundOf(part) === undefined
      ? [part.value]
      : [],
  )
}

function soundOf(part: Part): JsonObject | undefined {
  const isSound = part.kind === 'opaque' && part.protocol === 'openai-chat' && isObject(part.value)
  return isSound && isObject(part.value) && part.value['audio'] !== undefined
    ? part.value
    : undefined
}
