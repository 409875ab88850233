import type { Piece } from './answer.ts'
import type { Carries } from './frame.ts'
import { type JsonObject, textsOf } from './json-reading.ts'
import { pieceTokens } from './make-answer.ts'
import type { Served } from './wire.ts'

export interface ResponseEvent {
  readonly carries: Carries
  readonly data: JsonObject & { readonly type: string }
}

function itemId(prefix: string, index: number, served: Served): string {
  return `${prefix}_fault${served.number}_${index}`
}

/** Reasoning is handed out sealed only to those who ask for it. */
function sealedOf(seal: string, served: Served): object {
  const isWanted = textsOf(served.request.body['include']).includes('reasoning.encrypted_content')
  return isWanted ? { encrypted_content: seal } : {}
}

/** An output item as it stands in a finished response. */
export function finishedItem(piece: Piece, index: number, served: Served): readonly JsonObject[] {
  switch (piece.kind) {
    case 'thinking':
      return [
        {
          id: itemId('rs', index, served),
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: piece.text }],
          ...sealedOf(piece.signature, served),
        },
      ]
    case 'redacted-thinking':
      return [
        {
          id: itemId('rs', index, served),
          type: 'reasoning',
          summary: [],
          ...sealedOf(piece.data, served),
        },
      ]
    case 'text':
      return [messageItem(textPart(piece.text), index, served)]
    case 'refusal':
      return [messageItem({ type: 'refusal', refusal: piece.text }, index, served)]
    case 'tool-call':
      return [callItem(piece, index, served)]
    case 'model-fallback':
      return []
  }
}

function textPart(text: string): JsonObject {
  return { type: 'output_text', annotations: [], logprobs: [], text }
}

function messageItem(part: JsonObject, index: number, served: Served): JsonObject {
  return {
    id: itemId('msg', index, served),
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [part],
  }
}

function callItem(
  piece: Extract<Piece, { kind: 'tool-call' }>,
  index: number,
  served: Served,
): JsonObject {
  return {
    id: itemId('fc', index, served),
    type: 'function_call',
    status: 'completed',
    arguments: piece.argumentsText,
    call_id: `call_${piece.id}`,
    name: piece.name,
  }
}

/** Everything a stream says of one output item. */
export function itemEvents(piece: Piece, index: number, served: Served): readonly ResponseEvent[] {
  const [item] = finishedItem(piece, index, served)
  if (item === undefined) return []
  const at = { item_id: item['id'], output_index: index }
  const opened = { ...item, ...openedChanges(piece) }
  return [
    {
      carries: piece.kind === 'tool-call' ? 'tool-start' : 'block-start',
      data: { type: 'response.output_item.added', output_index: index, item: opened },
    },
    ...innerEvents(piece, at),
    {
      carries: piece.kind === 'thinking' ? 'signature' : 'block-end',
      data: { type: 'response.output_item.done', output_index: index, item },
    },
  ]
}

function openedChanges(piece: Piece): object {
  switch (piece.kind) {
    case 'thinking':
    case 'redacted-thinking':
      return { summary: [] }
    case 'tool-call':
      return { status: 'in_progress', arguments: '' }
    case 'text':
    case 'refusal':
    case 'model-fallback':
      return { status: 'in_progress', content: [] }
  }
}

function innerEvents(piece: Piece, at: JsonObject): readonly ResponseEvent[] {
  switch (piece.kind) {
    case 'thinking':
      return summaryEvents(piece.text, pieceTokens(piece), { ...at, summary_index: 0 })
    case 'text':
      return textEvents(piece.text, pieceTokens(piece), { ...at, content_index: 0 })
    case 'refusal':
      return refusalEvents(piece.text, pieceTokens(piece), { ...at, content_index: 0 })
    case 'tool-call':
      return argumentEvents(piece.argumentsText, pieceTokens(piece), at)
    case 'redacted-thinking':
    case 'model-fallback':
      return []
  }
}

function said(carries: Carries, type: string, rest: JsonObject): ResponseEvent {
  return { carries, data: { type, ...rest } }
}

function summaryEvents(text: string, tokens: readonly string[], at: JsonObject): ResponseEvent[] {
  const part = { type: 'summary_text', text }
  const prefix = 'response.reasoning_summary'
  return [
    said('block-start', `${prefix}_part.added`, { ...at, part: { ...part, text: '' } }),
    ...tokens.map((delta) => said('thinking', `${prefix}_text.delta`, { ...at, delta })),
    said('block-end', `${prefix}_text.done`, { ...at, text }),
    said('block-end', `${prefix}_part.done`, { ...at, part }),
  ]
}

function textEvents(text: string, tokens: readonly string[], at: JsonObject): ResponseEvent[] {
  return [
    said('block-start', 'response.content_part.added', { ...at, part: textPart('') }),
    ...tokens.map((delta) =>
      said('text', 'response.output_text.delta', { ...at, delta, logprobs: [] }),
    ),
    said('block-end', 'response.output_text.done', { ...at, text, logprobs: [] }),
    said('block-end', 'response.content_part.done', { ...at, part: textPart(text) }),
  ]
}

function refusalEvents(text: string, tokens: readonly string[], at: JsonObject): ResponseEvent[] {
  const part = { type: 'refusal', refusal: text }
  return [
    said('block-start', 'response.content_part.added', { ...at, part: { ...part, refusal: '' } }),
    ...tokens.map((delta) => said('refusal', 'response.refusal.delta', { ...at, delta })),
    said('block-end', 'response.refusal.done', { ...at, refusal: text }),
    said('block-end', 'response.content_part.done', { ...at, part }),
  ]
}

function argumentEvents(text: string, tokens: readonly string[], at: JsonObject): ResponseEvent[] {
  const prefix = 'response.function_call_arguments'
  return [
    ...tokens.map((delta) => said('tool-arguments', `${prefix}.delta`, { ...at, delta })),
    said('block-end', `${prefix}.done`, { ...at, arguments: text }),
  ]
}
