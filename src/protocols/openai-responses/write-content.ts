import { writeDataUrl } from '../data-url.ts'
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  JsonObject,
  Part,
  RefusalPart,
  TextPart,
} from '../exchange.ts'
import { nameForMediaType } from '../media-type.ts'
import { present } from '../present.ts'

/** `isOwn`: the request came in this protocol, so what only it knows goes back. */
export interface Writing {
  readonly isOwn: boolean
}

export function isShown(part: Part): part is TextPart | ImagePart | FilePart | AudioPart {
  return (
    part.kind === 'text' || part.kind === 'image' || part.kind === 'file' || part.kind === 'audio'
  )
}

/** Content of a message from the user, of instructions, or of the result of a tool. */
export function inputPart(
  part: TextPart | ImagePart | FilePart | AudioPart,
  writing: Writing,
): JsonObject {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text, ...ownMembers(part, writing) }
    case 'image':
      return inputImage(part, writing)
    case 'file':
      return inputFile(part, writing)
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
  }
}

function inputImage(part: ImagePart, writing: Writing): JsonObject {
  const { source, detail = 'auto' } = part
  const own = ownMembers(part, writing)
  switch (source.kind) {
    case 'id':
      return { type: 'input_image', file_id: source.id, detail, ...own }
    case 'base64':
      return { type: 'input_image', image_url: writeDataUrl(source), detail, ...own }
    case 'url':
      return { type: 'input_image', image_url: source.url, detail, ...own }
    case 'text':
      return { type: 'input_image', image_url: source.text, detail, ...own }
  }
}

function inputFile(part: FilePart, writing: Writing): JsonObject {
  const { source, name } = part
  const own = ownMembers(part, writing)
  const named = present({ filename: name })
  switch (source.kind) {
    case 'id':
      return { type: 'input_file', file_id: source.id, ...named, ...own }
    case 'url':
      return { type: 'input_file', file_url: source.url, ...named, ...own }
    case 'base64':
      // Data must come with a name, whose ending tells what it is.
      return {
        type: 'input_file',
        filename: name ?? nameForMediaType(source.mediaType),
        file_data: writeDataUrl(source),
        ...own,
      }
    case 'text':
      // As the text that it is.
      return { type: 'input_text', text: source.text }
  }
}

/** Content of a message from the assistant. */
export function outputPart(part: TextPart | RefusalPart, { isOwn }: Writing): JsonObject {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text }
  const annotations = isOwn ? (part.citations ?? []) : []
  const extra = isOwn ? part.extra : undefined
  return { type: 'output_text', text: part.text, annotations, ...extra }
}

function ownMembers(
  part: { readonly cache?: CacheMark; readonly extra?: JsonObject },
  { isOwn }: Writing,
): JsonObject {
  if (!isOwn) return {}
  const { message: _, ...extra } = part.extra ?? {}
  if (part.cache === undefined) return extra
  const { ttl } = part.cache
  const mark = ttl === null ? { mode: 'explicit' } : { mode: 'explicit', ttl }
  return { prompt_cache_breakpoint: mark, ...extra }
}
