import { BodyFields, isObject } from '../body-fields.ts'
import type { Answer, JsonObject, JsonValue, Part } from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { unixSeconds } from '../unix-seconds.ts'
import { customArguments, customCallMark } from './custom-tool.ts'
import { readThought } from './reasoning-item.ts'
import { readStop } from './stop.ts'
import { readUsage } from './usage.ts'

/** States in which there is no answer, and the word for it stands in `error` or nowhere. */
const unanswered: readonly JsonValue[] = ['failed', 'cancelled', 'queued', 'in_progress']

export function readAnswer(body: JsonObject): Answer {
  const fields = new BodyFields(body, '')
  if (unanswered.includes(body['status'] ?? null) || isObject(body['error']))
    throw new ProtocolError('status', 'the response is not complete')
  const parts = fields
    .list('output')
    .flatMap((item, index) => readItem(item, `output[${String(index)}]`))
  return {
    id: fields.textOrNone('id') ?? '',
    model: fields.textOrNone('model') ?? '',
    created: unixSeconds(fields.any('created_at')),
    parts,
    stop: readStop(body, kindsOf(parts)),
    usage: readUsage(body['usage']),
  }
}

export function kindsOf(parts: readonly Part[]) {
  return {
    hasToolCalls: parts.some(({ kind }) => kind === 'tool-call'),
    hasRefusal: parts.some(({ kind }) => kind === 'refusal'),
  }
}

/** One item of an output, and what it holds. */
export function readItem(item: JsonValue, path: string): readonly Part[] {
  const fields = BodyFields.of(item, path)
  switch (fields.text('type')) {
    case 'message':
      return fields.list('content').flatMap(readContentPart)
    case 'function_call':
      return [
        {
          kind: 'tool-call',
          id: fields.text('call_id'),
          name: fields.text('name'),
          arguments: fields.textOrNone('arguments') ?? '',
        },
      ]
    case 'custom_tool_call':
      return [
        {
          kind: 'tool-call',
          id: fields.text('call_id'),
          name: fields.text('name'),
          arguments: customArguments(fields.textOrNone('input') ?? ''),
          extra: customCallMark(undefined),
        },
      ]
    case 'reasoning':
      return [readThought(fields)]
    default:
      return [{ kind: 'opaque', protocol: 'openai-responses', value: item }]
  }
}

function readContentPart(value: JsonValue): readonly Part[] {
  if (!isObject(value)) return []
  const { type, text, refusal, annotations } = value
  if (type === 'refusal' && typeof refusal === 'string') return [{ kind: 'refusal', text: refusal }]
  if (typeof text !== 'string') return []
  const citations = Array.isArray(annotations) && annotations.length > 0 ? annotations : undefined
  return [present({ kind: 'text' as const, text, citations })]
}
