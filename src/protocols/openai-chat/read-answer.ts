import { shortDigest } from '../../base/digest.ts'
import { BodyFields, isObject } from '../body-fields.ts'
import type { Answer, JsonObject, JsonValue, Part } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { unixSeconds } from '../unix-seconds.ts'
import { failureOf, readStop } from './finish-reason.ts'
import { readContent } from './read-content.ts'
import { readToolCalls } from './read-messages.ts'
import { thoughtsIn } from './thoughts.ts'
import { readUsage } from './usage.ts'

/** Only the first choice: `n` is refused where it would matter. */
export function readAnswer(body: JsonObject): Answer {
  const fields = new BodyFields(body, '')
  if (fields.has('error')) throw new ProtocolError('error', 'the answer is an error')
  const first = fields.list('choices')[0]
  if (first === undefined) throw new ProtocolError('choices', '`choices` is empty')
  const choice = BodyFields.of(first, 'choices[0]')
  const raw = choice.textOrNone('finish_reason') ?? null
  if (choice.has('error') || (raw !== null && failureOf(raw) !== null))
    throw new ProtocolError('choices[0].finish_reason', 'the answer was broken off by the provider')
  const id = fields.textOrNone('id') ?? ''
  const message = choice.plainOrNone('message')
  if (message === undefined)
    throw new ProtocolError('choices[0].message', '`choices[0].message` is missing: an object')
  const parts = readParts(message, id)
  return {
    id,
    model: fields.textOrNone('model') ?? '',
    created: unixSeconds(fields.any('created')),
    parts,
    stop: readStop(raw, {
      hasToolCalls: parts.some(({ kind }) => kind === 'tool-call'),
      hasRefusal: parts.some(({ kind }) => kind === 'refusal'),
    }),
    usage: readUsage(body['usage']),
  }
}

function readParts(value: JsonObject, id: string): readonly Part[] {
  // What is noted is of interest in requests alone.
  const notes = new RequestNotes()
  const message = new BodyFields(value, 'choices[0].message')
  const refusal = message.textOrNone('refusal') ?? ''
  const audio = message.any('audio')
  const thoughts = thoughtsIn(value).filter(
    ({ text, redacted }) => text !== '' || redacted !== undefined,
  )
  return [
    ...thoughts,
    ...withCitations(readContent(message, notes), value['annotations']),
    ...readImages(value['images']),
    ...(refusal === '' ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...(audio === undefined
      ? []
      : [{ kind: 'opaque' as const, protocol: 'openai-chat' as const, value: { audio } }]),
    ...readToolCalls(message, notes, (position) => callId(id, position)),
  ]
}

/** Ids of calls must differ over a whole conversation, and those of answers do. OpenAI takes 40 characters. */
export function callId(answerId: string, position: number): string {
  const answer = answerId.length > 30 ? shortDigest(answerId) : answerId
  return answer === '' ? `call_${String(position)}` : `call_${answer}_${String(position)}`
}

function withCitations(parts: readonly Part[], citations: JsonValue | undefined): readonly Part[] {
  const last = parts.findLastIndex(({ kind }) => kind === 'text')
  if (!Array.isArray(citations) || citations.length === 0 || last === -1) return parts
  return parts.map((part, index) =>
    index === last && part.kind === 'text' ? { ...part, citations } : part,
  )
}

/** Images that a model drew stand beside its words at OpenRouter. */
export function readImages(images: JsonValue | undefined): readonly Part[] {
  if (!Array.isArray(images)) return []
  const notes = new RequestNotes()
  const list = images.filter((image: JsonValue) => isObject(image) && image['type'] === 'image_url')
  return readContent(new BodyFields({ content: list }, 'images'), notes)
}
