import { BodyFields, isObject } from '../body-fields.ts'
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  JsonValue,
  MediaSource,
  OpaquePart,
  Part,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
} from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import type { RequestNotes } from '../request-notes.ts'
import { mediaTypeOfDocument, mediaTypeOfImage } from './media-formats.ts'

/** Names of tools by the ids of their calls, in the conversation so far. */
export type CallNames = Map<string, string>

/**
 * Blocks of one message, of a request or of an answer. A cache point stands behind what it closes; it becomes a mark
 * on that part.
 */
export function readBlocks(
  blocks: readonly JsonValue[],
  path: string,
  notes: RequestNotes,
  names: CallNames,
): readonly Part[] {
  const parts: Part[] = []
  for (const [index, value] of blocks.entries()) {
    const place = `${path}[${String(index)}]`
    const isPoint = isObject(value) && 'cachePoint' in value
    const last = parts.at(-1)
    if (!isPoint) parts.push(readBlock(value, place, notes, names))
    else if (last !== undefined && takesMark(last))
      parts[parts.length - 1] = { ...last, cache: readCachePoint(value, place, notes) }
    else parts.push({ ...opaque(value), isNote: true })
  }
  return parts
}

type Markable = TextPart | ImagePart | FilePart | ToolCallPart | ToolResultPart

function takesMark(part: Part): part is Markable {
  const takes = ['text', 'image', 'file', 'tool-call', 'tool-result'].includes(part.kind)
  return takes && !('cache' in part)
}

/** A block that is a cache point, and nothing else. */
export function readCachePoint(value: JsonValue, path: string, notes: RequestNotes): CacheMark {
  notes.uses('cache-marks', path)
  const block = BodyFields.of(value, path)
  const point = block.object('cachePoint')
  point.any('type')
  const mark = { ttl: point.textOrNone('ttl') ?? null }
  notes.leaveRest(point)
  notes.leaveRest(block)
  return mark
}

function opaque(value: JsonValue): OpaquePart {
  return { kind: 'opaque', protocol: 'bedrock-converse', value }
}

/** A block is an object with one member, which is named for its kind. */
export function readBlock(
  value: JsonValue,
  path: string,
  notes: RequestNotes,
  names: CallNames,
): Part {
  if (!isObject(value)) throw new ProtocolError(path, `\`${path}\` is no block of content`)
  const isUsual = Object.keys(value).length === 1
  const part = isUsual ? knownBlock(new BodyFields(value, path), notes, names) : null
  if (part !== null) return part
  notes.uses('opaque-parts', path)
  return opaque(value)
}

/** Null: the superset has no word for it, or not for all of it. */
function knownBlock(fields: BodyFields, notes: RequestNotes, names: CallNames): Part | null {
  if (fields.has('text')) return { kind: 'text', text: fields.text('text') }
  if (fields.has('image')) return readImage(fields.object('image'), notes)
  if (fields.has('document')) return readDocument(fields.object('document'), notes)
  if (fields.has('audio')) return readAudio(fields.object('audio'), notes)
  if (fields.has('toolUse')) return readToolUse(fields.object('toolUse'), names)
  if (fields.has('toolResult')) return readToolResult(fields.object('toolResult'), notes, names)
  if (fields.has('reasoningContent')) return readReasoning(fields.object('reasoningContent'), notes)
  if (fields.has('citationsContent')) return readCitations(fields.object('citationsContent'), notes)
  return null
}

function readImage(image: BodyFields, notes: RequestNotes): ImagePart | null {
  const format = image.text('format')
  const source = readPlace(image.object('source'), mediaTypeOfImage(format))
  if (source === null || !isAllRead(image)) return null
  notes.uses(source.kind === 'base64' ? 'image-base64' : 'image-url', image.path)
  return { kind: 'image', source }
}

type Place = Extract<MediaSource, { readonly kind: 'base64' | 'url' }>

/** The bytes, or where in S3 they lie. */
function readPlace(source: BodyFields, mediaType: string): Place | null {
  const bytes = source.textOrNone('bytes')
  const location = source.objectOrNone('s3Location')
  const url = location?.text('uri')
  if (!isAllRead(source) || (location !== undefined && !isAllRead(location))) return null
  if (bytes !== undefined) return { kind: 'base64', mediaType, data: bytes }
  return url === undefined ? null : { kind: 'url', url, mediaType }
}

function isAllRead(fields: BodyFields): boolean {
  return Object.keys(fields.rest()).length === 0
}

function readDocument(document: BodyFields, notes: RequestNotes): FilePart | null {
  const name = document.text('name')
  const format = document.textOrNone('format')
  const source = readDocumentSource(document.object('source'), format)
  if (source === null) return null
  notes.uses(`file-${source.kind}`, document.path)
  return present({ kind: 'file', source, name, extra: notes.leaveRest(document) })
}

function readDocumentSource(source: BodyFields, format: string | undefined): MediaSource | null {
  const text = source.textOrNone('text')
  const mediaType = format === undefined ? undefined : mediaTypeOfDocument(format)
  if (text === undefined) return mediaType === undefined ? null : readPlace(source, mediaType)
  return isAllRead(source) ? present({ kind: 'text', text, mediaType }) : null
}

function readAudio(audio: BodyFields, notes: RequestNotes): AudioPart | null {
  const format = audio.text('format')
  const place = readPlace(audio.object('source'), '')
  if (place?.kind !== 'base64' || !isAllRead(audio)) return null
  notes.uses('audio', audio.path)
  return { kind: 'audio', data: place.data, format }
}

function readToolUse(call: BodyFields, names: CallNames): ToolCallPart | null {
  const id = call.text('toolUseId')
  const name = call.text('name')
  const input = call.any('input') ?? {}
  // The provider's own tools say of what type they are.
  if (!isAllRead(call)) return null
  names.set(id, name)
  return { kind: 'tool-call', id, name, arguments: JSON.stringify(input) }
}

function readToolResult(
  result: BodyFields,
  notes: RequestNotes,
  names: CallNames,
): ToolResultPart | null {
  const id = result.text('toolUseId')
  const parts = readResultContent(result, notes)
  const status = result.textOrNone('status')
  if (parts === null || !isAllRead(result)) return null
  const isError = status === 'error'
  if (isError) notes.uses('tool-result-error', result.pathOf('status'))
  if (parts.some(({ kind }) => kind !== 'text'))
    notes.uses('tool-result-media', result.pathOf('content'))
  const extra = status === undefined || isError ? undefined : { status }
  return present({ kind: 'tool-result', id, name: names.get(id), parts, isError, extra })
}

function readResultContent(
  result: BodyFields,
  notes: RequestNotes,
): readonly (TextPart | ImagePart | FilePart)[] | null {
  const parts: (TextPart | ImagePart | FilePart)[] = []
  for (const [index, value] of result.list('content').entries()) {
    const block = BodyFields.of(value, `${result.pathOf('content')}[${String(index)}]`)
    const part = readResultBlock(block, notes)
    if (part === null) return null
    parts.push(part)
  }
  return parts
}

function readResultBlock(
  block: BodyFields,
  notes: RequestNotes,
): TextPart | ImagePart | FilePart | null {
  const text = block.textOrNone('text')
  const image = block.objectOrNone('image')
  const document = block.objectOrNone('document')
  const json = block.any('json')
  if (!isAllRead(block)) return null
  if (text !== undefined) return { kind: 'text', text }
  if (image !== undefined) return readImage(image, notes)
  if (document !== undefined) return readDocument(document, notes)
  // Elsewhere it is a text; here it stays what it was.
  return json === undefined ? null : { kind: 'text', text: JSON.stringify(json), extra: { json } }
}

function readReasoning(reasoning: BodyFields, notes: RequestNotes): ThinkingPart | null {
  const thought = reasoning.objectOrNone('reasoningText')
  const redacted = reasoning.textOrNone('redactedContent')
  const text = thought?.text('text') ?? ''
  const signature = thought?.textOrNone('signature')
  if (thought === undefined && redacted === undefined) return null
  if (!isAllRead(reasoning) || (thought !== undefined && !isAllRead(thought))) return null
  notes.uses('thinking-parts', reasoning.path)
  return present({ kind: 'thinking', protocol: 'bedrock-converse', text, signature, redacted })
}

/** A text and what it rests on. */
function readCitations(block: BodyFields, notes: RequestNotes): TextPart | null {
  const content = block.listOrNone('content') ?? []
  const citations = block.listOrNone('citations') ?? []
  const texts = content.map((piece) => (isObject(piece) ? piece['text'] : undefined))
  if (!isAllRead(block) || !texts.every((text) => typeof text === 'string')) return null
  notes.uses('citations', block.path)
  const text = texts.join('')
  return present({
    kind: 'text',
    text,
    citations,
    extra: isOneText(content) ? undefined : { content },
  })
}

function isOneText(content: readonly JsonValue[]): boolean {
  const [first] = content
  return content.length === 1 && isObject(first) && Object.keys(first).length === 1
}
