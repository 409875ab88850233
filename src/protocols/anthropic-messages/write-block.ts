import type {
  FilePart,
  JsonObject,
  JsonValue,
  MediaSource,
  Part,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
} from '../exchange.ts'
import { plainToolId } from '../plain-tool-id.ts'
import { present } from '../present.ts'
import { argumentsAsObject } from '../tool-arguments.ts'
import { ownMakers } from './foreign-thoughts.ts'

/** Can a request show this part to Anthropic? */
export function isCarried(part: Part): boolean {
  switch (part.kind) {
    case 'audio':
      return false
    case 'opaque':
      return part.protocol === 'anthropic-messages'
    case 'thinking':
      return part.protocol !== undefined && ownMakers.includes(part.protocol)
    case 'text':
    case 'refusal':
    case 'image':
    case 'file':
    case 'tool-call':
    case 'tool-result':
      return true
  }
}

/** `isOwn`: the request was read from this protocol, and all of it goes back. */
export function writeContent(parts: readonly Part[], isOwn: boolean): JsonValue {
  const blocks = parts.map((part) => writeBlock(part, isOwn)).filter((block) => block !== null)
  const [first] = blocks
  const isPlain = blocks.length === 1 && first !== undefined && isPlainText(first)
  return isPlain ? (first['text'] ?? '') : blocks
}

function isPlainText(block: JsonObject): boolean {
  return block['type'] === 'text' && Object.keys(block).length === 2
}

function writeBlock(part: Part, isOwn: boolean): JsonObject | null {
  if (!isCarried(part)) return null
  switch (part.kind) {
    case 'text':
      return writeText(part, isOwn)
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'image':
      return withOwnMembers(writeImage(part.source), part, isOwn)
    case 'file':
      return withOwnMembers(writeFile(part), part, isOwn)
    case 'tool-call':
      return withOwnMembers(writeToolCall(part, isOwn), part, isOwn)
    case 'tool-result':
      return withOwnMembers(writeToolResult(part, isOwn), part, isOwn)
    case 'thinking':
      return withOwnMembers(writeThinking(part), part, isOwn)
    case 'opaque':
      return part.value as JsonObject
    case 'audio':
      return null
  }
}

type Marked = Pick<TextPart, 'cache' | 'extra'>

export function withOwnMembers(block: JsonObject, part: Marked, isOwn: boolean): JsonObject {
  const mark = part.cache === undefined ? {} : { cache_control: writeCacheMark(part.cache.ttl) }
  return { ...block, ...mark, ...(isOwn ? part.extra : {}) }
}

/** Only two spans are known; with any other it is the default one. */
function writeCacheMark(ttl: string | null): JsonObject {
  return ttl === '5m' || ttl === '1h' ? { type: 'ephemeral', ttl } : { type: 'ephemeral' }
}

function writeText(part: TextPart, isOwn: boolean): JsonObject {
  const citations = isOwn ? part.citations : undefined
  return withOwnMembers(present({ type: 'text', text: part.text, citations }), part, isOwn)
}

function writeImage(source: MediaSource): JsonObject {
  return { type: 'image', source: writeImageSource(source) }
}

function writeImageSource(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'base64': {
      const media_type = source.mediaType === 'image/jpg' ? 'image/jpeg' : source.mediaType
      return { type: 'base64', media_type, data: source.data }
    }
    case 'url':
      return { type: 'url', url: source.url }
    case 'text':
      return { type: 'url', url: source.text }
    case 'id':
      return { type: 'file', file_id: source.id }
  }
}

function writeFile({ source, name }: FilePart): JsonObject {
  if (source.kind === 'base64' && source.mediaType.startsWith('image/')) return writeImage(source)
  return present({ type: 'document', source: writeDocumentSource(source), title: name })
}

function writeDocumentSource(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'base64':
      return isText(source.mediaType)
        ? plainText(Buffer.from(source.data, 'base64').toString('utf8'))
        : { type: 'base64', media_type: source.mediaType, data: source.data }
    case 'url':
      return { type: 'url', url: source.url }
    case 'text':
      return plainText(source.text)
    case 'id':
      return { type: 'file', file_id: source.id }
  }
}

/** Texts by another name; of all the rest only PDF is a document. */
function isText(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') ||
    ['json', 'xml', 'yaml', 'javascript'].some((ending) => mediaType.endsWith(ending))
  )
}

/** Every text is plain here, whatever it says it is. */
function plainText(data: string): JsonObject {
  return { type: 'text', media_type: 'text/plain', data }
}

function writeToolCall(part: ToolCallPart, isOwn: boolean): JsonObject {
  return {
    type: 'tool_use',
    id: isOwn ? part.id : plainToolId(part.id),
    name: part.name,
    input: argumentsAsObject(part.arguments),
  }
}

function writeToolResult(part: ToolResultPart, isOwn: boolean): JsonObject {
  const parts = isOwn ? part.parts : part.parts.filter((inner) => !isBlank(inner))
  return present({
    type: 'tool_result',
    tool_use_id: isOwn ? part.id : plainToolId(part.id),
    content: parts.length === 0 ? undefined : writeContent(parts, isOwn),
    is_error: part.isError ? true : undefined,
  })
}

/** Texts without a word are refused. */
function isBlank(part: Part): boolean {
  return part.kind === 'text' && part.text.trim() === ''
}

/** Byte for byte: the signature holds for exactly this text. */
function writeThinking({ text, signature, redacted }: ThinkingPart): JsonObject {
  return redacted === undefined
    ? { type: 'thinking', thinking: text, signature: signature ?? '' }
    : { type: 'redacted_thinking', data: redacted }
}
