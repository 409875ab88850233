import { BodyFields } from '../body-fields.ts'
import { readDataUrl } from '../data-url.ts'
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  JsonValue,
  MediaSource,
  RefusalPart,
  TextPart,
} from '../exchange.ts'
import { mediaTypeOfName } from '../media-type.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import type { RequestNotes } from '../request-notes.ts'

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart | RefusalPart

/** Content as a text or as a list of parts. */
export function readContent(
  fields: BodyFields,
  name: string,
  notes: RequestNotes,
): readonly ContentPart[] {
  const content = fields.any(name)
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  return fields
    .list(name)
    .map((value, index) => readPart(value, `${fields.pathOf(name)}[${String(index)}]`, notes))
}

function readPart(value: JsonValue, path: string, notes: RequestNotes): ContentPart {
  const fields = BodyFields.of(value, path)
  const type = fields.text('type')
  switch (type) {
    case 'input_text':
    case 'output_text':
    // A name that some clients use.
    case 'text':
      return readText(fields, notes)
    case 'refusal':
      return readRefusal(fields, notes)
    case 'input_image':
      return readImage(fields, notes)
    case 'input_file':
      return readFile(fields, notes)
    case 'input_audio':
      return readAudio(fields, notes)
    default:
      throw new ProtocolError(`${path}.type`, `\`${path}.type\` is \`${type}\`, which is unknown`)
  }
}

function readText(fields: BodyFields, notes: RequestNotes): TextPart {
  const text = fields.text('text')
  const annotations = fields.listOrNone('annotations') ?? []
  if (annotations.length > 0) notes.uses('citations', fields.pathOf('annotations'))
  // Tells the model nothing: probabilities of what it said itself.
  const logprobs = fields.any('logprobs')
  const cache = readCacheMark(fields, notes)
  const extra = notes.leaveRest(fields)
  return present({
    kind: 'text' as const,
    text,
    citations: annotations.length > 0 ? annotations : undefined,
    cache,
    extra: logprobs === undefined ? extra : { ...extra, logprobs },
  })
}

function readRefusal(fields: BodyFields, notes: RequestNotes): RefusalPart {
  notes.uses('refusal-parts', fields.path)
  const text = fields.text('refusal')
  notes.leaveRest(fields)
  return { kind: 'refusal', text }
}

function readImage(fields: BodyFields, notes: RequestNotes): ImagePart {
  const id = fields.textOrNone('file_id')
  const url = fields.textOrNone('image_url')
  const source = sourceOf(id, url, undefined)
  if (source === null)
    throw new ProtocolError(
      fields.path,
      `\`${fields.path}\` has neither \`image_url\` nor \`file_id\``,
    )
  notes.uses(`image-${source.kind === 'text' ? 'url' : source.kind}`, fields.path)
  const detail = readDetail(fields, notes)
  const cache = readCacheMark(fields, notes)
  return present({
    kind: 'image' as const,
    source,
    detail,
    cache,
    extra: notes.leaveRest(fields),
  })
}

/** `auto` is what it is without the member. */
function readDetail(fields: BodyFields, notes: RequestNotes): string | undefined {
  const detail = fields.textOrNone('detail')
  if (detail === undefined || detail === 'auto') return undefined
  notes.uses('image-detail', fields.pathOf('detail'))
  return detail
}

function readFile(fields: BodyFields, notes: RequestNotes): FilePart {
  const name = fields.textOrNone('filename')
  const data = fields.textOrNone('file_data')
  const source =
    data === undefined
      ? sourceOf(fields.textOrNone('file_id'), fields.textOrNone('file_url'), name)
      : sourceOfData(data, name)
  if (source === null)
    throw new ProtocolError(
      fields.path,
      `\`${fields.path}\` has neither \`file_data\`, \`file_url\` nor \`file_id\``,
    )
  notes.uses(`file-${source.kind}`, fields.path)
  const cache = readCacheMark(fields, notes)
  return present({ kind: 'file' as const, source, name, cache, extra: notes.leaveRest(fields) })
}

function sourceOf(
  id: string | undefined,
  url: string | undefined,
  name: string | undefined,
): MediaSource | null {
  if (id !== undefined) return { kind: 'id', id }
  if (url === undefined) return null
  const inUrl = readDataUrl(url)
  if (inUrl !== null) return { kind: 'base64', ...inUrl }
  return present({ kind: 'url' as const, url, mediaType: mediaTypeOfName(name ?? url) })
}

/** As a `data:` URL, or base64 alone. */
function sourceOfData(data: string, name: string | undefined): MediaSource {
  const mediaType = mediaTypeOfName(name ?? '') ?? 'application/pdf'
  return { kind: 'base64', ...(readDataUrl(data) ?? { mediaType, data }) }
}

function readAudio(fields: BodyFields, notes: RequestNotes): AudioPart {
  notes.uses('audio', fields.path)
  const audio = fields.object('input_audio')
  const part = { kind: 'audio', data: audio.text('data'), format: audio.text('format') } as const
  notes.leaveRest(audio)
  notes.leaveRest(fields)
  return part
}

function readCacheMark(fields: BodyFields, notes: RequestNotes): CacheMark | undefined {
  const mark = fields.objectOrNone('prompt_cache_breakpoint')
  if (mark === undefined) return undefined
  notes.uses('cache-marks', mark.path)
  mark.any('mode')
  const ttl = mark.textOrNone('ttl') ?? null
  notes.leaveRest(mark)
  return { ttl }
}
