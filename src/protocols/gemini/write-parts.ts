import { isObject } from '../body-fields.ts'
import { readDataUrl } from '../data-url.ts'
import type {
  AudioPart,
  FilePart,
  ImagePart,
  JsonObject,
  JsonValue,
  MediaSource,
  Part,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
} from '../exchange.ts'
import { mediaTypeOfName } from '../media-type.ts'
import { present } from '../present.ts'
import { argumentsAsObject } from '../tool-arguments.ts'
import { isMadeCallId } from './call-id.ts'

export interface Writing {
  /** The request came in this protocol, so what only it knows goes back. */
  readonly isOwn: boolean
  /** Vertex AI refuses ids of calls, and knows results by their order. */
  readonly hasCallIds: boolean
  /** Names of tools by the ids of their calls. */
  readonly names: ReadonlyMap<string, string>
}

/**
 * Google's word for a call that no Gemini model made. The newer models refuse calls without a mark of their own
 * thoughts; with this word they go on without.
 */
const noThought = 'skip_thought_signature_validator'

/** Is there a place for it? The rest has been refused, or named as lost. */
export function isCarried(part: Part): boolean {
  if (part.kind === 'thinking' || part.kind === 'opaque') return part.protocol === 'gemini'
  return true
}

export function writeParts(parts: readonly Part[], writing: Writing): readonly JsonObject[] {
  const isMarked = parts.some((part) => part.kind === 'tool-call' && part.signature !== undefined)
  const firstCall = parts.find(({ kind }) => kind === 'tool-call')
  const written = parts.flatMap((part) => {
    const needsMark = part === firstCall && !isMarked && !writing.isOwn
    return writePart(part, writing, needsMark)
  })
  return writing.isOwn ? written : [...written, ...parts.flatMap((part) => shownBy(part, writing))]
}

function writePart(part: Part, writing: Writing, needsMark: boolean): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      return [writeText(part, writing)]
    case 'refusal':
      return [{ text: part.text }]
    case 'image':
    case 'file':
    case 'audio':
      return [writeMedia(part, writing)]
    case 'tool-call':
      return [writeCall(part, writing, needsMark ? noThought : part.signature)]
    case 'tool-result':
      return [writeResult(part, writing)]
    case 'thinking':
      return part.protocol === 'gemini' ? [writeThought(part)] : []
    case 'opaque':
      return part.protocol === 'gemini' && isObject(part.value) ? [part.value] : []
  }
}

/** Pictures and files in the result of a tool: only the newest models take them within it. */
function shownBy(part: Part, writing: Writing): readonly JsonObject[] {
  if (part.kind !== 'tool-result') return []
  return part.parts.flatMap((one) => (one.kind === 'text' ? [] : [writeMedia(one, writing)]))
}

export function writeText({ text, extra }: TextPart, { isOwn }: Writing): JsonObject {
  return isOwn ? { text, ...extra } : { text }
}

/** What is shown of a thought, or the mark alone where nothing is. */
function writeThought({ text, signature, extra }: ThinkingPart): JsonObject {
  return present({
    text,
    thought: text === '' ? undefined : true,
    thoughtSignature: signature,
    ...extra,
  })
}

function writeMedia(part: ImagePart | FilePart | AudioPart, { isOwn }: Writing): JsonObject {
  if (part.kind === 'audio')
    return { inlineData: { mimeType: `audio/${part.format}`, data: part.data } }
  const { source } = part
  // A text is what it says.
  if (source.kind === 'text' && part.kind === 'file') return { text: source.text }
  const name = part.kind === 'file' ? part.name : undefined
  const [where, data] = writeSource(source, part.kind, name)
  const { [where]: inner, ...extra } = (isOwn ? part.extra : undefined) ?? {}
  const named = isOwn && name !== undefined ? { displayName: name } : {}
  return { [where]: { ...data, ...named, ...(isObject(inner) ? inner : {}) }, ...extra }
}

function writeSource(
  source: MediaSource,
  kind: 'image' | 'file',
  name: string | undefined,
): readonly ['inlineData' | 'fileData', JsonObject] {
  switch (source.kind) {
    case 'base64':
      return ['inlineData', { mimeType: source.mediaType, data: source.data }]
    case 'url':
      return writeUrl(source.url, source.mediaType, kind, name)
    case 'text':
      return writeUrl(source.text, source.mediaType, kind, name)
    case 'id':
      return ['fileData', { fileUri: source.id }]
  }
}

/** The kind of what lies there must be told. */
function writeUrl(
  url: string,
  mediaType: string | undefined,
  kind: 'image' | 'file',
  name: string | undefined,
): readonly ['inlineData' | 'fileData', JsonObject] {
  const inUrl = readDataUrl(url)
  if (inUrl !== null) return ['inlineData', { mimeType: inUrl.mediaType, data: inUrl.data }]
  const mimeType =
    mediaType ??
    mediaTypeOfName(name ?? '') ??
    mediaTypeOfName(url) ??
    (kind === 'image' ? 'image/jpeg' : 'application/pdf')
  return ['fileData', { mimeType, fileUri: url }]
}

function writeCall(
  part: ToolCallPart,
  writing: Writing,
  signature: string | undefined,
): JsonObject {
  const { functionCall, ...extra } = (writing.isOwn ? part.extra : undefined) ?? {}
  const call = {
    ...writeId(part.id, writing),
    name: part.name,
    args: argumentsAsObject(part.arguments),
    ...(isObject(functionCall) ? functionCall : {}),
  }
  return present({ functionCall: call, thoughtSignature: signature, ...extra })
}

function writeId(id: string, { hasCallIds }: Writing): JsonObject {
  return hasCallIds && !isMadeCallId(id) ? { id } : {}
}

/** A text under one name: what a tool says may look like anything, and as an object it would be taken for its words. */
function writeResult(part: ToolResultPart, writing: Writing): JsonObject {
  const { functionResponse, ...extra } = (writing.isOwn ? part.extra : undefined) ?? {}
  const text = part.parts.map((one) => (one.kind === 'text' ? one.text : '')).filter(Boolean)
  const said: JsonValue = text.join('\n')
  const media = part.parts.filter((one) => one.kind !== 'text')
  const within = writing.isOwn && media.length > 0
  const result = {
    ...writeId(part.id, writing),
    name: part.name ?? writing.names.get(part.id) ?? 'tool',
    response: part.isError ? { error: said } : { output: said },
    ...(within ? { parts: media.map((one) => writeMedia(one, writing)) } : {}),
    ...(isObject(functionResponse) ? functionResponse : {}),
  }
  return { functionResponse: result, ...extra }
}
