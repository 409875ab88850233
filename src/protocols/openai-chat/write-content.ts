import { isObject } from '../body-fields.ts'
import { writeDataUrl } from '../data-url.ts'
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  JsonObject,
  JsonValue,
  OpaquePart,
  TextPart,
} from '../exchange.ts'
import { nameForMediaType } from '../media-type.ts'
import { present } from '../present.ts'
import type { Writing } from './writing.ts'

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart | OpaquePart

/** Texts become one text where the server knows no lists or one is enough. `between`: what stands between them. */
export function writeContent(
  parts: readonly ContentPart[],
  between: string,
  writing: Writing,
): JsonValue {
  const texts = parts.map(plainText)
  const isPlain = texts.every((text) => text !== null) && !hasOwnMembers(parts, writing)
  if (isPlain && (texts.length < 2 || !(writing.isOwn || writing.dialect.hasTextLists)))
    return texts.filter((text) => text !== '').join(between)
  return parts.map((part) => writePart(part, writing))
}

/** Null: more than text. */
function plainText(part: ContentPart): string | null {
  if (part.kind === 'text') return part.text
  return part.kind === 'file' && part.source.kind === 'text' ? fileText(part) : null
}

function hasOwnMembers(parts: readonly ContentPart[], { isOwn }: Writing): boolean {
  return (
    isOwn &&
    parts.some(
      (part) => part.kind === 'text' && (part.cache !== undefined || part.extra !== undefined),
    )
  )
}

function writePart(part: ContentPart, writing: Writing): JsonValue {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text, ...ownMembers(part, writing) }
    case 'image':
      return writeImage(part, writing)
    case 'file':
      return writeFile(part, writing)
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'opaque':
      return part.value
  }
}

function writeImage(part: ImagePart, writing: Writing): JsonObject {
  const { source, detail } = part
  const url =
    source.kind === 'base64'
      ? writeDataUrl(source)
      : source.kind === 'url'
        ? source.url
        : source.kind === 'text'
          ? source.text
          : source.id
  const { image_url: more, ...own } = ownMembers(part, writing)
  return { type: 'image_url', image_url: withMore(present({ url, detail }), more), ...own }
}

function withMore(object: JsonObject, more: JsonValue | undefined): JsonObject {
  return isObject(more) ? { ...object, ...more } : object
}

function writeFile(part: FilePart, writing: Writing): JsonObject {
  const { source } = part
  const { file: more, ...own } = ownMembers(part, writing)
  if (source.kind === 'text') return { type: 'text', text: fileText(part), ...own }
  return { type: 'file', file: withMore(fileMembers(part, writing), more), ...own }
}

function fileMembers({ source, name }: FilePart, { isOwn }: Writing): JsonObject {
  switch (source.kind) {
    case 'id':
      return present({ file_id: source.id, filename: name })
    case 'url':
      return present({ file_data: source.url, filename: name })
    case 'text':
      return present({ filename: name })
    case 'base64':
      return present({
        // Data must come with a name.
        filename: name ?? (isOwn ? undefined : nameForMediaType(source.mediaType)),
        file_data: writeDataUrl(source),
      })
  }
}

function fileText({ source, name }: FilePart): string {
  const text = source.kind === 'text' ? source.text : ''
  return name === undefined ? text : `${name}:\n\n${text}`
}

/** What only this protocol knows of a part: its mark of the cache, and whatever stood beside. */
export function ownMembers(
  part: { readonly cache?: CacheMark; readonly extra?: JsonObject },
  { isOwn }: Writing,
): JsonObject {
  if (!isOwn) return {}
  const { cache, extra = {} } = part
  const isMarkWritten = Object.hasOwn(extra, 'cache_control')
  if (cache === undefined || isMarkWritten) return extra
  const mark = present({ mode: 'explicit', ttl: cache.ttl ?? undefined })
  return { prompt_cache_breakpoint: mark, ...extra }
}
