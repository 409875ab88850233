import { isList, isObject } from '../body-fields.ts'
import type { Answer, JsonObject, JsonValue, Part, Stop, ThinkingPart } from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { madeCallId } from './call-id.ts'
import { readBlock, readFinish } from './finish-reason.ts'
import { readUsage } from './usage.ts'

export function readAnswer(body: JsonObject): Answer {
  const candidate = firstCandidate(body)
  const blocked = readBlock(body['promptFeedback'])
  if (candidate === null && blocked === null)
    throw new ProtocolError('candidates', 'the answer has no `candidates`')
  const id = answerId(body)
  const pieces = candidate === null ? [] : piecesOf(candidate)
  const parts = joined(readPieces(pieces, id, 0))
  return {
    id,
    model: textIn(body, 'modelVersion'),
    created: createdAt(body),
    parts,
    stop: stopOf(candidate, blocked, parts),
    usage: readUsage(body['usageMetadata']),
  }
}

function stopOf(candidate: JsonObject | null, blocked: Stop | null, parts: readonly Part[]): Stop {
  const hasToolCalls = parts.some(({ kind }) => kind === 'tool-call')
  const finished = candidate === null ? null : readFinish(candidate, hasToolCalls)
  return finished ?? blocked ?? { reason: 'other', raw: null }
}

/** The only one: more than one is asked for by callers of this protocol alone. */
export function firstCandidate(body: JsonObject): JsonObject | null {
  const { candidates } = body
  if (!isList(candidates)) return null
  const first = candidates.find((one) => isObject(one) && (one['index'] ?? 0) === 0)
  return isObject(first) ? first : null
}

export function piecesOf({ content }: JsonObject): readonly JsonValue[] {
  const parts = isObject(content) ? content['parts'] : undefined
  return isList(parts) ? parts : []
}

export function answerId(body: JsonObject): string {
  return textIn(body, 'responseId')
}

export function createdAt(body: JsonObject): number | null {
  const time = Date.parse(textIn(body, 'createTime'))
  return Number.isNaN(time) ? null : Math.floor(time / 1000)
}

/** `calls`: how many there were before. */
export function readPieces(
  pieces: readonly JsonValue[],
  id: string,
  calls: number,
): readonly Part[] {
  let count = calls
  return pieces.filter(isObject).flatMap((piece) => {
    const read = readPiece(piece, madeCallId(`${id === '' ? 'call' : id}_${String(count)}`))
    count += read.filter(({ kind }) => kind === 'tool-call').length
    return read
  })
}

function readPiece(piece: JsonObject, callId: string): readonly Part[] {
  const { text, functionCall, inlineData } = piece
  const mark = piece['thoughtSignature']
  const signature = typeof mark === 'string' ? mark : undefined
  if (isObject(functionCall)) return [readCall(functionCall, callId, signature)]
  if (typeof text === 'string')
    return piece['thought'] === true
      ? [thought(text, signature)]
      : [
          ...(text === '' ? [] : [{ kind: 'text' as const, text }]),
          ...(signature === undefined ? [] : [thought('', signature)]),
        ]
  if (isObject(inlineData)) return [readData(inlineData)]
  return Object.keys(piece).length === 0
    ? []
    : [{ kind: 'opaque', protocol: 'gemini', value: piece }]
}

function thought(text: string, signature: string | undefined): ThinkingPart {
  return present({ kind: 'thinking' as const, protocol: 'gemini' as const, text, signature })
}

function readCall(call: JsonObject, madeId: string, signature: string | undefined): Part {
  const id = textIn(call, 'id')
  return present({
    kind: 'tool-call' as const,
    id: id === '' ? madeId : id,
    name: textIn(call, 'name'),
    arguments: JSON.stringify(call['args'] ?? {}),
    signature,
  })
}

function readData(inline: JsonObject): Part {
  const mediaType = textIn(inline, 'mimeType')
  const data = textIn(inline, 'data')
  if (mediaType.startsWith('audio/'))
    return { kind: 'audio', data, format: mediaType.slice('audio/'.length) }
  const source = { kind: 'base64', mediaType, data } as const
  return mediaType.startsWith('image/') ? { kind: 'image', source } : { kind: 'file', source }
}

/** Pieces of one text, or of one thought, are one part. A mark ends the thought that it belongs to. */
function joined(pieces: readonly Part[]): readonly Part[] {
  const parts: Part[] = []
  for (const piece of pieces) {
    const last = parts.at(-1)
    if (last?.kind === 'text' && piece.kind === 'text')
      parts[parts.length - 1] = { ...last, text: last.text + piece.text }
    else if (last?.kind === 'thinking' && piece.kind === 'thinking' && continues(last, piece))
      parts[parts.length - 1] = { ...piece, text: last.text + piece.text }
    else parts.push(piece)
  }
  return parts
}

function continues(last: ThinkingPart, next: ThinkingPart): boolean {
  return last.signature === undefined && (next.text !== '' || next.signature !== undefined)
}

function textIn(object: JsonObject, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}
