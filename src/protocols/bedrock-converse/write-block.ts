import type {
  CacheMark,
  FilePart,
  JsonObject,
  MediaSource,
  Part,
  TextPart,
  ThinkingPart,
  ToolResultPart,
} from '../exchange.ts'
import { plainToolId } from '../plain-tool-id.ts'
import { present } from '../present.ts'
import { argumentsAsObject } from '../tool-arguments.ts'
import type { DocumentNames } from './document-names.ts'
import { documentFormat, imageFormat } from './media-formats.ts'

export interface BlockOptions {
  /** The request was read from this protocol, and all of it goes back. */
  readonly isOwn: boolean
  /** The model is one of Anthropic's, which keep caches and know their thoughts again. */
  readonly isAnthropic: boolean
  readonly names: DocumentNames
}

/** Can a request show this part to the model? */
export function isCarried(part: Part, { isOwn, isAnthropic }: BlockOptions): boolean {
  switch (part.kind) {
    case 'opaque':
      return part.protocol === 'bedrock-converse'
    case 'thinking':
      return isOwn ? part.protocol === 'bedrock-converse' : isAnthropic && isOwnThought(part)
    case 'text':
    case 'refusal':
    case 'image':
    case 'file':
    case 'audio':
    case 'tool-call':
    case 'tool-result':
      return true
  }
}

/** A signature of Anthropic's holds wherever its models run; without one a thought is nobody's. */
function isOwnThought({ protocol, signature, redacted }: ThinkingPart): boolean {
  const isSigned = signature !== undefined || redacted !== undefined
  return isSigned && (protocol === 'bedrock-converse' || protocol === 'anthropic-messages')
}

/** Blocks of a message, each cache mark as a point behind its block. */
export function writeContent(parts: readonly Part[], options: BlockOptions): readonly JsonObject[] {
  return parts
    .filter((part) => isCarried(part, options))
    .flatMap((part) => [writeBlock(part, options), ...writeCacheMark(part, options)])
}

export function writeCacheMark(
  part: object & { readonly cache?: CacheMark },
  { isOwn, isAnthropic }: Pick<BlockOptions, 'isOwn' | 'isAnthropic'>,
): readonly JsonObject[] {
  if (part.cache === undefined || !(isOwn || isAnthropic)) return []
  const { ttl } = part.cache
  const isKnown = ttl === '5m' || ttl === '1h'
  return [{ cachePoint: isKnown ? { type: 'default', ttl } : { type: 'default' } }]
}

function writeBlock(part: Part, options: BlockOptions): JsonObject {
  const { isOwn, names } = options
  switch (part.kind) {
    case 'text':
      return isOwn && part.citations !== undefined ? writeCitations(part) : { text: part.text }
    case 'refusal':
      return { text: part.text }
    case 'image':
      return writeImage(part.source)
    case 'file':
      return writeFile(part, isOwn, names)
    case 'audio':
      return { audio: { format: part.format, source: { bytes: part.data } } }
    case 'tool-call': {
      const toolUseId = isOwn ? part.id : plainToolId(part.id)
      const input = argumentsAsObject(part.arguments)
      return { toolUse: { toolUseId, name: part.name, input } }
    }
    case 'tool-result':
      return writeToolResult(part, options)
    case 'thinking':
      return writeReasoning(part)
    case 'opaque':
      return part.value as JsonObject
  }
}

/** A text and what it rests on, as it was read. */
function writeCitations({ text, citations, extra }: TextPart): JsonObject {
  return { citationsContent: { content: [{ text }], citations: citations ?? [], ...extra } }
}

function writeImage(source: MediaSource): JsonObject {
  const format = 'mediaType' in source ? imageFormat(source.mediaType ?? '') : 'png'
  return { image: { format, source: writePlace(source) } }
}

/** Of addresses only those in S3 come here: see `carries`. */
function writePlace(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { bytes: source.data }
    case 'url':
      return { s3Location: { uri: source.url } }
    case 'text':
      return { text: source.text }
    case 'id':
      return { s3Location: { uri: source.id } }
  }
}

function writeFile(
  { source, name, extra }: FilePart,
  isOwn: boolean,
  names: DocumentNames,
): JsonObject {
  const mediaType = 'mediaType' in source ? source.mediaType : undefined
  if (mediaType?.startsWith('image/') === true) return writeImage(source)
  const document = present({
    format: mediaType === undefined ? (isOwn ? undefined : 'txt') : documentFormat(mediaType),
    name: isOwn && name !== undefined ? name : names.nameFor(name),
    source: writePlace(source),
  })
  return { document: isOwn ? { ...document, ...extra } : document }
}

function writeToolResult(part: ToolResultPart, options: BlockOptions): JsonObject {
  const { isOwn } = options
  const toolResult = present({
    toolUseId: isOwn ? part.id : plainToolId(part.id),
    content: writeResultContent(part.parts, options),
    status: part.isError ? 'error' : undefined,
  })
  return { toolResult: isOwn ? { ...toolResult, ...part.extra } : toolResult }
}

function writeResultContent(
  parts: ToolResultPart['parts'],
  options: BlockOptions,
): readonly JsonObject[] {
  if (!options.isOwn) {
    const said = parts.filter((part) => part.kind !== 'text' || part.text.trim() !== '')
    // Neither nothing nor a blank text is taken.
    return said.length === 0 ? [{ text: '(empty)' }] : said.map((part) => writeBlock(part, options))
  }
  return parts.map((part) => {
    const json = part.kind === 'text' ? part.extra?.['json'] : undefined
    return json === undefined ? writeBlock(part, options) : { json }
  })
}

/** Byte for byte: the signature holds for exactly this text. */
export function writeReasoning({ text, signature, redacted }: ThinkingPart): JsonObject {
  return redacted === undefined
    ? { reasoningContent: { reasoningText: present({ text, signature }) } }
    : { reasoningContent: { redactedContent: redacted } }
}
