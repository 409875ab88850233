import { BodyFields, isObject } from '../body-fields.ts'
import type {
  CacheMark,
  FilePart,
  ImagePart,
  JsonObject,
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
import { isSealedMark } from '../sealed-mark.ts'
import { openSealed } from '../sealed-thought.ts'

/** What blocks further on need to know of the calls before them, by their ids. */
export interface CallsOfConversation {
  /** Names of the tools called. */
  readonly names: Map<string, string>
  /** Marks that other protocols have set at calls: see `sealCallMark`. */
  readonly signatures: Map<string, string>
}

/** One block of content, of a request or of an answer. Null: it only says something of another block. */
export function readBlock(
  value: JsonValue,
  path: string,
  notes: RequestNotes,
  calls: CallsOfConversation,
): Part | null {
  if (!isObject(value)) throw new ProtocolError(path, `\`${path}\` is no block of content`)
  const fields = new BodyFields(value, path)
  switch (fields.text('type')) {
    case 'text':
      return readText(fields, notes)
    case 'image':
      return readImage(fields, notes) ?? opaque(value, path, notes)
    case 'document':
      return readDocument(fields, notes) ?? opaque(value, path, notes)
    case 'tool_use':
      return readToolUse(fields, notes, calls)
    case 'tool_result':
      return readToolResult(fields, notes, calls) ?? opaque(value, path, notes)
    case 'thinking':
      return readThinking(fields, notes)
    case 'redacted_thinking':
      return readRedactedThinking(fields, notes, calls)
    case 'fallback':
      notes.leave(path, value)
      return { kind: 'opaque', protocol: 'anthropic-messages', value, isNote: true }
    default:
      return opaque(value, path, notes)
  }
}

function opaque(value: JsonObject, path: string, notes: RequestNotes): OpaquePart {
  notes.uses('opaque-parts', path)
  return { kind: 'opaque', protocol: 'anthropic-messages', value }
}

export function readText(fields: BodyFields, notes: RequestNotes): TextPart {
  const text = fields.text('text')
  const citations = fields.listOrNone('citations')
  if (citations !== undefined) notes.uses('citations', fields.pathOf('citations'))
  return present({ kind: 'text', text, citations, ...ownMembers(fields, notes) })
}

function readImage(fields: BodyFields, notes: RequestNotes): ImagePart | null {
  const source = readSource(fields.object('source'))
  if (source === null || source.kind === 'text') return null
  notes.uses(`image-${source.kind}`, fields.path)
  return { kind: 'image', source, ...ownMembers(fields, notes) }
}

function readDocument(fields: BodyFields, notes: RequestNotes): FilePart | null {
  const source = readSource(fields.object('source'))
  if (source === null) return null
  notes.uses(`file-${source.kind}`, fields.path)
  const name = fields.textOrNone('title')
  return present({ kind: 'file', source, name, ...ownMembers(fields, notes) })
}

/** Null: a kind of source that the superset has no word for. */
function readSource(fields: BodyFields): MediaSource | null {
  const source = sourceOf(fields)
  return Object.keys(fields.rest()).length === 0 ? source : null
}

function sourceOf(fields: BodyFields): MediaSource | null {
  switch (fields.text('type')) {
    case 'base64':
      return {
        kind: 'base64',
        mediaType: fields.text('media_type'),
        data: fields.text('data'),
      }
    case 'url':
      return { kind: 'url', url: fields.text('url') }
    case 'file':
      return { kind: 'id', id: fields.text('file_id') }
    case 'text':
      return { kind: 'text', text: fields.text('data'), mediaType: fields.text('media_type') }
    default:
      return null
  }
}

function readToolUse(
  fields: BodyFields,
  notes: RequestNotes,
  calls: CallsOfConversation,
): ToolCallPart {
  const id = fields.text('id')
  const name = fields.text('name')
  const input = fields.any('input') ?? {}
  calls.names.set(id, name)
  // Every call of an answer says that the model itself called, which is no news to anybody.
  const caller = fields.any('caller')
  if (caller !== undefined && !isDirect(caller)) notes.leave(fields.pathOf('caller'), caller)
  const { extra, ...own } = ownMembers(fields, notes)
  const all = caller === undefined ? extra : { caller, ...extra }
  return present({
    kind: 'tool-call',
    id,
    name,
    arguments: JSON.stringify(input),
    ...own,
    extra: all,
  })
}

function isDirect(caller: JsonValue): boolean {
  return isObject(caller) && caller['type'] === 'direct' && Object.keys(caller).length === 1
}

function readToolResult(
  fields: BodyFields,
  notes: RequestNotes,
  calls: CallsOfConversation,
): ToolResultPart | null {
  const id = fields.text('tool_use_id')
  const parts = readResultContent(fields, notes)
  if (parts === null) return null
  const isError = fields.flagOrNone('is_error') ?? false
  if (isError) notes.uses('tool-result-error', fields.pathOf('is_error'))
  if (parts.some(({ kind }) => kind !== 'text'))
    notes.uses('tool-result-media', fields.pathOf('content'))
  return present({
    kind: 'tool-result',
    id,
    name: calls.names.get(id),
    parts,
    isError,
    ...ownMembers(fields, notes),
  })
}

/** Null: a block among them is one that the superset has no word for. */
function readResultContent(
  fields: BodyFields,
  notes: RequestNotes,
): readonly (TextPart | ImagePart | FilePart)[] | null {
  const content = fields.any('content')
  if (content === undefined) return []
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  const parts: (TextPart | ImagePart | FilePart)[] = []
  for (const [index, value] of fields.list('content').entries()) {
    const block = BodyFields.of(value, `${fields.pathOf('content')}[${String(index)}]`)
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
  switch (block.text('type')) {
    case 'text':
      return readText(block, notes)
    case 'image':
      return readImage(block, notes)
    case 'document':
      return readDocument(block, notes)
    default:
      return null
  }
}

function readThinking(fields: BodyFields, notes: RequestNotes): ThinkingPart {
  notes.uses('thinking-parts', fields.path)
  const text = fields.text('thinking')
  const signature = fields.textOrNone('signature')
  // Whoever made it, it was not Anthropic.
  if (signature === undefined || signature === '') return { kind: 'thinking', text }
  const sealed = isSealedMark(signature) ? openSealed(text, signature) : null
  if (sealed?.kind === 'thought') return sealed.thought
  return {
    kind: 'thinking',
    protocol: 'anthropic-messages',
    text,
    signature,
    ...ownMembers(fields, notes),
  }
}

/** Null: no thought at all, but the mark of a call beside it. */
function readRedactedThinking(
  fields: BodyFields,
  notes: RequestNotes,
  calls: CallsOfConversation,
): ThinkingPart | null {
  const redacted = fields.text('data')
  const sealed = isSealedMark(redacted) ? openSealed('', redacted) : null
  if (sealed?.kind === 'call') {
    calls.signatures.set(sealed.id, sealed.signature)
    return null
  }
  notes.uses('thinking-parts', fields.path)
  if (sealed !== null) return sealed.thought
  return {
    kind: 'thinking',
    protocol: 'anthropic-messages',
    text: '',
    redacted,
    ...ownMembers(fields, notes),
  }
}

interface OwnMembersOfBlock {
  readonly cache?: CacheMark
  readonly extra?: JsonObject
}

/** The mark of the cache, and what is left of a block: noted as unknown, and kept for its own protocol. */
export function ownMembers(fields: BodyFields, notes: RequestNotes): OwnMembersOfBlock {
  fields.any('type')
  const mark = fields.objectOrNone('cache_control')
  const cache = mark === undefined ? undefined : readCacheMark(mark, notes)
  const left = notes.leaveRest(fields)
  const whole =
    cache?.isWhole === false ? { cache_control: fields.any('cache_control') } : undefined
  return present({
    cache: cache?.mark,
    extra: left === undefined && whole === undefined ? undefined : present({ ...whole, ...left }),
  })
}

/** `isWhole`: the superset says all of it. */
function readCacheMark(
  fields: BodyFields,
  notes: RequestNotes,
): { readonly mark: CacheMark; readonly isWhole: boolean } {
  notes.uses('cache-marks', fields.path)
  const isEphemeral = fields.textOrNone('type') === 'ephemeral'
  const mark = { ttl: fields.textOrNone('ttl') ?? null }
  return { mark, isWhole: notes.leaveRest(fields) === undefined && isEphemeral }
}
