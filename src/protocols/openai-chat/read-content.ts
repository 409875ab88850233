import { BodyFields, isObject } from '../body-fields.ts'
import { readDataUrl } from '../data-url.ts'
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  JsonObject,
  JsonValue,
  MediaSource,
  OpaquePart,
  Part,
  RefusalPart,
  TextPart,
  ThinkingPart,
} from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import type { RequestNotes } from '../request-notes.ts'

/** `content` of a message: a text, a list of parts, or nothing. */
export function readContent(message: BodyFields, notes: RequestNotes): readonly Part[] {
  const content = message.any('content')
  if (content === undefined) return []
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return message
    .list('content')
    .map((value, index) => readPart(value, `${message.pathOf('content')}[${String(index)}]`, notes))
}

function readPart(value: JsonValue, path: string, notes: RequestNotes): Part {
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (!isObject(value)) throw new ProtocolError(path, `\`${path}\` is no part of a message`)
  const fields = new BodyFields(value, path)
  switch (fields.text('type')) {
    case 'text':
      return readText(fields, notes)
    case 'image_url':
      return readImage(fields, notes)
    case 'input_audio':
      return readAudio(fields, notes) ?? opaque(value, path, notes)
    case 'file':
      return readFile(fields, notes) ?? opaque(value, path, notes)
    case 'refusal':
      return readRefusal(fields, notes) ?? opaque(value, path, notes)
    case 'thinking':
      return readThinking(value, fields, notes)
    default:
      return opaque(value, path, notes)
  }
}

export function opaque(value: JsonValue, path: string, notes: RequestNotes): OpaquePart {
  notes.uses('opaque-parts', path)
  return { kind: 'opaque', protocol: 'openai-chat', value }
}

function readText(fields: BodyFields, notes: RequestNotes): TextPart {
  const text = fields.text('text')
  return present({ kind: 'text' as const, text, ...ownMembers(fields, notes) })
}

function readImage(fields: BodyFields, notes: RequestNotes): ImagePart {
  const image = fields.any('image_url')
  const inner = typeof image === 'string' ? undefined : fields.object('image_url')
  const url = typeof image === 'string' ? image : fields.object('image_url').text('url')
  const detail = inner?.textOrNone('detail')
  const source = sourceOf(url)
  notes.uses(`image-${source.kind === 'base64' ? 'base64' : 'url'}`, fields.path)
  if (detail !== undefined) notes.uses('image-detail', `${fields.path}.image_url.detail`)
  inner?.any('url')
  const more = inner === undefined ? undefined : notes.leaveRest(inner)
  const own = ownMembers(fields, notes)
  const extra = more === undefined ? own.extra : { ...own.extra, image_url: more }
  return present({ kind: 'image' as const, source, detail, ...own, extra })
}

function sourceOf(url: string): MediaSource {
  const data = readDataUrl(url)
  return data === null ? { kind: 'url', url } : { kind: 'base64', ...data }
}

/** Null: with more than the superset has a word for. */
function readAudio(fields: BodyFields, notes: RequestNotes): AudioPart | null {
  fields.any('type')
  const audio = fields.object('input_audio')
  const data = audio.text('data')
  const format = audio.text('format')
  if (hasMore(audio) || hasMore(fields)) return null
  notes.uses('audio', fields.path)
  return { kind: 'audio', data, format }
}

function hasMore(fields: BodyFields): boolean {
  return Object.keys(fields.rest()).length > 0
}

/** Null: neither data nor an id, or both. */
function readFile(fields: BodyFields, notes: RequestNotes): FilePart | null {
  const file = fields.object('file')
  const data = file.textOrNone('file_data')
  const id = file.textOrNone('file_id')
  const name = file.textOrNone('filename')
  if ((data === undefined) === (id === undefined)) return null
  const source = data === undefined ? ({ kind: 'id', id: id ?? '' } as const) : fileData(data)
  notes.uses(`file-${source.kind}`, fields.path)
  const more = notes.leaveRest(file)
  const own = ownMembers(fields, notes)
  const extra = more === undefined ? own.extra : { ...own.extra, file: more }
  return present({ kind: 'file' as const, source, name, ...own, extra })
}

/** Bare base64 is allowed too, and then it is a PDF, the only kind that can be sent so. */
function fileData(data: string): MediaSource {
  const url = readDataUrl(data)
  if (url !== null) return { kind: 'base64', ...url }
  return data.startsWith('data:')
    ? { kind: 'url', url: data }
    : { kind: 'base64', mediaType: 'application/pdf', data }
}

/** Null: with more than the superset has a word for. */
function readRefusal(fields: BodyFields, notes: RequestNotes): RefusalPart | null {
  fields.any('type')
  const text = fields.text('refusal')
  if (hasMore(fields)) return null
  notes.uses('refusal-parts', fields.path)
  return { kind: 'refusal', text }
}

/** Mistral's thoughts stand among the parts; their text is a list again. */
function readThinking(value: JsonObject, fields: BodyFields, notes: RequestNotes): ThinkingPart {
  notes.uses('thinking-parts', fields.path)
  return {
    kind: 'thinking',
    protocol: 'openai-chat',
    text: thinkingText(value),
    extra: { part: value },
  }
}

export function thinkingText(part: JsonObject): string {
  const { thinking } = part
  if (typeof thinking === 'string') return thinking
  if (!Array.isArray(thinking)) return ''
  const texts = thinking.map((piece: JsonValue) => (isObject(piece) ? piece['text'] : undefined))
  return texts.filter((text) => typeof text === 'string').join('')
}

/** A mark of the cache, and what is left of a part: noted as unknown and kept for its own protocol. */
function ownMembers(
  fields: BodyFields,
  notes: RequestNotes,
): { readonly cache: CacheMark | undefined; readonly extra: JsonObject | undefined } {
  fields.any('type')
  const { cache, extra } = readCacheMark(fields, notes)
  const left = notes.leaveRest(fields)
  return { cache, extra: left === undefined ? extra : { ...extra, ...left } }
}

/** OpenAI's own mark, or that of Anthropic, which others take in its place. */
export function readCacheMark(
  fields: BodyFields,
  notes: RequestNotes,
): { readonly cache: CacheMark | undefined; readonly extra: JsonObject | undefined } {
  const name = fields.has('prompt_cache_breakpoint') ? 'prompt_cache_breakpoint' : 'cache_control'
  const mark = fields.objectOrNone(name)
  if (mark === undefined) return { cache: undefined, extra: undefined }
  notes.uses('cache-marks', mark.path)
  mark.any(name === 'cache_control' ? 'type' : 'mode')
  const cache = { ttl: mark.textOrNone('ttl') ?? null }
  const more = notes.leaveRest(mark)
  const isWrittenAnew = name === 'prompt_cache_breakpoint' && more === undefined
  const whole = fields.any(name)
  return { cache, extra: isWrittenAnew || whole === undefined ? undefined : { [name]: whole } }
}
